// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>The sequence of <see cref="MinimalFilterGradient"/> as plain loops without vectors: what <see cref="MinimalFilterGradientKernel"/> must give, bit for bit.</summary>
internal static class MinimalFilterGradientReference
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Terms = 16;
    private const int Strip = 64;

    /// <summary>Weight gradient of a block.</summary>
    /// <param name="shape">A convolution that <see cref="MinimalFilter.Takes"/> allows.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="dy">Output gradient <c>[O][OH][OW][16]</c>.</param>
    /// <param name="lanes">Number of images; other lanes count as +0.</param>
    /// <param name="gradient">Receives <c>[O, I, 3, 3]</c>.</param>
    public static void Run(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
    {
        Span<float> sums = stackalloc float[Terms], chains = stackalloc float[Terms * Lanes], v = stackalloc float[Terms], z = stackalloc float[Terms];
        int rows = (shape.OutputHeight + 1) / 2, columns = (shape.OutputWidth + 1) / 2;
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int c = 0; c < shape.InputChannels; c++)
            {
                sums.Clear();
                for (int first = 0; first < rows * columns; first += Strip)
                {
                    chains.Clear();
                    for (int tile = first; tile < Math.Min(first + Strip, rows * columns); tile++)
                        for (int lane = 0; lane < lanes; lane++)
                        {
                            int row = tile / columns * 2, column = tile % columns * 2;
                            MinimalFilterReference.Input(shape, x, c, row - shape.PaddingRows, column - shape.PaddingColumns, lane, v);
                            Gradient(shape, dy, o, row, column, lane, z);
                            for (int term = 0; term < Terms; term++) chains[term * Lanes + lane] = MathF.FusedMultiplyAdd(v[term], z[term], chains[term * Lanes + lane]);
                        }

                    for (int term = 0; term < Terms; term++) sums[term] += ConvolutionReference.AddLanes(chains.Slice(term * Lanes, Lanes));
                }

                Kernel(sums, gradient.Slice((o * shape.InputChannels + c) * shape.Taps, shape.Taps));
            }
    }

    private static void Gradient(in ConvolutionShape shape, ReadOnlySpan<float> dy, int output, int row, int column, int lane, Span<float> terms)
    {
        Span<float> rows = stackalloc float[8];
        for (int i = 0; i < 2; i++) Four(Pixel(shape, dy, output, row, column + i, lane), Pixel(shape, dy, output, row + 1, column + i, lane), rows[i..], 2);
        for (int i = 0; i < 4; i++) Four(rows[2 * i], rows[2 * i + 1], terms[(4 * i)..], 1);
    }

    private static float Pixel(in ConvolutionShape shape, ReadOnlySpan<float> dy, int output, int row, int column, int lane) =>
        row < shape.OutputHeight && column < shape.OutputWidth ? dy[((output * shape.OutputHeight + row) * shape.OutputWidth + column) * Lanes + lane] : 0;

    private static void Four(float first, float second, Span<float> result, int step)
    {
        result[0] = first;
        result[step] = first + second;
        result[2 * step] = first - second;
        result[3 * step] = second;
    }

    private static void Kernel(ReadOnlySpan<float> sums, Span<float> gradient)
    {
        Span<float> columns = stackalloc float[12];
        for (int i = 0; i < 4; i++) Three(sums[4 * i], sums[4 * i + 1], sums[4 * i + 2], sums[4 * i + 3], columns[(3 * i)..], 1);
        for (int i = 0; i < 3; i++) Three(columns[i], columns[3 + i], columns[6 + i], columns[9 + i], gradient[i..], 3);
    }

    private static void Three(float s0, float s1, float s2, float s3, Span<float> result, int step)
    {
        float half = 0.5f * (s1 + s2);
        result[0] = s0 + half;
        result[step] = 0.5f * (s1 - s2);
        result[2 * step] = half - s3;
    }
}
