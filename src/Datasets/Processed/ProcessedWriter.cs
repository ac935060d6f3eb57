// SPDX-License-Identifier: MIT
using Microsoft.Win32.SafeHandles;

namespace Ai8x.Datasets.Processed;

/// <summary>
/// Writes a processed cache. Samples come in any order and go straight to their places in a temporary file, whose full length is
/// taken at the start; it gets its final name in one step when everything is there. Any other end removes it.
/// </summary>
internal sealed class ProcessedWriter : SampleSink, IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly string _path;
    private readonly string _temporary;
    private readonly SampleLayout _samples;
    private readonly StoredArchiveLayout _file;
    private readonly byte[][] _labels;
    private readonly long[] _positions;
    private readonly SafeFileHandle _handle;
    private bool _complete;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its final name; the folder is made where it does not exist.</param>
    /// <param name="layout">What will be written.</param>
    /// <exception cref="IOException">The file cannot be made, or there is too little space for all of it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public ProcessedWriter(string path, SampleLayout layout)
    {
        _path = Path.GetFullPath(path);
        _samples = layout;
        _file = ProcessedArrays.Arrange(layout);
        _labels = [.. layout.Counts.Select(count => new byte[count])];
        _positions = [.. Enum.GetValues<SplitPart>().Select(part => _file[ProcessedArrays.Images(part)].ValuesPosition)];
        string folder = Path.GetDirectoryName(_path)!;
        Directory.CreateDirectory(folder);
        RemoveLeftovers(folder, Path.GetFileName(_path));
        _temporary = Path.Combine(folder, $".{Path.GetFileName(_path)}.{Path.GetRandomFileName()}.tmp");
        // Taking the whole length at once finds out about a full disk before any work is done.
        _handle = File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, _file.FileBytes);
    }

    /// <summary>Bytes of the whole file for some samples.</summary>
    /// <param name="layout">The samples.</param>
    public static long FileBytes(SampleLayout layout) => ProcessedArrays.Arrange(layout).FileBytes;

    /// <inheritdoc/>
    public override void Write(SplitPart part, int index, ReadOnlySpan<byte> values, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, _samples.Shape.Count, nameof(values));
        _labels[(int)part][index] = checked((byte)label);
        RandomAccess.Write(_handle, values, _positions[(int)part] + ((long)index * values.Length));
    }

    /// <summary>Writes everything else and gives the file its name.</summary>
    /// <param name="fingerprint">The fingerprint of inputs and parameters.</param>
    /// <param name="cancellation">Looked at between pieces of the file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Complete(ReadOnlySpan<byte> fingerprint, CancellationToken cancellation)
    {
        WriteValues(ProcessedArrays.Fingerprint, fingerprint);
        WriteValues(ProcessedArrays.ClassNames, ProcessedArrays.Encode(_samples.ClassNames));
        foreach (SplitPart part in Enum.GetValues<SplitPart>()) WriteValues(ProcessedArrays.Labels(part), _labels[(int)part]);
        uint[] crcs = new uint[_file.Entries.Length];
        for (int i = 0; i < crcs.Length; i++)
        {
            StoredEntry entry = _file.Entries[i];
            RandomAccess.Write(_handle, entry.Preamble, entry.ContentPosition);
            crcs[i] = Checksum(_handle, entry, cancellation);
            RandomAccess.Write(_handle, StoredArchiveLayout.LocalHeader(entry, crcs[i]), entry.HeaderPosition);
        }

        RandomAccess.Write(_handle, _file.Directory(crcs), _file.DirectoryPosition);
        // The name must not become durable before the content is.
        RandomAccess.FlushToDisk(_handle);
        _handle.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _complete = true;
    }

    /// <summary>Removes the file if it was not completed.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        if (_complete) return;
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that led here says more; the next run removes the file.
        }
    }

    /// <summary>Checksum of an entry's content as it stands in the file.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellation">Looked at between pieces.</param>
    public static uint Checksum(SafeFileHandle handle, StoredEntry entry, CancellationToken cancellation)
    {
        byte[] chunk = new byte[(int)Math.Min(ChunkBytes, entry.ContentBytes)];
        uint crc = 0;
        for (long done = 0; done < entry.ContentBytes;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = RandomAccess.Read(handle, chunk.AsSpan(0, (int)Math.Min(chunk.Length, entry.ContentBytes - done)), entry.ContentPosition + done);
            if (count == 0) throw new EndOfStreamException($"'{entry.Name}' ends early.");
            crc = Crc32.Append(crc, chunk.AsSpan(0, count));
            done += count;
        }

        return crc;
    }

    private void WriteValues(string name, ReadOnlySpan<byte> values) => RandomAccess.Write(_handle, values, _file[name].ValuesPosition);

    // A run that was killed leaves its temporary file. One that is still being written is locked, and stays.
    private static void RemoveLeftovers(string folder, string name)
    {
        foreach (string leftover in Directory.EnumerateFiles(folder, $".{name}.*.tmp"))
        {
            try
            {
                new FileStream(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, or not ours.
            }
        }
    }
}
