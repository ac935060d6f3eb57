// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>The sequence of <see cref="MinimalFilter"/> as plain loops over one image, without vectors: what <see cref="MinimalFilterKernel"/> and the single image must give, bit for bit.</summary>
internal static class MinimalFilterReference
{
    private const int Side = MinimalFilter.Side;
    private const int Step = MinimalFilter.Step;

    /// <summary>Convolves one image of a block.</summary>
    /// <param name="shape">A convolution that <see cref="MinimalFilter.Takes"/> allows.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="weights">Weights <c>[O, I, 3, 3]</c>.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="lane">The image.</param>
    /// <param name="y">Output <c>[O][OH][OW][16]</c>.</param>
    public static void Forward(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int lane, Span<float> y)
    {
        Span<float> sums = stackalloc float[MinimalFilter.Terms], input = stackalloc float[MinimalFilter.Terms], kernel = stackalloc float[MinimalFilter.Terms], outputs = stackalloc float[Step * Step];
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int row = 0; row < shape.OutputHeight; row += Step)
                for (int column = 0; column < shape.OutputWidth; column += Step)
                {
                    sums.Clear();
                    for (int c = 0; c < shape.InputChannels; c++)
                    {
                        Kernel(weights.Slice((o * shape.InputChannels + c) * shape.Taps, shape.Taps), kernel);
                        Input(shape, x, c, row - shape.PaddingRows, column - shape.PaddingColumns, lane, input);
                        for (int term = 0; term < MinimalFilter.Terms; term++) sums[term] = MathF.FusedMultiplyAdd(input[term], kernel[term], sums[term]);
                    }

                    Output(sums, outputs);
                    for (int i = 0; i < outputs.Length; i++)
                    {
                        int outputRow = row + i / Step, outputColumn = column + i % Step;
                        if (outputRow < shape.OutputHeight && outputColumn < shape.OutputWidth)
                            y[((o * shape.OutputHeight + outputRow) * shape.OutputWidth + outputColumn) * LaneLayout.Lanes + lane] = bias.IsEmpty ? outputs[i] : outputs[i] + bias[o];
                    }
                }
    }

    private static void Kernel(ReadOnlySpan<float> weights, Span<float> terms)
    {
        Span<float> rows = stackalloc float[Side * 3];
        for (int i = 0; i < 3; i++) Means(weights[i], weights[3 + i], weights[6 + i], rows[i..], 3);
        for (int i = 0; i < Side; i++) Means(rows[3 * i], rows[3 * i + 1], rows[3 * i + 2], terms[(i * Side)..], 1);
    }

    private static void Means(float g0, float g1, float g2, Span<float> result, int step)
    {
        result[0] = g0;
        result[step] = 0.5f * (g0 + g1 + g2);
        result[2 * step] = 0.5f * (g0 - g1 + g2);
        result[3 * step] = g2;
    }

    /// <summary>The sixteen terms of an input channel's four by four pixels.</summary>
    public static void Input(in ConvolutionShape shape, ReadOnlySpan<float> x, int channel, int row, int column, int lane, Span<float> terms)
    {
        Span<float> rows = stackalloc float[MinimalFilter.Terms];
        for (int i = 0; i < Side; i++)
            Differences(Pixel(shape, x, channel, row, column + i, lane), Pixel(shape, x, channel, row + 1, column + i, lane), Pixel(shape, x, channel, row + 2, column + i, lane), Pixel(shape, x, channel, row + 3, column + i, lane), rows[i..], Side);
        for (int i = 0; i < Side; i++) Differences(rows[i * Side], rows[i * Side + 1], rows[i * Side + 2], rows[i * Side + 3], terms[(i * Side)..], 1);
    }

    private static float Pixel(in ConvolutionShape shape, ReadOnlySpan<float> x, int channel, int row, int column, int lane) =>
        (uint)row < (uint)shape.Height && (uint)column < (uint)shape.Width ? x[((channel * shape.Height + row) * shape.Width + column) * LaneLayout.Lanes + lane] : 0;

    private static void Differences(float d0, float d1, float d2, float d3, Span<float> result, int step)
    {
        result[0] = d0 - d2;
        result[step] = d1 + d2;
        result[2 * step] = d2 - d1;
        result[3 * step] = d1 - d3;
    }

    private static void Output(ReadOnlySpan<float> sums, Span<float> outputs)
    {
        Span<float> columns = stackalloc float[Side * Step];
        for (int i = 0; i < Side; i++) Sums(sums[i * Side], sums[i * Side + 1], sums[i * Side + 2], sums[i * Side + 3], columns[(i * Step)..], 1);
        for (int i = 0; i < Step; i++) Sums(columns[i], columns[Step + i], columns[2 * Step + i], columns[3 * Step + i], outputs[i..], Step);
    }

    private static void Sums(float m0, float m1, float m2, float m3, Span<float> result, int step)
    {
        result[0] = m0 + m1 + m2;
        result[step] = m1 - m2 - m3;
    }
}
