// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;

namespace Ai8x.Tensors;

/// <summary>An array as a <c>.npy</c> file holds it: element type, shape and values in C order (last index fastest).</summary>
public sealed class NpyArray
{
    private readonly Array _values;

    internal NpyArray(NpyElementType elementType, ImmutableArray<int> shape, Array values)
    {
        ElementType = elementType;
        Shape = shape;
        _values = values;
    }

    /// <summary>Type of the elements.</summary>
    public NpyElementType ElementType { get; }

    /// <summary>Lengths of the axes; empty for a single number.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => _values.Length;

    /// <summary>The shape as text, for example <c>(3, 32, 32)</c>.</summary>
    public string ShapeText => "(" + string.Join(", ", Shape.Select(n => n.ToString(CultureInfo.InvariantCulture))) + (Shape.Length == 1 ? ",)" : ")");

    internal Array RawValues => _values;

    /// <summary>Makes an array from a copy of values.</summary>
    /// <typeparam name="T">One of the types of <see cref="NpyElementType"/>.</typeparam>
    /// <param name="values">Values in C order.</param>
    /// <param name="shape">Lengths of the axes, each at least 0; their product is the number of values.</param>
    /// <returns>The array.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    /// <exception cref="NotSupportedException">The type is none of those of <see cref="NpyElementType"/>.</exception>
    public static NpyArray Create<T>(ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        long count = 1;
        foreach (int length in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
            count = checked(count * length);
        }

        if (count != values.Length)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The shape has {count} elements, but there are {values.Length} values."), nameof(shape));
        }

        return new NpyArray(TypeOf<T>(), [.. shape], values.ToArray());
    }

    /// <summary>The values, in C order.</summary>
    /// <typeparam name="T">The type that <see cref="ElementType"/> names.</typeparam>
    /// <returns><see cref="Count"/> values.</returns>
    /// <exception cref="InvalidOperationException">The elements are of another type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        NpyElementType asked = TypeOf<T>();
        return asked == ElementType ? (T[])_values : throw new InvalidOperationException($"The array holds {ElementType}, not {asked}.");
    }

    /// <summary>The values of an array of any integer type.</summary>
    /// <returns><see cref="Count"/> values in C order.</returns>
    /// <exception cref="InvalidOperationException">The array holds floating-point numbers.</exception>
    public long[] ToInt64Array() => _values switch
    {
        sbyte[] a => Array.ConvertAll(a, v => (long)v),
        byte[] a => Array.ConvertAll(a, v => (long)v),
        short[] a => Array.ConvertAll(a, v => (long)v),
        int[] a => Array.ConvertAll(a, v => (long)v),
        long[] a => [.. a],
        _ => throw new InvalidOperationException($"The array holds {ElementType}, not integers."),
    };

    internal static NpyElementType TypeOf<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.SByte => NpyElementType.Int8,
        TypeCode.Byte => NpyElementType.UInt8,
        TypeCode.Int16 => NpyElementType.Int16,
        TypeCode.Int32 => NpyElementType.Int32,
        TypeCode.Int64 => NpyElementType.Int64,
        TypeCode.Single => NpyElementType.Float32,
        TypeCode.Double => NpyElementType.Float64,
        _ => throw new NotSupportedException($"Arrays of {typeof(T).Name} are not supported."),
    };
}
