// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The convolution in the order of the numeric contract, one lane after another in plain loops. The kernels must equal it bit for bit.
/// Maps are <c>[channel][row][column][16]</c>, weights <c>[O, I, KH, KW]</c>.
/// </summary>
internal static class ConvolutionReference
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Output for the first <paramref name="lanes"/> lanes; an empty bias means none.</summary>
    public static void Forward(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int lanes, Span<float> y)
    {
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int row = 0; row < shape.OutputHeight; row++)
                for (int column = 0; column < shape.OutputWidth; column++)
                    for (int lane = 0; lane < lanes; lane++)
                    {
                        float sum = Chain(shape, x[lane..], weights, o, row, column);
                        if (!bias.IsEmpty) sum += bias[o];
                        y[((o * shape.OutputHeight + row) * shape.OutputWidth + column) * Lanes + lane] = sum;
                    }
    }

    /// <summary>Gradient of the input for the first <paramref name="lanes"/> lanes.</summary>
    public static void InputGradient(in ConvolutionShape shape, ReadOnlySpan<float> dy, ReadOnlySpan<float> weights, int lanes, Span<float> dx)
    {
        float[] turned = Turn(shape, weights);
        Forward(shape.InputGradient, dy, turned, [], lanes, dx);
    }

    /// <summary>Weight gradient <c>[O, I, KH, KW]</c> of one block; lanes from <paramref name="lanes"/> on count as +0.</summary>
    public static void WeightGradient(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
    {
        Span<float> chains = stackalloc float[Lanes];
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int c = 0; c < shape.InputChannels; c++)
                for (int ky = 0; ky < shape.KernelRows; ky++)
                    for (int kx = 0; kx < shape.KernelColumns; kx++)
                    {
                        chains.Clear();
                        for (int lane = 0; lane < lanes; lane++) chains[lane] = WeightChain(shape, x[lane..], dy[lane..], o, c, ky, kx);
                        gradient[((o * shape.InputChannels + c) * shape.KernelRows + ky) * shape.KernelColumns + kx] = AddLanes(chains);
                    }
    }

    /// <summary>Weight gradient behind a pooling of windows two columns wide: two neighbouring pixels of a row, of which in each lane at most one has the gradient, are one term.</summary>
    /// <param name="shape">The convolution, with an even number of output columns.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="pairs">Gradient of the pairs <c>[O][OH][OW/2][16]</c>.</param>
    /// <param name="routes">For each output pixel the lanes in which it has the gradient.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="gradient">Receives <c>[O, I, KH, KW]</c>.</param>
    public static void PairedWeightGradient(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> pairs, ReadOnlySpan<ushort> routes, int lanes, Span<float> gradient)
    {
        Span<float> chains = stackalloc float[Lanes];
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int c = 0; c < shape.InputChannels; c++)
                for (int ky = 0; ky < shape.KernelRows; ky++)
                    for (int kx = 0; kx < shape.KernelColumns; kx++)
                    {
                        chains.Clear();
                        for (int lane = 0; lane < lanes; lane++) chains[lane] = PairedWeightChain(shape, x[lane..], pairs[lane..], routes, lane, o, c, ky, kx);
                        gradient[((o * shape.InputChannels + c) * shape.KernelRows + ky) * shape.KernelColumns + kx] = AddLanes(chains);
                    }
    }

    /// <summary>Bias gradient of one block; lanes from <paramref name="lanes"/> on count as +0.</summary>
    public static void BiasGradient(int channels, int pixels, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
    {
        Span<float> chains = stackalloc float[Lanes];
        for (int o = 0; o < channels; o++)
        {
            chains.Clear();
            for (int lane = 0; lane < lanes; lane++)
                for (int p = 0; p < pixels; p++) chains[lane] += dy[(o * pixels + p) * Lanes + lane];
            gradient[o] = AddLanes(chains);
        }
    }

    /// <summary>Weights of the input gradient's convolution: channels exchanged, kernel turned by half a turn.</summary>
    public static float[] Turn(in ConvolutionShape shape, ReadOnlySpan<float> weights)
    {
        var turned = new float[shape.WeightCount];
        int taps = shape.Taps;
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int c = 0; c < shape.InputChannels; c++)
                for (int tap = 0; tap < taps; tap++)
                    turned[(c * shape.OutputChannels + o) * taps + taps - 1 - tap] = weights[(o * shape.InputChannels + c) * taps + tap];
        return turned;
    }

    /// <summary>Sixteen lanes as a tree: i and i + 8, then i + 4, i + 2, i + 1. A sum of zero is +0.</summary>
    public static float AddLanes(ReadOnlySpan<float> lanes)
    {
        Span<float> sums = stackalloc float[Lanes];
        lanes[..Lanes].CopyTo(sums);
        for (int half = Lanes / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) sums[i] += sums[i + half];
        return sums[0] + 0f;
    }

    private static float Chain(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> weights, int o, int row, int column)
    {
        float sum = 0;
        for (int c = 0; c < shape.InputChannels; c++)
            for (int ky = 0; ky < shape.KernelRows; ky++)
                for (int kx = 0; kx < shape.KernelColumns; kx++)
                {
                    int y = row + ky - shape.PaddingRows;
                    int z = column + kx - shape.PaddingColumns;
                    if ((uint)y >= (uint)shape.Height || (uint)z >= (uint)shape.Width) continue;
                    float weight = weights[((o * shape.InputChannels + c) * shape.KernelRows + ky) * shape.KernelColumns + kx];
                    sum = MathF.FusedMultiplyAdd(x[((c * shape.Height + y) * shape.Width + z) * Lanes], weight, sum);
                }
        return sum;
    }

    private static float PairedWeightChain(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> pairs, ReadOnlySpan<ushort> routes, int lane, int o, int c, int ky, int kx)
    {
        float sum = 0;
        for (int row = 0; row < shape.OutputHeight; row++)
            for (int column = 0; column < shape.OutputWidth; column += 2)
            {
                int y = row + ky - shape.PaddingRows, z = column + kx - shape.PaddingColumns;
                bool first = (uint)z < (uint)shape.Width, second = (uint)(z + 1) < (uint)shape.Width;
                if ((uint)y >= (uint)shape.Height || (!first && !second)) continue;
                int pixel = (o * shape.OutputHeight + row) * shape.OutputWidth + column;
                bool takesSecond = (routes[pixel + 1] >> lane & 1) != 0;
                float gradient = pairs[pixel / 2 * Lanes];
                // Where only one pixel has the tap inside the image, it is the term, with the gradient that it has.
                if (first != second && takesSecond != second) gradient = 0;
                sum = MathF.FusedMultiplyAdd(x[((c * shape.Height + y) * shape.Width + z + (first && !(second && takesSecond) ? 0 : 1)) * Lanes], gradient, sum);
            }
        return sum;
    }

    private static float WeightChain(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int o, int c, int ky, int kx)
    {
        float sum = 0;
        for (int row = 0; row < shape.OutputHeight; row++)
            for (int column = 0; column < shape.OutputWidth; column++)
            {
                int y = row + ky - shape.PaddingRows;
                int z = column + kx - shape.PaddingColumns;
                if ((uint)y >= (uint)shape.Height || (uint)z >= (uint)shape.Width) continue;
                float gradient = dy[((o * shape.OutputHeight + row) * shape.OutputWidth + column) * Lanes];
                sum = MathF.FusedMultiplyAdd(x[((c * shape.Height + y) * shape.Width + z) * Lanes], gradient, sum);
            }
        return sum;
    }
}
