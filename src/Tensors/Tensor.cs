// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Ai8x.Tensors;

/// <summary>
/// A block of float32 values with up to four axes, row-major (the last axis is contiguous), that owns its memory. Batches of
/// images use the axes <c>[N, H, W, C]</c>.
/// </summary>
public sealed class Tensor
{
    /// <summary>Largest number of axes.</summary>
    public const int MaximumRank = 4;

    private readonly float[] _values;
    private readonly nint[] _lengths;

    /// <summary>Makes a tensor of zeros.</summary>
    /// <param name="shape">Length of each axis, one to four axes, each at least 1.</param>
    /// <exception cref="ArgumentException">The shape has no axis, more than four, an axis below 1, or more than 2^31 - 1 elements.</exception>
    public Tensor(params ReadOnlySpan<int> shape)
    {
        _values = new float[CountOf(shape)];
        Shape = [.. shape];
        _lengths = [.. Shape.Select(length => (nint)length)];
    }

    /// <summary>Makes a tensor with a copy of values.</summary>
    /// <param name="values">The values in row-major order; exactly as many as the shape has elements.</param>
    /// <param name="shape">Length of each axis, one to four axes, each at least 1.</param>
    /// <exception cref="ArgumentException">The shape is malformed or does not match the number of values.</exception>
    public Tensor(ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
        : this(CountOf(shape) == values.Length ? shape : throw new ArgumentException($"the shape has {CountOf(shape)} elements but there are {values.Length} values", nameof(values))) =>
        values.CopyTo(_values);

    /// <summary>Length of each axis.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => _values.Length;

    /// <summary>The values in row-major order.</summary>
    /// <returns>A view, not a copy.</returns>
    public Span<float> AsSpan() => _values;

    /// <summary>The values with their axes, for <c>System.Numerics.Tensors</c>.</summary>
    /// <returns>A view, not a copy.</returns>
    public TensorSpan<float> AsTensorSpan() => new(_values, _lengths);

    private static int CountOf(ReadOnlySpan<int> shape)
    {
        if (shape.Length is 0 or > MaximumRank) throw new ArgumentException($"a tensor has 1 to {MaximumRank} axes, not {shape.Length}", nameof(shape));
        long count = 1;
        foreach (int length in shape)
        {
            if (length < 1) throw new ArgumentException($"every axis of a tensor has at least one element, not {length}", nameof(shape));
            count *= length;
            if (count > Array.MaxLength) throw new ArgumentException($"the shape [{string.Join(", ", shape.ToArray())}] has more than {Array.MaxLength} elements", nameof(shape));
        }
        return (int)count;
    }
}
