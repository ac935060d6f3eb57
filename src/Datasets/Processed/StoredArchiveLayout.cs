// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Ai8x.Datasets.Processed;

/// <summary>
/// Where everything stands in a <c>.npz</c> file whose entries are stored, not packed: the place of every sample is known before the
/// first one is written, and a sample can be read without the rest. Sizes are always given in the zip64 form.
/// </summary>
internal sealed class StoredArchiveLayout
{
    private const int LocalHeaderBytes = 30;
    private const int LocalExtraBytes = 20;
    private const int DirectoryHeaderBytes = 46;
    private const int DirectoryExtraBytes = 28;
    private const int EndBytes = 56 + 20 + 22;
    private const ushort Version45 = 45;
    private const ushort Zip64Field = 1;
    private const ushort Utf8Names = 1 << 11;

    // 1 January 1980, the earliest date there is: the same arrays give the same bytes.
    private const ushort FixedDate = (1 << 5) | 1;

    /// <summary>Lays out a file.</summary>
    /// <param name="arrays">Names without the ending, and shapes, of its arrays of unsigned bytes.</param>
    public StoredArchiveLayout(IEnumerable<(string Name, ImmutableArray<int> Shape)> arrays)
    {
        long position = 0;
        var entries = ImmutableArray.CreateBuilder<StoredEntry>();
        foreach ((string name, ImmutableArray<int> shape) in arrays)
        {
            byte[] fileName = Encoding.ASCII.GetBytes(name + ".npy");
            byte[] header = NpyPreamble(shape);
            long content = position + LocalHeaderBytes + fileName.Length + LocalExtraBytes;
            long bytes = shape.Aggregate(1L, (product, length) => checked(product * length));
            entries.Add(new StoredEntry(name, fileName, position, content, header, content + header.Length, bytes));
            position = content + header.Length + bytes;
        }

        Entries = entries.ToImmutable();
        DirectoryPosition = position;
        FileBytes = position + Entries.Sum(entry => DirectoryHeaderBytes + entry.FileName.Length + DirectoryExtraBytes) + EndBytes;
    }

    /// <summary>The arrays in their order.</summary>
    public ImmutableArray<StoredEntry> Entries { get; }

    /// <summary>Where the directory begins, behind the last array.</summary>
    public long DirectoryPosition { get; }

    /// <summary>Length of the whole file.</summary>
    public long FileBytes { get; }

    /// <summary>An array by its name.</summary>
    /// <param name="name">The name.</param>
    public StoredEntry this[string name] => Entries.First(entry => entry.Name == name);

    /// <summary>The bytes before an entry's content.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="crc">Checksum of its content.</param>
    public static byte[] LocalHeader(StoredEntry entry, uint crc)
    {
        byte[] header = new byte[LocalHeaderBytes + entry.FileName.Length + LocalExtraBytes];
        var writer = new Fields(header);
        writer.U32(0x04034b50);
        writer.U16(Version45);
        Common(ref writer, entry, crc);
        writer.U16(LocalExtraBytes);
        writer.Bytes(entry.FileName);
        writer.U16(Zip64Field);
        writer.U16(LocalExtraBytes - 4);
        writer.U64(entry.ContentBytes);
        writer.U64(entry.ContentBytes);
        return header;
    }

    /// <summary>The bytes behind the last array: the directory and its end mark.</summary>
    /// <param name="crcs">Checksum of every entry's content.</param>
    public byte[] Directory(ReadOnlySpan<uint> crcs)
    {
        byte[] bytes = new byte[FileBytes - DirectoryPosition];
        var writer = new Fields(bytes);
        for (int i = 0; i < Entries.Length; i++) DirectoryHeader(ref writer, Entries[i], crcs[i]);
        long directoryBytes = bytes.Length - EndBytes;
        writer.U32(0x06064b50);
        writer.U64(44);
        writer.U16(Version45);
        writer.U16(Version45);
        writer.U32(0);
        writer.U32(0);
        writer.U64(Entries.Length);
        writer.U64(Entries.Length);
        writer.U64(directoryBytes);
        writer.U64(DirectoryPosition);
        writer.U32(0x07064b50);
        writer.U32(0);
        writer.U64(DirectoryPosition + directoryBytes);
        writer.U32(1);
        writer.U32(0x06054b50);
        writer.U32(0);
        writer.U16((ushort)Entries.Length);
        writer.U16((ushort)Entries.Length);
        writer.U32(uint.MaxValue);
        writer.U32(uint.MaxValue);
        writer.U16(0);
        return bytes;
    }

    private static void DirectoryHeader(ref Fields writer, StoredEntry entry, uint crc)
    {
        writer.U32(0x02014b50);
        writer.U16(Version45);
        writer.U16(Version45);
        Common(ref writer, entry, crc);
        writer.U16(DirectoryExtraBytes);
        writer.U16(0);
        writer.U16(0);
        writer.U16(0);
        writer.U32(0);
        writer.U32(uint.MaxValue);
        writer.Bytes(entry.FileName);
        writer.U16(Zip64Field);
        writer.U16(DirectoryExtraBytes - 4);
        writer.U64(entry.ContentBytes);
        writer.U64(entry.ContentBytes);
        writer.U64(entry.HeaderPosition);
    }

    private static void Common(ref Fields writer, StoredEntry entry, uint crc)
    {
        writer.U16(Utf8Names);
        writer.U16(0);
        writer.U16(0);
        writer.U16(FixedDate);
        writer.U32(crc);
        writer.U32(uint.MaxValue);
        writer.U32(uint.MaxValue);
        writer.U16((ushort)entry.FileName.Length);
    }

    /// <summary>What a <c>.npy</c> file of unsigned bytes has before its values, padded to a multiple of 64 bytes.</summary>
    private static byte[] NpyPreamble(ImmutableArray<int> shape)
    {
        string axes = string.Join(", ", shape.Select(length => length.ToString(CultureInfo.InvariantCulture))) + (shape.Length == 1 ? "," : "");
        string text = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({axes}), }}";
        const int PreambleBytes = 10;
        byte[] header = new byte[(PreambleBytes + text.Length + 1 + 63) / 64 * 64];
        header.AsSpan().Fill((byte)' ');
        header[0] = 0x93;
        Encoding.ASCII.GetBytes("NUMPY", header.AsSpan(1));
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - PreambleBytes));
        Encoding.ASCII.GetBytes(text, header.AsSpan(PreambleBytes));
        header[^1] = (byte)'\n';
        return header;
    }

    /// <summary>Writes little-endian fields one after another.</summary>
    private ref struct Fields(Span<byte> bytes)
    {
        private Span<byte> _left = bytes;

        public void U16(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_left, value);
            _left = _left[2..];
        }

        public void U32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_left, value);
            _left = _left[4..];
        }

        public void U64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_left, value);
            _left = _left[8..];
        }

        public void Bytes(ReadOnlySpan<byte> value)
        {
            value.CopyTo(_left);
            _left = _left[value.Length..];
        }
    }
}
