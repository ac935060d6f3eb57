// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ai8x.Datasets.Archives;

/// <summary>A tar archive, plain or packed with gzip, read as a stream from its start to its end.</summary>
/// <param name="path">The archive.</param>
internal sealed class TarGzSource(string path) : MemberSource
{
    // Long names come as an entry of their own; no path of a data set is nearly as long.
    private const int MostNameBytes = 65536;

    public override string Path { get; } = System.IO.Path.GetFullPath(path);

    public override void AppendState(IncrementalHash hash) => AppendFile(hash, Path, new FileInfo(Path));

    protected override IEnumerable<ArchiveMember> Read()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        using StoredFile file = StoredFile.Open(stream, Path);
        byte[] block = new byte[TarHeader.BlockBytes];
        byte[] skipped = new byte[1 << 16];
        string? longName = null;
        while (ReadBlock(file, block))
        {
            TarHeader header = TarHeader.Parse(block, Path, file.Position - block.Length);
            long end = file.Position + Padded(file, header.Size);
            switch (header.Kind)
            {
                case 'L':
                    longName = Encoding.UTF8.GetString(ReadName(file, header)).TrimEnd('\0');
                    break;
                case 'x':
                    longName = PaxPath(ReadName(file, header)) ?? longName;
                    break;
                case 'g':
                    break;
                case '0' or '\0' or '7':
                    string name = MemberPath.Checked(Path, longName ?? header.Path);
                    longName = null;
                    if (name.EndsWith('/')) break;
                    yield return new ArchiveMember(Path, name, header.Size, new TarContent(file, header.Size));
                    break;
                case '5':
                    MemberPath.Checked(Path, longName ?? header.Path);
                    longName = null;
                    break;
                default:
                    throw MemberPath.NoFile(Path, longName ?? header.Path, header.Kind switch
                    {
                        '1' => "a hard link",
                        '2' => "a symbolic link",
                        _ => $"an entry of the type '{(char.IsControl(header.Kind) ? '?' : header.Kind)}'",
                    });
            }

            Skip(file, end, skipped);
        }

        while (file.Read(skipped) > 0)
        {
        }

        file.CheckTrailer();
    }

    /// <summary>Reads a block; false where the archive has its end mark.</summary>
    private bool ReadBlock(StoredFile file, byte[] block)
    {
        int count = file.Read(block);
        if (count == block.Length) return block.AsSpan().ContainsAnyExcept((byte)0);
        throw TarHeader.Damaged(Path, file.Position - count, count == 0 ? "the end of the file, without the empty blocks" : string.Create(CultureInfo.InvariantCulture, $"only {count} bytes"));
    }

    private long Padded(StoredFile file, long size)
    {
        long padded = (size + TarHeader.BlockBytes - 1) / TarHeader.BlockBytes * TarHeader.BlockBytes;
        if (padded > file.MostBytes - file.Position)
        {
            throw TarHeader.Damaged(Path, file.Position - TarHeader.BlockBytes, string.Create(CultureInfo.InvariantCulture, $"an entry of {size} bytes, more than the archive can hold"));
        }

        return padded;
    }

    private byte[] ReadName(StoredFile file, TarHeader header)
    {
        if (header.Size > MostNameBytes)
        {
            throw TarHeader.Damaged(Path, file.Position - TarHeader.BlockBytes, string.Create(CultureInfo.InvariantCulture, $"a name of {header.Size} bytes"));
        }

        byte[] name = new byte[header.Size];
        if (file.Read(name) < name.Length) throw TarHeader.Damaged(Path, file.Position, "the end of the file inside a name");
        return name;
    }

    /// <summary>The path among the records <c>length key=value</c> of an extended header, or null.</summary>
    private static string? PaxPath(ReadOnlySpan<byte> records)
    {
        string? path = null;
        while (!records.IsEmpty)
        {
            int space = records.IndexOf((byte)' ');
            if (space < 1 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length <= space + 1 || length > records.Length) break;
            ReadOnlySpan<byte> record = records[(space + 1)..(length - 1)];
            if (record.StartsWith("path="u8)) path = Encoding.UTF8.GetString(record[5..]);
            records = records[length..];
        }

        return path;
    }

    private void Skip(StoredFile file, long end, byte[] buffer)
    {
        while (file.Position < end)
        {
            int wanted = (int)Math.Min(buffer.Length, end - file.Position);
            if (file.Read(buffer.AsSpan(0, wanted)) < wanted) throw TarHeader.Damaged(Path, file.Position, "the end of the file inside an entry");
        }
    }

    /// <summary>The content of one entry; reading stops at its end.</summary>
    private sealed class TarContent(StoredFile file, long length) : ForwardStream
    {
        private long _left = length;

        public override int Read(Span<byte> buffer)
        {
            int count = file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= count;
            return count;
        }
    }
}
