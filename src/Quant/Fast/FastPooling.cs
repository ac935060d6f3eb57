// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Ai8x.Networks;

namespace Ai8x.Quant.Fast;

/// <summary>Brings a layer's input into the kernel's work buffer: pooled, with the border left at zero.</summary>
internal static class FastPooling
{
    /// <summary>Pools or copies the map.</summary>
    /// <param name="layer">The prepared layer.</param>
    /// <param name="input">16-bit values <c>[H][W][InputStride]</c>.</param>
    /// <param name="work">The work buffer, zero outside the pooled map.</param>
    /// <param name="round">Whether average pooling rounds.</param>
    public static void Run(FastLayer layer, ReadOnlySpan<short> input, Span<short> work, bool round)
    {
        FeatureShape pooled = layer.Layer.Pooled;
        if (layer.Layer.Operator == LayerOperator.Linear)
        {
            // Flatten excludes pooling; a pooled vector has one pixel.
            Row(layer, input, 0, pooled.Pixels, work, round);
            return;
        }

        for (int y = 0; y < pooled.Rows; y++)
        {
            int start = ((y + layer.Padding) * layer.RowPixels + layer.Padding) * layer.PixelValues;
            Row(layer, input, y, pooled.Columns, work[start..], round);
        }
    }

    private static void Row(FastLayer layer, ReadOnlySpan<short> input, int y, int pixels, Span<short> destination, bool round)
    {
        int stride = layer.InputStride, columns = layer.Layer.Input.Columns;
        if (layer.Layer.Pooling is not Pooling pooling)
        {
            input.Slice(y * columns * stride, pixels * stride).CopyTo(destination);
            return;
        }

        for (int x = 0; x < pixels; x++)
        {
            ReadOnlySpan<short> corner = input[((y * pooling.Stride * columns + x * pooling.Stride) * stride)..];
            Span<short> pixel = destination.Slice(x * stride, stride);
            if (pooling.Kind == PoolingKind.Max) Largest(corner, pooling, columns, pixel);
            else Mean(corner, pooling, columns, pixel, round);
        }
    }

    private static void Largest(ReadOnlySpan<short> corner, Pooling pooling, int columns, Span<short> pixel)
    {
        int stride = pixel.Length;
        corner[..stride].CopyTo(pixel);
        for (int i = 1; i < pooling.Rows * pooling.Columns; i++)
        {
            int offset = (i / pooling.Columns * columns + i % pooling.Columns) * stride;
            ReadOnlySpan<short> other = corner.Slice(offset, stride);
            KeepLarger(pixel, other);
        }
    }

    private static void Mean(ReadOnlySpan<short> corner, Pooling pooling, int columns, Span<short> pixel, bool round)
    {
        // A window of at most 256 values of at most 128 stays within -32,768..32,512.
        int stride = pixel.Length, count = pooling.Rows * pooling.Columns;
        corner[..stride].CopyTo(pixel);
        for (int i = 1; i < count; i++)
        {
            int offset = (i / pooling.Columns * columns + i % pooling.Columns) * stride;
            ReadOnlySpan<short> other = corner.Slice(offset, stride);
            Add(pixel, other);
        }

        foreach (ref short value in pixel)
        {
            value = (short)(round ? IntegerArithmetic.MeanHalfAwayFromZero(value, count) : IntegerArithmetic.MeanTowardsZero(value, count));
        }
    }

    private static void KeepLarger(Span<short> values, ReadOnlySpan<short> others)
    {
        int done = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            Span<Vector128<short>> left = MemoryMarshal.Cast<short, Vector128<short>>(values);
            ReadOnlySpan<Vector128<short>> right = MemoryMarshal.Cast<short, Vector128<short>>(others);
            for (int i = 0; i < left.Length; i++) left[i] = Vector128.Max(left[i], right[i]);
            done = left.Length * Vector128<short>.Count;
        }

        for (int i = done; i < values.Length; i++) values[i] = Math.Max(values[i], others[i]);
    }

    private static void Add(Span<short> values, ReadOnlySpan<short> others)
    {
        int done = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            Span<Vector128<short>> left = MemoryMarshal.Cast<short, Vector128<short>>(values);
            ReadOnlySpan<Vector128<short>> right = MemoryMarshal.Cast<short, Vector128<short>>(others);
            for (int i = 0; i < left.Length; i++) left[i] += right[i];
            done = left.Length * Vector128<short>.Count;
        }

        for (int i = done; i < values.Length; i++) values[i] += others[i];
    }
}
