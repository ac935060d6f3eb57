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
        var results = new double[model.Nodes.Length][];
        foreach (LayerNode node in model.Nodes)
        {
            double[][] inputs = [.. node.Inputs.Select(source => source < 0 ? x : results[source])];
            results[node.Index] = Run(model, node, inputs);
        }

        return results[^1];
    }

    private static double[] Run(Model model, LayerNode node, double[][] inputs)
    {
        Parameter? kernel = model.Parameters.FirstOrDefault(parameter => parameter.Name == node.Name + "/kernel");
        Parameter? bias = model.Parameters.FirstOrDefault(parameter => parameter.Name == node.Name + "/bias");
        double[] x = inputs[0];
        return node.Layer switch
        {
            Conv2DTranspose conv => Transposed(conv, node, x, kernel!, bias),
            Conv1D conv => Convolution(conv, node, x, kernel!, bias, 1, 0),
            Conv2D conv => Convolution(conv, node, x, kernel!, bias, conv.KernelSize, conv.PaddingSize),
            Layers.Pool pool => Pool(pool.Window, x, node.Input, out _),
            Dense dense => Connected(dense, x, kernel!, bias),
            Flatten => ChannelMajor(x, node.Input),
            Add => Each(inputs, (a, b) => a + b),
            Sub => Each(inputs, (a, b) => a - b),
            Or => Each(inputs, (a, b) => (Byte(a) | Byte(b)) / 128.0),
            Xor => Each(inputs, (a, b) => (Byte(a) ^ Byte(b)) / 128.0),
            Concatenate => Joined(inputs, node.Output.Pixels),
            Permute permute => Permuted(permute, x, node.Input),
            ReLU => [.. x.Select(value => Math.Max(value, 0))],
            _ => x,
        };
    }

    private static int Byte(double value) => (int)Math.Clamp(Math.Round(value * 128), -128, 127);

    private static double[] Each(double[][] inputs, Func<double, double, double> combine)
    {
        double[] y = [.. inputs[0]];
        foreach (double[] operand in inputs[1..])
        {
            for (int i = 0; i < y.Length; i++) y[i] = combine(y[i], operand[i]);
        }

        return [.. y.Select(value => Math.Clamp(value, -1, 1))];
    }

    private static double[] Joined(double[][] inputs, int pixels) =>
        [.. Enumerable.Range(0, pixels).SelectMany(pixel => inputs.SelectMany(input => input.Skip(pixel * (input.Length / pixels)).Take(input.Length / pixels)))];

    private static double[] Permuted(Permute permute, double[] x, SampleShape shape)
    {
        int[] lengths = [shape.Height, shape.Width, shape.Channels], strides = [shape.Width * shape.Channels, shape.Channels, 1];
        (int a, int b, int c) = (permute.Order[0], permute.Order[1], permute.Order[2]);
        var y = new List<double>();
        for (int i = 0; i < lengths[a]; i++)
        {
            for (int j = 0; j < lengths[b]; j++)
            {
                for (int k = 0; k < lengths[c]; k++) y.Add(x[i * strides[a] + j * strides[b] + k * strides[c]]);
            }
        }

        return [.. y];
    }

    // Every input pixel spreads over nine output pixels (numerics.md section 7.3); the kernel is stored turned by half a turn.
    private static double[] Transposed(Conv2DTranspose conv, LayerNode node, double[] x, Parameter kernel, Parameter? bias)
    {
        SampleShape shape = node.Input, output = node.Output;
        if (conv.Pooling is not null) x = Pool(conv.Pooling, x, shape, out shape);
        double[] sums = new double[output.Count];
        for (int i = 0; i < sums.Length; i++) sums[i] = bias?.Value[i % conv.Filters] ?? 0;
        for (int source = 0; source < x.Length; source++)
        {
            int c = source % shape.Channels, column = source / shape.Channels % shape.Width, row = source / shape.Channels / shape.Width;
            for (int tap = 0; tap < 9; tap++)
            {
                int y = 2 * row + tap / 3 - conv.PaddingSize, z = 2 * column + tap % 3 - conv.PaddingSize;
                if (y < 0 || z < 0 || y >= output.Height || z >= output.Width) continue;
                for (int o = 0; o < conv.Filters; o++) sums[(y * output.Width + z) * conv.Filters + o] += x[source] * kernel.Value[(o * shape.Channels + c) * 9 + 8 - tap];
            }
        }

        return [.. sums.Select(sum => Finish(sum, conv.Activation, conv.OutputShift, conv.Wide))];
    }

    private static double[] Convolution(Convolution conv, LayerNode node, double[] x, Parameter kernel, Parameter? bias, int columns, int paddingColumns)
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
                            for (int kx = 0; kx < columns; kx++)
                            {
                                int sy = row + ky - conv.PaddingSize, sx = column + kx - paddingColumns;
                                if (sy < 0 || sx < 0 || sy >= shape.Height || sx >= shape.Width) continue;
                                double weight = kernel.Value[((o * shape.Channels + c) * conv.KernelSize + ky) * columns + kx];
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
