// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ai8x.Tensors;
using Microsoft.Win32.SafeHandles;

namespace Ai8x.Datasets.Processed;

/// <summary>An opened processed cache. The file stays open as long as something reads from it.</summary>
internal sealed class ProcessedFile : IDisposable
{
    private const int LocalHeaderBytes = 30;
    private const int MostHeaderBytes = 1024;

    private readonly SafeFileHandle _handle;
    private readonly StoredArchiveLayout _file;
    private readonly uint[] _crcs;
    private readonly byte[][] _labels;

    private ProcessedFile(string path, SafeFileHandle handle, SampleLayout layout, StoredArchiveLayout file, uint[] crcs, byte[][] labels)
    {
        Path = path;
        _handle = handle;
        Layout = layout;
        _file = file;
        _crcs = crcs;
        _labels = labels;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public SampleLayout Layout { get; }

    /// <summary>Opens a cache if it is there, whole, and made from these inputs with these parameters.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">Shape that its samples must have.</param>
    /// <param name="fingerprint">The fingerprint that it must have.</param>
    /// <returns>The cache, or null where it must be made anew.</returns>
    public static ProcessedFile? TryOpen(string path, SampleShape shape, ReadOnlySpan<byte> fingerprint)
    {
        SafeFileHandle? handle = null;
        ProcessedFile? opened = null;
        try
        {
            if (!File.Exists(path)) return null;
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
            opened = Read(path, handle, shape, fingerprint);
            return opened;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            // Whatever is wrong with the old file, the answer is to make a new one.
            return null;
        }
        finally
        {
            if (opened is null) handle?.Dispose();
        }
    }

    /// <summary>Reads a part into memory.</summary>
    /// <param name="part">The part.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>Its samples, or null where they do not have the checksum that was written with them.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public LabelledImages? Load(SplitPart part, CancellationToken cancellation)
    {
        StoredEntry entry = _file[ProcessedArrays.Images(part)];
        sbyte[] samples = new sbyte[entry.ValueBytes];
        byte[] chunk = new byte[1 << 20];
        uint crc = Crc32.Append(0, entry.Preamble);
        for (int done = 0; done < samples.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> piece = chunk.AsSpan(0, Math.Min(chunk.Length, samples.Length - done));
            ReadExactly(_handle, piece, entry.ValuesPosition + done, Path);
            crc = Crc32.Append(crc, piece);
            SignedBytes.FromUnsigned(piece, samples.AsSpan(done));
            done += piece.Length;
        }

        return crc == _crcs[_file.Entries.IndexOf(entry)] ? new LabelledImages(Layout.Shape, samples, _labels[(int)part]) : null;
    }

    /// <summary>A source that reads the samples of a part from the file when they are asked for.</summary>
    /// <param name="name">Name of the source.</param>
    /// <param name="part">The part.</param>
    public DiskSource Stream(string name, SplitPart part) =>
        new(name, Path, _handle, _file[ProcessedArrays.Images(part)].ValuesPosition, Layout, _labels[(int)part]);

    /// <summary>Closes the file; sources that read from it end with it.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Reads bytes that must be there.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="position">Where they stand.</param>
    /// <param name="path">The file, for messages.</param>
    public static void ReadExactly(SafeFileHandle handle, Span<byte> destination, long position, string path)
    {
        while (!destination.IsEmpty)
        {
            int count = RandomAccess.Read(handle, destination, position);
            if (count == 0) throw new EndOfStreamException(string.Create(CultureInfo.InvariantCulture, $"'{path}' ends before byte {position}. It was changed while it was in use: run the command again."));
            destination = destination[count..];
            position += count;
        }
    }

    private static ProcessedFile? Read(string path, SafeFileHandle handle, SampleShape shape, ReadOnlySpan<byte> fingerprint)
    {
        (List<(string Name, ImmutableArray<int> Shape)> arrays, uint[] crcs) = ReadHeaders(handle, path);
        var file = new StoredArchiveLayout(arrays);
        if (!arrays.Select(array => array.Name).SequenceEqual(ProcessedArrays.Names)) return null;
        if (file.FileBytes != RandomAccess.GetLength(handle) || file.Entries[1].ValueBytes > 65536) return null;
        ImmutableArray<string> names = [.. Encoding.UTF8.GetString(Values(handle, file.Entries[1], path)).Split('\n')];
        SplitPart[] parts = Enum.GetValues<SplitPart>();
        var layout = new SampleLayout(shape, names, [.. parts.Select(part => (int)file[ProcessedArrays.Labels(part)].ValueBytes)]);
        StoredArchiveLayout wanted = ProcessedArrays.Arrange(layout);
        if (!HeadersAre(wanted, handle, crcs, path)) return null;
        if (!Values(handle, wanted.Entries[0], path).AsSpan().SequenceEqual(fingerprint)) return null;
        byte[][] labels = [.. parts.Select(part => Values(handle, wanted[ProcessedArrays.Labels(part)], path))];
        bool labelled = labels.All(part => !part.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)(names.Length - 1)));
        return labelled ? new ProcessedFile(path, handle, layout, wanted, crcs, labels) : null;
    }

    /// <summary>Follows the local headers through the file; what they say is checked afterwards as a whole.</summary>
    private static (List<(string Name, ImmutableArray<int> Shape)> Arrays, uint[] Crcs) ReadHeaders(SafeFileHandle handle, string path)
    {
        var arrays = new List<(string, ImmutableArray<int>)>();
        uint[] crcs = new uint[ProcessedArrays.Names.Length];
        byte[] bytes = new byte[MostHeaderBytes];
        long position = 0;
        for (int i = 0; i < ProcessedArrays.Names.Length; i++)
        {
            int count = RandomAccess.Read(handle, bytes, position);
            if (count < LocalHeaderBytes) throw new FormatException($"'{path}' is no processed data set.");
            crcs[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(14));
            int nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(26));
            string text = Encoding.Latin1.GetString(bytes, LocalHeaderBytes, count - LocalHeaderBytes);
            string name = text[..Math.Min(nameBytes, text.Length)].Replace(".npy", "", StringComparison.Ordinal);
            arrays.Add((name, ShapeIn(text, path)));
            position = new StoredArchiveLayout(arrays).DirectoryPosition;
        }

        return (arrays, crcs);
    }

    private static ImmutableArray<int> ShapeIn(string header, string path)
    {
        const string Mark = "'shape': (";
        int start = header.IndexOf(Mark, StringComparison.Ordinal);
        int end = start < 0 ? -1 : header.IndexOf(')', start);
        if (end < 0) throw new FormatException($"'{path}' is no processed data set.");
        string[] axes = header[(start + Mark.Length)..end].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. axes.Select(axis => int.Parse(axis, NumberStyles.None, CultureInfo.InvariantCulture))];
    }

    private static bool HeadersAre(StoredArchiveLayout wanted, SafeFileHandle handle, uint[] crcs, string path)
    {
        byte[] directory = wanted.Directory(crcs);
        if (RandomAccess.GetLength(handle) != wanted.FileBytes || !Bytes(handle, wanted.DirectoryPosition, directory.Length, path).AsSpan().SequenceEqual(directory)) return false;
        for (int i = 0; i < crcs.Length; i++)
        {
            StoredEntry entry = wanted.Entries[i];
            byte[] expected = [.. StoredArchiveLayout.LocalHeader(entry, crcs[i]), .. entry.Preamble];
            if (!Bytes(handle, entry.HeaderPosition, expected.Length, path).AsSpan().SequenceEqual(expected)) return false;
        }

        return true;
    }

    private static byte[] Values(SafeFileHandle handle, StoredEntry entry, string path) => Bytes(handle, entry.ValuesPosition, checked((int)entry.ValueBytes), path);

    private static byte[] Bytes(SafeFileHandle handle, long position, int count, string path)
    {
        byte[] bytes = new byte[count];
        ReadExactly(handle, bytes, position, path);
        return bytes;
    }
}
