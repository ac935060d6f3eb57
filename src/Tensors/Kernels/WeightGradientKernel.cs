// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

internal static class WeightGradientKernel
{
    public static void Run(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
        => ConvolutionReference.WeightGradient(shape, x, dy, lanes, gradient);

    public static void Bias(VectorWidth width, int channels, int pixels, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
        => ConvolutionReference.BiasGradient(channels, pixels, dy, lanes, gradient);
}
