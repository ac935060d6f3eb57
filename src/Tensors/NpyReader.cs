// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Ai8x.Tensors;

/// <summary>
/// Reads NumPy's <c>.npy</c> files, versions 1.0 and 2.0, of the types in <see cref="NpyElementType"/>. Arrays in Fortran order are
/// turned to C order. Nothing is allocated from a size that the file only claims to have.
/// </summary>
public static class NpyReader
{
    internal const int PreambleBytes = 10;
    private const int MaxHeaderBytes = 1 << 16;

    internal static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The array.</returns>
    /// <exception cref="NpyFormatException">The file is no valid array, is of an unsupported type, or is shorter or longer than its header says.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NpyArray Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads from a stream up to its end.</summary>
    /// <param name="stream">A stream that can seek, at the start of the array.</param>
    /// <param name="source">Name for messages.</param>
    /// <returns>The array.</returns>
    /// <exception cref="ArgumentException">The stream cannot seek: its length must be known before anything is allocated.</exception>
    /// <exception cref="NpyFormatException">The data is no valid array, is of an unsupported type, or is shorter or longer than its header says.</exception>
    public static NpyArray Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek) throw new ArgumentException("The stream must be able to seek.", nameof(stream));
        try
        {
            NpyHeader header = ReadHeader(stream, source);
            long present = stream.Length - stream.Position;
            if (present != header.DataBytes)
            {
                string shape = string.Join(", ", header.Shape);
                throw new NpyFormatException(source, string.Create(CultureInfo.InvariantCulture,
                    $"the header says {header.ElementType} of shape ({shape}), {header.DataBytes} bytes, but {present} bytes follow it; the file is damaged."));
            }

            return new NpyArray(header.ElementType, header.Shape, ReadValues(stream, header));
        }
        catch (EndOfStreamException error)
        {
            throw new NpyFormatException(source, "the file ends inside the header.", error);
        }
    }

    private static NpyHeader ReadHeader(Stream stream, string source)
    {
        Span<byte> preamble = stackalloc byte[PreambleBytes + 2];
        stream.ReadExactly(preamble[..PreambleBytes]);
        if (!preamble.StartsWith(Magic)) throw new NpyFormatException(source, "this is no .npy file: it does not start with NumPy's mark.");
        int major = preamble[6];
        int minor = preamble[7];
        if (minor != 0 || major is not (1 or 2))
        {
            throw new NpyFormatException(source, string.Create(CultureInfo.InvariantCulture, $"the file has format version {major}.{minor}; versions 1.0 and 2.0 are supported."));
        }

        long length = BinaryPrimitives.ReadUInt16LittleEndian(preamble[8..]);
        if (major == 2)
        {
            stream.ReadExactly(preamble[PreambleBytes..]);
            length = BinaryPrimitives.ReadUInt32LittleEndian(preamble[8..]);
        }

        if (length > MaxHeaderBytes)
        {
            throw new NpyFormatException(source, string.Create(CultureInfo.InvariantCulture, $"the header claims {length} bytes; more than {MaxHeaderBytes} are not accepted."));
        }

        byte[] header = new byte[length];
        stream.ReadExactly(header);
        return NpyHeader.Parse(header, source);
    }

    private static Array ReadValues(Stream stream, NpyHeader header) => header.ElementType switch
    {
        NpyElementType.Int8 => ReadValues<sbyte>(stream, header),
        NpyElementType.UInt8 => ReadValues<byte>(stream, header),
        NpyElementType.Int16 => ReadValues<short>(stream, header),
        NpyElementType.Int32 => ReadValues<int>(stream, header),
        NpyElementType.Int64 => ReadValues<long>(stream, header),
        NpyElementType.Float32 => ReadValues<float>(stream, header),
        _ => ReadValues<double>(stream, header),
    };

    private static T[] ReadValues<T>(Stream stream, NpyHeader header)
        where T : unmanaged
    {
        T[] values = new T[header.Count];
        Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan());
        stream.ReadExactly(bytes);
        if (!BitConverter.IsLittleEndian) ReverseElements(bytes, NpyHeader.SizeOf(header.ElementType));
        return header.FortranOrder && header.Shape.Length > 1 ? ToCOrder(values, header.Shape) : values;
    }

    private static void ReverseElements(Span<byte> bytes, int size)
    {
        for (int i = 0; i < bytes.Length; i += size) bytes.Slice(i, size).Reverse();
    }

    private static T[] ToCOrder<T>(T[] fortran, ImmutableArray<int> shape)
    {
        // Walks the indices in C order; 'from' is where the element stands with the first index fastest.
        T[] values = new T[fortran.Length];
        int[] index = new int[shape.Length];
        int[] stride = new int[shape.Length];
        for (int axis = 0, step = 1; axis < shape.Length; step *= Math.Max(shape[axis], 1), axis++) stride[axis] = step;
        int from = 0;
        for (int to = 0; to < values.Length; to++)
        {
            values[to] = fortran[from];
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += stride[axis];
                if (++index[axis] < shape[axis]) break;
                from -= stride[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return values;
    }
}
