// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

internal static class PoolingKernel
{
    public static void MaximumForward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> x, int lanes, Span<float> y) => PoolingReference.MaximumForward(shape, x, lanes, y);

    public static void MaximumBackward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> dx) => PoolingReference.MaximumBackward(shape, x, dy, lanes, dx);

    public static void AverageForward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> x, int lanes, Span<float> y) => PoolingReference.AverageForward(shape, x, lanes, y);

    public static void AverageBackward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> dy, int lanes, Span<float> dx) => PoolingReference.AverageBackward(shape, dy, lanes, dx);
}
