// SPDX-License-Identifier: MIT
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets.Archives;

/// <summary>A zip archive; every content is checked against the checksum that the archive has of it.</summary>
/// <param name="path">The archive.</param>
internal sealed class ZipSource(string path) : MemberSource
{
    // Deflate cannot shrink data by more than about 1,032 to 1; an entry that claims more is no honest archive.
    private const long LargestRatio = 1040;
    private const int FileTypeMask = 0xF000;
    private const int SymbolicLink = 0xA000;

    public override string Path { get; } = System.IO.Path.GetFullPath(path);

    public override void AppendState(IncrementalHash hash) => AppendFile(hash, Path, new FileInfo(Path));

    protected override IEnumerable<ArchiveMember> Read()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        using ZipArchive archive = Guarded(() => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        foreach (ZipArchiveEntry entry in Guarded(() => archive.Entries))
        {
            string name = MemberPath.Checked(Path, entry.FullName);
            if ((entry.ExternalAttributes >> 16 & FileTypeMask) == SymbolicLink) throw MemberPath.NoFile(Path, name, "a symbolic link");
            if (name.Length == 0 || name.EndsWith('/')) continue;
            if (entry.Length > (entry.CompressedLength + 1) * LargestRatio)
            {
                throw Damaged(string.Create(CultureInfo.InvariantCulture, $"'{name}' claims {entry.Length} bytes from {entry.CompressedLength} packed ones, which cannot be"));
            }

            using var content = new ZipContent(this, Guarded(entry.Open), entry.Crc32);
            yield return new ArchiveMember(Path, name, entry.Length, content);
        }
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw Damaged(error.Message.TrimEnd('.'), error);
        }
    }

    private DatasetFormatException Damaged(string actual, Exception? inner = null) => new(
        Path,
        "The zip archive is damaged.",
        "It must be a whole zip archive whose files unpack to the lengths and checksums in its directory.",
        actual,
        "Fetch the archive again.",
        inner);

    /// <summary>An unpacked entry that checks itself when its end is reached.</summary>
    private sealed class ZipContent(ZipSource source, Stream unpacked, uint expected) : ForwardStream
    {
        private uint _crc;

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            try
            {
                int count = unpacked.Read(buffer);
                _crc = Crc32.Append(_crc, buffer[..count]);
                return count == 0 && _crc != expected ? throw source.Damaged(string.Create(CultureInfo.InvariantCulture, $"a content with the CRC-32 {_crc:X8} in place of {expected:X8}")) : count;
            }
            catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
            {
                throw source.Damaged(error.Message.TrimEnd('.'), error);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) unpacked.Dispose();
            base.Dispose(disposing);
        }
    }
}
