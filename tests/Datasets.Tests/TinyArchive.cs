// SPDX-License-Identifier: MIT
using System.IO.Compression;
using System.Text;

namespace Ai8x.Datasets.Tests;

/// <summary>Small tar and zip archives and PNG images, the tar and PNG ones written by hand so that they share no code with the readers.</summary>
internal static class TinyArchive
{
    public static byte[] TarGz(params (string Path, byte[] Content)[] members) => TinyIdx.Gzip(Tar(members));

    public static byte[] Tar(params (string Path, byte[] Content)[] members) => Ended([.. members.SelectMany(member => Entry(member.Path, member.Content))]);

    /// <summary>One entry: header, content, padding.</summary>
    public static byte[] Entry(string path, byte[] content, char kind = '0', long? size = null, string link = "")
    {
        byte[] entry = new byte[512 + ((content.Length + 511) / 512 * 512)];
        Encoding.UTF8.GetBytes(path).CopyTo(entry, 0);
        Encoding.ASCII.GetBytes("0000644\0" + "0000000\0" + "0000000\0" + Convert.ToString(size ?? content.Length, 8).PadLeft(11, '0') + "\0" + "00000000000\0").CopyTo(entry, 100);
        entry[156] = (byte)kind;
        Encoding.ASCII.GetBytes(link).CopyTo(entry, 157);
        "ustar\0"u8.CopyTo(entry.AsSpan(257));
        "00"u8.CopyTo(entry.AsSpan(263));
        "        "u8.CopyTo(entry.AsSpan(148));
        int sum = entry.Take(512).Sum(value => value);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(entry, 148);
        content.CopyTo(entry, 512);
        return entry;
    }

    /// <summary>Adds the two empty blocks.</summary>
    public static byte[] Ended(byte[] entries) => [.. entries, .. new byte[1024]];

    public static byte[] Zip(params (string Path, byte[] Content)[] members)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string path, byte[] content) in members)
            {
                using Stream entry = archive.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A PNG image of 8-bit colours, with three or four channels.</summary>
    public static byte[] Png(int width, int height, int channels, Func<int, int, int, byte> value)
    {
        using var packed = new MemoryStream();
        using (var pixels = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                pixels.WriteByte(0);
                for (int x = 0; x < width; x++)
                {
                    for (int c = 0; c < channels; c++) pixels.WriteByte(value(y, x, c));
                }
            }
        }

        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8,
            .. Chunk("IHDR", [.. BigEndian((uint)width), .. BigEndian((uint)height), 8, (byte)(channels == 4 ? 6 : 2), 0, 0, 0]),
            .. Chunk("IDAT", packed.ToArray()),
            .. Chunk("IEND", []),
        ];
    }

    public static uint Crc(IEnumerable<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }

        return ~crc;
    }

    private static byte[] Chunk(string kind, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(kind), .. content];
        return [.. BigEndian((uint)content.Length), .. named, .. BigEndian(Crc(named))];
    }

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
