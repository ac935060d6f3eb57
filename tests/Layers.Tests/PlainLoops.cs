// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers.Tests;

/// <summary>Numerics.md section 12.1 written down in double with one loop per index; slow on purpose. Maps are <c>[y][x][c]</c>.</summary>
internal static class PlainLoops
{
    public static double[] Run(Model model, ReadOnlySpan<sbyte> sample, double divisor)
    {
        double[] x = new double[sample.Length];
        for (int i = 0; i < x.Length; i++) x[i] = sample[i] / divisor;
        foreach (LayerNode node in model.Nodes)
        {
            Parameter? kernel = model.Parameters.FirstOrDefault(parameter => parameter.Name == node.Name + "/kernel");
            Parameter? bias = model.Parameters.FirstOrDefault(parameter => parameter.Name == node.Name + "/bias");
            x = node.Layer switch
            {
                Conv2D conv => Convolution(conv, node, x, kernel!, bias),
                Pool2D pool => Pool(pool.Window, x, node.Input, out _),
                Dense dense => Connected(dense, x, kernel!, bias),
                Flatten => ChannelMajor(x, node.Input),
                _ => x,
            };
        }

        return x;
    }

    private static double[] Convolution(Conv2D conv, LayerNode node, double[] x, Parameter kernel, Parameter? bias)
    {
        SampleShape shape = node.Input;
        if (conv.Pooling is not null) x = Pool(conv.Pooling, x, shape, out shape);
        double[] y = new double[node.Output.Count];
        for (int row = 0; row < node.Output.Height; row++)
        {
            for (int column = 0; column < node.Output.Width; column++)
            {
                for (int o = 0; o < conv.Filters; o++)
                {
                    double sum = bias?.Value[o] ?? 0;
                    for (int c = 0; c < shape.Channels; c++)
                    {
                        for (int ky = 0; ky < conv.KernelSize; ky++)
                        {
                            for (int kx = 0; kx < conv.KernelSize; kx++)
                            {
                                int sy = row + ky - conv.PaddingSize, sx = column + kx - conv.PaddingSize;
                                if (sy < 0 || sx < 0 || sy >= shape.Height || sx >= shape.Width) continue;
                                double weight = kernel.Value[((o * shape.Channels + c) * conv.KernelSize + ky) * conv.KernelSize + kx];
                                sum += weight * x[(sy * shape.Width + sx) * shape.Channels + c];
                            }
                        }
                    }

                    y[(row * node.Output.Width + column) * conv.Filters + o] = Finish(sum, conv.Activation, conv.OutputShift, conv.Wide);
                }
            }
        }

        return y;
    }

    private static double[] Connected(Dense dense, double[] x, Parameter kernel, Parameter? bias)
    {
        double[] y = new double[dense.Units];
        for (int o = 0; o < y.Length; o++)
        {
            double sum = bias?.Value[o] ?? 0;
            for (int i = 0; i < x.Length; i++) sum += kernel.Value[o * x.Length + i] * x[i];
            y[o] = Finish(sum, dense.Activation, dense.OutputShift, dense.Wide);
        }

        return y;
    }

    private static double[] Pool(PoolWindow window, double[] x, SampleShape shape, out SampleShape pooled)
    {
        pooled = new SampleShape((shape.Height - window.Size.Rows) / window.Stride + 1, (shape.Width - window.Size.Columns) / window.Stride + 1, shape.Channels);
        double[] y = new double[pooled.Count];
        for (int i = 0; i < y.Length; i++)
        {
            int c = i % shape.Channels, column = i / shape.Channels % pooled.Width, row = i / shape.Channels / pooled.Width;
            double largest = double.NegativeInfinity, sum = 0;
            for (int dy = 0; dy < window.Size.Rows; dy++)
            {
                for (int dx = 0; dx < window.Size.Columns; dx++)
                {
                    double value = x[((row * window.Stride + dy) * shape.Width + column * window.Stride + dx) * shape.Channels + c];
                    largest = Math.Max(largest, value);
                    sum += value;
                }
            }

            y[i] = window.Kind == PoolKind.Max ? largest : Math.Clamp(sum / (window.Size.Rows * window.Size.Columns), -1, 1);
        }

        return y;
    }

    private static double[] ChannelMajor(double[] x, SampleShape shape)
    {
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++) y[i % shape.Channels * shape.Pixels + i / shape.Channels] = x[i];
        return y;
    }

    private static double Finish(double sum, Activation activation, int shift, bool wide)
    {
        double y = activation == Activation.ReLU ? Math.Max(sum, 0) : sum;
        y *= Math.Pow(2, shift);
        return wide ? Math.Clamp(y, -131072, 131072) : Math.Clamp(y, -1, 1);
    }
}
