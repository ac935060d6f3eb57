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
        foreach (GraphLayer layer in graph.Layers) outputs.Add(Layer(layer, layer.Inputs[0] < 0 ? values : outputs[layer.Inputs[0]]));
        return outputs[^1];
    }

    private static double[] Layer(GraphLayer layer, double[] x)
    {
        FeatureShape shape = layer.Input;
        if (layer.Pooling is { } pooling) (x, shape) = Pool(x, shape, pooling);
        if (layer.Operator == LayerOperator.None) return x;
        double bound = layer.Wide ? 131072 : 1;
        double[] sums = layer.Operator == LayerOperator.Linear ? Linear(layer, x, shape) : Convolve(layer, x, shape);
        return [.. sums.Select(sum => Math.Clamp((layer.Activation == ActivationKind.Relu ? Math.Max(sum, 0) : sum) * Math.Pow(2, layer.OutputShift), -bound, bound))];
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
                                int h = row + ky - layer.Padding, w = column + kx - padColumns;
                                if (h < 0 || w < 0 || h >= shape.Rows || w >= shape.Columns) continue;
                                sum += x[(h * shape.Columns + w) * shape.Channels + c] * layer.Weights[((o * shape.Channels + c) * layer.KernelRows + ky) * layer.KernelColumns + kx];
                            }
                    y.Add(sum);
                }
        return [.. y];
    }
}
