// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace Ai8x.Reporting;

/// <summary>
/// The framing of record files: for each record its length (u64), the masked CRC-32C of the length (u32), the bytes, and their masked CRC-32C (u32), all
/// little endian.
/// </summary>
internal static class RecordFile
{
    private const int HeaderBytes = sizeof(ulong) + sizeof(uint);

    /// <summary>Appends one record in one write.</summary>
    public static void Append(Stream stream, ReadOnlySpan<byte> record)
    {
        byte[] framed = new byte[HeaderBytes + record.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(framed, (ulong)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(sizeof(ulong)), MaskedCrc32C.Of(framed.AsSpan(0, sizeof(ulong))));
        record.CopyTo(framed.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(HeaderBytes + record.Length), MaskedCrc32C.Of(record));
        stream.Write(framed);
    }
}
