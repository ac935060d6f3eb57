// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Transposed convolution in the order of the numeric contract, in plain loops. Maps are <c>[channel][row][column][16]</c>; taps that fall between two
/// pixels or outside the map are skipped.
/// </summary>
internal static class TransposedReference
{
    private const int Lanes = LaneLayout.Lanes;

    public static void Forward(in TransposedShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int lanes, Span<float> y)
    {
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int row = 0; row < shape.OutputHeight; row++)
                for (int column = 0; column < shape.OutputWidth; column++)
                    for (int lane = 0; lane < lanes; lane++)
                    {
                        float sum = 0;
                        for (int c = 0; c < shape.InputChannels; c++)
                            for (int tap = 0; tap < TransposedShape.Taps; tap++)
                            {
                                int h = shape.Source(row, tap / TransposedShape.Kernel, shape.Height), w = shape.Source(column, tap % TransposedShape.Kernel, shape.Width);
                                if (h < 0 || w < 0) continue;
                                sum = MathF.FusedMultiplyAdd(x[((c * shape.Height + h) * shape.Width + w) * Lanes + lane], weights[(o * shape.InputChannels + c) * TransposedShape.Taps + tap], sum);
                            }
                        y[((o * shape.OutputHeight + row) * shape.OutputWidth + column) * Lanes + lane] = bias.IsEmpty ? sum : sum + bias[o];
                    }
    }

    public static void InputGradient(in TransposedShape shape, ReadOnlySpan<float> dy, ReadOnlySpan<float> weights, int lanes, Span<float> dx)
    {
        for (int c = 0; c < shape.InputChannels; c++)
            for (int pixel = 0; pixel < shape.InputPixels; pixel++)
                for (int lane = 0; lane < lanes; lane++)
                {
                    float sum = 0;
                    for (int o = 0; o < shape.OutputChannels; o++)
                        for (int step = 0; step < TransposedShape.Taps; step++)
                        {
                            int target = Target(shape, pixel, step);
                            if (target < 0) continue;
                            float weight = weights[(o * shape.InputChannels + c) * TransposedShape.Taps + TransposedShape.Taps - 1 - step];
                            sum = MathF.FusedMultiplyAdd(dy[(o * shape.OutputPixels + target) * Lanes + lane], weight, sum);
                        }
                    dx[(c * shape.InputPixels + pixel) * Lanes + lane] = sum;
                }
    }

    /// <summary>Weight gradient of one block; lanes from <paramref name="lanes"/> on count as +0.</summary>
    public static void WeightGradient(in TransposedShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
    {
        Span<float> chains = stackalloc float[Lanes];
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int c = 0; c < shape.InputChannels; c++)
                for (int step = 0; step < TransposedShape.Taps; step++)
                {
                    chains.Clear();
                    for (int pixel = 0; pixel < shape.InputPixels; pixel++)
                    {
                        int target = Target(shape, pixel, step);
                        if (target < 0) continue;
                        for (int lane = 0; lane < lanes; lane++)
                            chains[lane] = MathF.FusedMultiplyAdd(x[(c * shape.InputPixels + pixel) * Lanes + lane], dy[(o * shape.OutputPixels + target) * Lanes + lane], chains[lane]);
                    }
                    gradient[(o * shape.InputChannels + c) * TransposedShape.Taps + TransposedShape.Taps - 1 - step] = ConvolutionReference.AddLanes(chains);
                }
    }

    // Output pixel number `step` (in raster order) of the nine that an input pixel reaches, or -1 outside the map.
    private static int Target(in TransposedShape shape, int pixel, int step)
    {
        int row = shape.FirstTarget(pixel / shape.Width) + step / TransposedShape.Kernel, column = shape.FirstTarget(pixel % shape.Width) + step % TransposedShape.Kernel;
        return (uint)row < (uint)shape.OutputHeight && (uint)column < (uint)shape.OutputWidth ? row * shape.OutputWidth + column : -1;
    }
}
