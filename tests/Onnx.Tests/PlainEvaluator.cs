// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Onnx.Tests;

/// <summary>Float inference by plain loops in double, straight from the definition of a fused layer. Values are channel-major.</summary>
internal static class PlainEvaluator
{
    public static double[] Run(NetworkGraph network, double[] input)
    {
        List<double[]> results = [];
        foreach (GraphLayer layer in network.Layers) results.Add(Run(layer, [.. layer.Inputs.Select(i => i < 0 ? input : results[i])]));
        return results[^1];
    }

    private static double[] Run(GraphLayer layer, double[][] inputs)
    {
        (int rows, int columns, int channels) = (layer.Input.Rows, layer.Input.Columns, layer.Input.Channels);
        double[] input = [.. inputs.SelectMany(values => values)];
        if (layer.Elementwise is { } kind)
        {
            (int height, int width) = (rows, columns);
            if (layer.PoolFirst && layer.Pooling is { } each)
            {
                for (int i = 0; i < inputs.Length; i++) (inputs[i], height, width) = Pool(each, inputs[i], rows, columns, channels);
            }

            (rows, columns) = (height, width);
            input = [.. inputs[0].Select((first, i) => Math.Clamp(inputs[1..].Aggregate(first, (sum, operand) => kind == ElementwiseKind.Add ? sum + operand[i] : sum - operand[i]), -1, 1))];
        }

        if (layer.Pooling is { } pool && (layer.Elementwise is null || !layer.PoolFirst)) (input, rows, columns) = Pool(pool, input, rows, columns, channels);
        if (layer.Operator == LayerOperator.None) return input;
        double[] result = new double[layer.Output.Count];
        int at = 0;
        for (int o = 0; o < layer.Output.Channels; o++)
        {
            for (int y = 0; y < layer.Output.Rows; y++)
            {
                for (int x = 0; x < layer.Output.Columns; x++)
                {
                    double sum = layer.Operator == LayerOperator.Linear ? Dot(layer, o, input)
                        : layer.Operator == LayerOperator.ConvTranspose2d ? Scattered(layer, o, y, x, input, rows, columns, channels)
                        : Convolve(layer, o, y, x, input, rows, columns, channels);
                    if (!layer.Bias.IsEmpty) sum += layer.Bias[o];
                    if (layer.Activation == ActivationKind.Relu) sum = Math.Max(sum, 0);
                    if (layer.Activation == ActivationKind.Abs) sum = Math.Abs(sum);
                    sum *= Math.Pow(2, layer.OutputShift);
                    double limit = layer.Wide ? 131072 : 1;
                    result[at++] = Math.Clamp(sum, -limit, limit);
                }
            }
        }

        return result;
    }

    private static double Dot(GraphLayer layer, int o, double[] input)
    {
        double sum = 0;
        for (int n = 0; n < input.Length; n++) sum += layer.Weights[(o * input.Length) + n] * input[n];
        return sum;
    }

    private static double Convolve(GraphLayer layer, int o, int y, int x, double[] input, int rows, int columns, int channels)
    {
        double sum = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int ky = 0; ky < layer.KernelRows; ky++)
            {
                for (int kx = 0; kx < layer.KernelColumns; kx++)
                {
                    int row = y + (ky * layer.Dilation) - layer.Padding;
                    int column = x + kx - (layer.Operator == LayerOperator.Conv1d ? 0 : layer.Padding);
                    if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                    sum += layer.Weights[(((((o * channels) + c) * layer.KernelRows) + ky) * layer.KernelColumns) + kx] * input[(((c * rows) + row) * columns) + column];
                }
            }
        }

        return sum;
    }

    /// <summary>The definition: input pixel (a, b) reaches output (2a + ky - P, 2b + kx - P) with the kernel that is stored turned.</summary>
    private static double Scattered(GraphLayer layer, int o, int y, int x, double[] input, int rows, int columns, int channels)
    {
        double sum = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int a = 0; a < rows; a++)
            {
                for (int b = 0; b < columns; b++)
                {
                    int ky = y + layer.Padding - (2 * a), kx = x + layer.Padding - (2 * b);
                    if (ky is < 0 or > 2 || kx is < 0 or > 2) continue;
                    sum += layer.Weights[(((((o * channels) + c) * 3) + 2 - ky) * 3) + 2 - kx] * input[(((c * rows) + a) * columns) + b];
                }
            }
        }

        return sum;
    }

    private static (double[] Values, int Rows, int Columns) Pool(Pooling pool, double[] input, int rows, int columns, int channels)
    {
        int height = ((rows - pool.Rows) / pool.Stride) + 1;
        int width = ((columns - pool.Columns) / pool.Stride) + 1;
        double[] result = new double[channels * height * width];
        int at = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    double sum = 0;
                    double most = double.NegativeInfinity;
                    for (int dy = 0; dy < pool.Rows; dy++)
                    {
                        for (int dx = 0; dx < pool.Columns; dx++)
                        {
                            double value = input[(((c * rows) + (y * pool.Stride) + dy) * columns) + (x * pool.Stride) + dx];
                            sum += value;
                            most = Math.Max(most, value);
                        }
                    }

                    result[at++] = pool.Kind == PoolingKind.Max ? most : Math.Clamp(sum / (pool.Rows * pool.Columns), -1, 1);
                }
            }
        }

        return (result, height, width);
    }
}
