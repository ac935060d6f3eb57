// SPDX-License-Identifier: MIT
namespace Ai8x.Networks.Tests;

/// <summary>The oracle of float inference: one sample through plain loops in double precision, maps as [row, column, channel].</summary>
internal static class PlainGraph
{
    public static double[] Run(NetworkGraph graph, ReadOnlySpan<sbyte> sample, double divisor)
    {
        var values = new double[sample.Length];
        for (int i = 0; i < values.Length; i++) values[i] = sample[i] / divisor;
        var outputs = new List<double[]>();
        foreach (GraphLayer layer in graph.Layers) outputs.Add(Layer(layer, [.. layer.Inputs.Select(source => source < 0 ? values : outputs[source])]));
        return outputs[^1];
    }

    private static double[] Layer(GraphLayer layer, double[][] sources)
    {
        FeatureShape shape = layer.Input;
        double[] x = sources[0];
        if (layer.Elementwise is { } kind)
        {
            if (layer.PoolFirst && layer.Pooling is { } each)
            {
                for (int i = 0; i < sources.Length; i++) (sources[i], shape) = Pool(sources[i], layer.Input, each);
            }
            x = [.. sources[0].Select((first, i) => Math.Clamp(sources[1..].Aggregate(first, (sum, operand) => kind == ElementwiseKind.Add ? sum + operand[i] : sum - operand[i]), -1, 1))];
        }
        else if (sources.Length > 1)
        {
            x = [.. Enumerable.Range(0, shape.Pixels).SelectMany(p => sources.SelectMany(source => source.Skip(p * source.Length / shape.Pixels).Take(source.Length / shape.Pixels)))];
        }
        if (layer.Pooling is { } pooling && (layer.Elementwise is null || !layer.PoolFirst)) (x, shape) = Pool(x, shape, pooling);
        if (layer.Operator == LayerOperator.None) return x;
        double bound = layer.Wide ? 131072 : 1;
        double[] sums = layer.Operator == LayerOperator.Linear ? Linear(layer, x, shape) : layer.Operator == LayerOperator.ConvTranspose2d ? Scatter(layer, x, shape) : Convolve(layer, x, shape);
        return [.. sums.Select(sum => Math.Clamp((layer.Activation == ActivationKind.Relu ? Math.Max(sum, 0) : layer.Activation == ActivationKind.Abs ? Math.Abs(sum) : sum) * Math.Pow(2, layer.OutputShift), -bound, bound))];
    }

    private static (double[] Values, FeatureShape Shape) Pool(double[] x, FeatureShape shape, Pooling pooling)
    {
        FeatureShape pooled = new((shape.Rows - pooling.Rows) / pooling.Stride + 1, (shape.Columns - pooling.Columns) / pooling.Stride + 1, shape.Channels);
        var y = new List<double>();
        for (int row = 0; row < pooled.Rows; row++)
            for (int column = 0; column < pooled.Columns; column++)
                for (int c = 0; c < shape.Channels; c++)
                {
                    var window = new List<double>();
                    for (int i = 0; i < pooling.Rows; i++)
                        for (int j = 0; j < pooling.Columns; j++) window.Add(x[((row * pooling.Stride + i) * shape.Columns + column * pooling.Stride + j) * shape.Channels + c]);
                    y.Add(pooling.Kind == PoolingKind.Max ? window.Max() : Math.Clamp(window.Average(), -1, 1));
                }
        return ([.. y], pooled);
    }

    private static double[] Linear(GraphLayer layer, double[] x, FeatureShape shape)
    {
        var y = new double[layer.Output.Channels];
        for (int o = 0; o < y.Length; o++)
        {
            y[o] = layer.Bias.Length > 0 ? layer.Bias[o] : 0;
            for (int c = 0; c < shape.Channels; c++)
                for (int p = 0; p < shape.Pixels; p++) y[o] += x[p * shape.Channels + c] * layer.Weights[o * shape.Count + c * shape.Pixels + p];
        }
        return y;
    }

    private static double[] Convolve(GraphLayer layer, double[] x, FeatureShape shape)
    {
        int padColumns = layer.Operator == LayerOperator.Conv1d ? 0 : layer.Padding;
        var y = new List<double>();
        for (int row = 0; row < layer.Output.Rows; row++)
            for (int column = 0; column < layer.Output.Columns; column++)
                for (int o = 0; o < layer.Output.Channels; o++)
                {
                    double sum = layer.Bias.Length > 0 ? layer.Bias[o] : 0;
                    for (int c = 0; c < shape.Channels; c++)
                        for (int ky = 0; ky < layer.KernelRows; ky++)
                            for (int kx = 0; kx < layer.KernelColumns; kx++)
                            {
                                int h = row + ky * layer.Dilation - layer.Padding, w = column + kx - padColumns;
                                if (h < 0 || w < 0 || h >= shape.Rows || w >= shape.Columns) continue;
                                sum += x[(h * shape.Columns + w) * shape.Channels + c] * layer.Weights[((o * shape.Channels + c) * layer.KernelRows + ky) * layer.KernelColumns + kx];
                            }
                    y.Add(sum);
                }
        return [.. y];
    }

    /// <summary>The definition of the transposed convolution: input pixel (a, b) reaches output (2a + ky - P, 2b + kx - P); the kernel is stored turned.</summary>
    private static double[] Scatter(GraphLayer layer, double[] x, FeatureShape shape)
    {
        int outputs = layer.Output.Channels;
        var y = new double[layer.Output.Count];
        for (int i = 0; i < y.Length; i++) y[i] = layer.Bias.Length > 0 ? layer.Bias[i % outputs] : 0;
        for (int i = 0; i < x.Length; i++)
            for (int k = 0; k < 9 * outputs; k++)
            {
                int c = i % shape.Channels, a = i / shape.Channels / shape.Columns, b = i / shape.Channels % shape.Columns, o = k / 9, tap = k % 9;
                int row = 2 * a + tap / 3 - layer.Padding, column = 2 * b + tap % 3 - layer.Padding;
                if (row < 0 || column < 0 || row >= layer.Output.Rows || column >= layer.Output.Columns) continue;
                y[(row * layer.Output.Columns + column) * outputs + o] += x[i] * layer.Weights[(o * shape.Channels + c) * 9 + 8 - tap];
            }
        return y;
    }
}
