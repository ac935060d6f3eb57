// SPDX-License-Identifier: MIT
using System.Numerics.Tensors;

namespace Ai8x.Tensors.Kernels;

/// <summary>Element-wise work in which each element is one correctly rounded operation, so the library's own vectors may do it.</summary>
internal static class ElementwiseKernel
{
    /// <summary><c>sum = sum + addend</c>.</summary>
    public static void AddTo(ReadOnlySpan<float> addend, Span<float> sum) => TensorPrimitives.Add(sum, addend, sum);

    /// <summary><c>sum = a + b</c>.</summary>
    public static void Add(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> sum) => TensorPrimitives.Add(a, b, sum);

    /// <summary><c>difference = a - b</c>.</summary>
    public static void Subtract(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> difference) => TensorPrimitives.Subtract(a, b, difference);

    /// <summary><c>difference = difference - subtrahend</c>.</summary>
    public static void SubtractFrom(ReadOnlySpan<float> subtrahend, Span<float> difference) => TensorPrimitives.Subtract(difference, subtrahend, difference);

    /// <summary><c>result = -a</c>.</summary>
    public static void Negate(ReadOnlySpan<float> a, Span<float> result) => TensorPrimitives.Negate(a, result);

    /// <summary>Whether there is neither an infinity nor a not-a-number.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values) => TensorPrimitives.IsFiniteAll(values);
}
