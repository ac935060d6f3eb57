// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;

namespace Ai8x.Tensors;

/// <summary>
/// An input sample for synthesis, read from a <c>.npy</c> file: integers -128..127 of any integer type, channels first, shape
/// <c>[C, H, W]</c>, or <c>[C, L]</c> for one-dimensional data (network-yaml.md section 9).
/// </summary>
/// <param name="Shape">Shape of the sample; one-dimensional data has one column.</param>
/// <param name="Values">Values, channel by channel, each row-major: <c>(c * Height + y) * Width + x</c>.</param>
public sealed record NpySample(SampleShape Shape, ImmutableArray<sbyte> Values)
{
    /// <summary>Reads a sample.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">
    /// Shape that the network reads, or null to take that of the file. If it has one channel, the file may also have the shape
    /// <c>[H, W]</c>.
    /// </param>
    /// <returns>The sample.</returns>
    /// <exception cref="NpyFormatException">The file is no valid array, holds floats or values outside -128..127, or has another shape.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NpySample Read(string path, SampleShape? expected = null) => FromArray(NpyReader.Read(path), path, expected);

    /// <summary>Makes a sample from an array.</summary>
    /// <param name="array">The array.</param>
    /// <param name="source">Name for messages.</param>
    /// <param name="expected">Shape that the network reads, or null to take that of the array.</param>
    /// <returns>The sample.</returns>
    /// <exception cref="NpyFormatException">The array holds floats or values outside -128..127, or has another shape.</exception>
    public static NpySample FromArray(NpyArray array, string source, SampleShape? expected = null)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (array.ElementType is NpyElementType.Float32 or NpyElementType.Float64)
        {
            throw new NpyFormatException(source, $"the sample holds {array.ElementType} values; a sample is integers -128..127 (multiply data in -1..1 by 128 and save it as an integer type).");
        }

        if (array.ElementType == NpyElementType.UInt8)
        {
            throw new NpyFormatException(source, "the sample holds unsigned bytes; a sample is signed, -128..127 (subtract 128 from image bytes and save them as int8).");
        }

        SampleShape shape = ShapeOf(array, source, expected);
        return new NpySample(shape, Convert(array, source));
    }

    private static SampleShape ShapeOf(NpyArray array, string source, SampleShape? expected)
    {
        ImmutableArray<int> axes = array.Shape;
        if (axes.Length is not (2 or 3) || axes.Contains(0))
        {
            throw new NpyFormatException(source, $"the sample has shape {array.ShapeText}; it must be [C, H, W], or [C, L] for one-dimensional data.");
        }

        if (expected is not { } wanted) return axes.Length == 3 ? new SampleShape(axes[1], axes[2], axes[0]) : new SampleShape(axes[1], 1, axes[0]);
        bool fits = axes.Length == 3
            ? axes[0] == wanted.Channels && axes[1] == wanted.Height && axes[2] == wanted.Width
            : (wanted.Channels == 1 && axes[0] == wanted.Height && axes[1] == wanted.Width) || (wanted.Width == 1 && axes[0] == wanted.Channels && axes[1] == wanted.Height);
        if (fits) return wanted;
        throw new NpyFormatException(source, string.Create(CultureInfo.InvariantCulture,
            $"the sample has shape {array.ShapeText}, but the network reads {wanted.Channels} channels of {wanted.Height}x{wanted.Width}: save it as [C, H, W] = ({wanted.Channels}, {wanted.Height}, {wanted.Width})."));
    }

    private static ImmutableArray<sbyte> Convert(NpyArray array, string source)
    {
        long[] values = array.ToInt64Array();
        sbyte[] bytes = new sbyte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is < sbyte.MinValue or > sbyte.MaxValue)
            {
                throw new NpyFormatException(source, string.Create(CultureInfo.InvariantCulture,
                    $"element {i} of the sample is {values[i]}; the chip reads signed bytes, -128..127 (image bytes 0..255 less 128)."));
            }

            bytes[i] = (sbyte)values[i];
        }

        return [.. bytes];
    }
}
