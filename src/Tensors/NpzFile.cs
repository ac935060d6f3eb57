// SPDX-License-Identifier: MIT
using System.Globalization;
using System.IO.Compression;

namespace Ai8x.Tensors;

/// <summary>Reads and writes NumPy's <c>.npz</c> files: a zip archive with one <c>.npy</c> entry for each named array.</summary>
public static class NpzFile
{
    /// <summary>More arrays than any data set or checkpoint has.</summary>
    private const int MaxArrays = 4096;

    /// <summary>Deflate cannot shrink data by more than about 1,032 to 1; an entry that claims more is no honest archive.</summary>
    private const long MaxRatio = 1040;

    /// <summary>Written into every entry, so that the same arrays give the same bytes: the earliest time that zip can hold.</summary>
    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The arrays by name, without the ending <c>.npy</c>.</returns>
    /// <exception cref="NpyFormatException">The file is no zip archive, or an entry is no valid array.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads all arrays from a stream.</summary>
    /// <param name="stream">A stream that can seek.</param>
    /// <param name="source">Name for messages.</param>
    /// <returns>The arrays by name, without the ending <c>.npy</c>.</returns>
    /// <exception cref="NpyFormatException">The data is no zip archive, or an entry is no valid array.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek) throw new ArgumentException("The stream must be able to seek.", nameof(stream));
        var arrays = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.Entries.Count > MaxArrays) throw new NpyFormatException(source, $"the archive has more than {MaxArrays} entries.");
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
                if (!arrays.TryAdd(name, ReadEntry(entry, source))) throw new NpyFormatException(source, $"the archive has two arrays named '{name}'.");
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new NpyFormatException(source, $"this is no valid .npz archive: {error.Message}", error);
        }

        return arrays;
    }

    /// <summary>Writes a file, compressed; it appears complete or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="arrays">Names, without the ending <c>.npy</c>, and arrays; written in this order.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, NpyArray>> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((string name, NpyArray array) in arrays)
            {
                ZipArchiveEntry entry = archive.CreateEntry(name + ".npy", CompressionLevel.Optimal);
                entry.LastWriteTime = FixedTime;
                using Stream content = entry.Open();
                NpyWriter.Write(content, array);
            }
        });
    }

    private static NpyArray ReadEntry(ZipArchiveEntry entry, string source)
    {
        string where = $"{source}[{entry.FullName}]";
        if (entry.Length > Array.MaxLength || entry.Length > (entry.CompressedLength + 1) * MaxRatio)
        {
            throw new NpyFormatException(where, string.Create(CultureInfo.InvariantCulture,
                $"the entry claims {entry.Length} bytes from {entry.CompressedLength} compressed ones, which cannot be."));
        }

        using var content = new MemoryStream();
        using (Stream packed = entry.Open())
        {
            CopyAtMost(packed, content, entry.Length, where);
        }

        content.Position = 0;
        return NpyReader.Read(content, where);
    }

    private static void CopyAtMost(Stream from, MemoryStream to, long limit, string where)
    {
        byte[] buffer = new byte[81920];
        for (int read; (read = from.Read(buffer)) > 0;)
        {
            if (to.Length + read > limit) throw new NpyFormatException(where, "the entry is longer than the archive says.");
            to.Write(buffer, 0, read);
        }
    }
}
