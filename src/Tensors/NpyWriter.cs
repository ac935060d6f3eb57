// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Ai8x.Tensors;

/// <summary>Writes NumPy's <c>.npy</c> files: version 1.0, little-endian, C order. The same array always gives the same bytes.</summary>
public static class NpyWriter
{
    /// <summary>Writes a file; it appears complete or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="array">The array.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, NpyArray array) => AtomicFile.Write(path, stream => Write(stream, array));

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">A stream that can be written.</param>
    /// <param name="array">The array.</param>
    public static void Write(Stream stream, NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(array);
        stream.Write(NpyHeader.Format(array.ElementType, array.Shape));
        WriteValues(stream, array);
    }

    private static void WriteValues(Stream stream, NpyArray array)
    {
        switch (array.RawValues)
        {
            case sbyte[] values: WriteValues<sbyte>(stream, values); break;
            case byte[] values: WriteValues<byte>(stream, values); break;
            case short[] values: WriteValues<short>(stream, values); break;
            case int[] values: WriteValues<int>(stream, values); break;
            case long[] values: WriteValues<long>(stream, values); break;
            case float[] values: WriteValues<float>(stream, values); break;
            case double[] values: WriteValues<double>(stream, values); break;
        }
    }

    private static void WriteValues<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (!BitConverter.IsLittleEndian)
        {
            byte[] turned = bytes.ToArray();
            int size = NpyHeader.SizeOf(NpyArray.TypeOf<T>());
            for (int i = 0; i < turned.Length; i += size) turned.AsSpan(i, size).Reverse();
            bytes = turned;
        }

        stream.Write(bytes);
    }
}
