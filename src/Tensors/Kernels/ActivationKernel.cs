// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

internal static class ActivationKernel
{
    public static void Forward(VectorWidth width, in Activation activation, ReadOnlySpan<float> x, int pixels, int lanes, Span<float> y, Span<ushort> masks) => ActivationReference.Forward(activation, x, pixels, lanes, y, masks);

    public static void Backward(VectorWidth width, float scale, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> masks, int pixels, int lanes, Span<float> dx) => ActivationReference.Backward(scale, dy, masks, pixels, lanes, dx);
}
