// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.Datasets.Archives;

/// <summary>One 512-byte header of a tar archive, in the forms that GNU and POSIX write.</summary>
/// <param name="Path">Path of the entry.</param>
/// <param name="Size">Bytes that follow the header.</param>
/// <param name="Kind">The type letter; a null letter stands for a file.</param>
internal readonly record struct TarHeader(string Path, long Size, char Kind)
{
    /// <summary>Bytes of a header; contents are padded to multiples of it.</summary>
    public const int BlockBytes = 512;

    private const int ChecksumOffset = 148;

    /// <summary>Reads a header.</summary>
    /// <param name="block">The block, not all zeros.</param>
    /// <param name="archive">The archive, for messages.</param>
    /// <param name="position">Where the block stands, for messages.</param>
    /// <exception cref="DatasetFormatException">The block is no header.</exception>
    public static TarHeader Parse(ReadOnlySpan<byte> block, string archive, long position)
    {
        int sum = 0;
        for (int i = 0; i < BlockBytes; i++) sum += i is >= ChecksumOffset and < ChecksumOffset + 8 ? ' ' : block[i];
        if (!TryOctal(block.Slice(ChecksumOffset, 8), out long stored) || stored != sum)
        {
            throw Damaged(archive, position, "a block whose checksum is wrong");
        }

        if (!TryOctal(block.Slice(124, 12), out long size))
        {
            throw Damaged(archive, position, "a size that is no octal number");
        }

        string path = Text(block[..100]);
        bool posix = block.Slice(257, 6).SequenceEqual("ustar\0"u8);
        string prefix = posix ? Text(block.Slice(345, 155)) : "";
        return new TarHeader(prefix.Length == 0 ? path : prefix + "/" + path, size, (char)block[156]);
    }

    /// <summary>The error for an archive that is no tar archive at some place.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="position">The place.</param>
    /// <param name="actual">What is there.</param>
    public static DatasetFormatException Damaged(string archive, long position, string actual) => new(
        archive,
        string.Create(CultureInfo.InvariantCulture, $"There is no valid tar header at byte {position}."),
        "A tar archive is a sequence of 512-byte headers, each with its checksum and followed by its content, and two empty blocks at the end.",
        actual,
        "Fetch the archive again.");

    private static bool TryOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        ReadOnlySpan<byte> digits = field.Trim((ReadOnlySpan<byte>)[(byte)' ', 0]);
        if (digits.Length > 20) return false;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value >> 56 != 0) return false;
            value = (value << 3) | (long)(digit - '0');
        }

        return true;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
