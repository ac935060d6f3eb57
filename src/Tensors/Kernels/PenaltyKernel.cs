// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

internal static class PenaltyKernel
{
    public static void SumOfSquares(VectorWidth width, int channels, int pixels, ReadOnlySpan<float> x, int lanes, Span<double> sums) => PenaltyReference.SumOfSquares(channels, pixels, x, lanes, sums);

    public static void Backward(VectorWidth width, int pixels, float factor, ReadOnlySpan<float> x, int lanes, bool accumulate, Span<float> dx) => PenaltyReference.Backward(pixels, factor, x, lanes, accumulate, dx);
}
