// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

internal static class ConvolutionKernel
{
    public static void Pack(in ConvolutionShape shape, ReadOnlySpan<float> weights, Span<float> packed) => weights.CopyTo(packed);

    public static void PackTurned(in ConvolutionShape shape, ReadOnlySpan<float> weights, Span<float> packed) => ConvolutionReference.Turn(shape, weights).CopyTo(packed);

    public static void Forward(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, int lanes, Span<float> y)
        => ConvolutionReference.Forward(shape, x, packed, bias, lanes, y);
}
