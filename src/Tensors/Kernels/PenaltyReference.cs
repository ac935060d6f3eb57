// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Sums of squares for activity penalties, in plain loops.</summary>
internal static class PenaltyReference
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>For each lane, each channel's sum is one chain <c>fma(x, x, acc)</c> from +0 in raster order; the channels are added in double, ascending.</summary>
    public static void SumOfSquares(int channels, int pixels, ReadOnlySpan<float> x, int lanes, Span<double> sums)
    {
        for (int lane = 0; lane < lanes; lane++)
        {
            double sum = 0;
            for (int c = 0; c < channels; c++)
            {
                float chain = 0;
                for (int p = 0; p < pixels; p++)
                {
                    float value = x[(c * pixels + p) * Lanes + lane];
                    chain = MathF.FusedMultiplyAdd(value, value, chain);
                }
                sum += chain;
            }
            sums[lane] = sum;
        }
    }

    /// <summary><c>dx = fma(factor, x, dx)</c> in the lanes in use; <c>dx</c> counts as +0 unless it accumulates.</summary>
    public static void Backward(int pixels, float factor, ReadOnlySpan<float> x, int lanes, bool accumulate, Span<float> dx)
    {
        for (int pixel = 0; pixel < pixels; pixel++)
            for (int lane = 0; lane < Lanes; lane++)
            {
                int i = pixel * Lanes + lane;
                float sum = accumulate ? dx[i] : 0;
                dx[i] = lane < lanes ? MathF.FusedMultiplyAdd(factor, x[i], sum) : sum;
            }
    }
}
