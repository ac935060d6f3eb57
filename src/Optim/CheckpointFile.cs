// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Security.Cryptography;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>Checkpoints on disk. The format is described in <c>docs/checkpoint-format.md</c>.</summary>
public static class CheckpointFile
{
    /// <summary>Version of the format that is written.</summary>
    public const int Version = 2;

    /// <summary>Oldest version that is still read.</summary>
    public const int OldestVersion = 1;

    /// <summary>Longest file that is written or read: 1 GiB.</summary>
    public const long MaximumBytes = 1L << 30;

    internal const int HeaderBytes = 24;
    internal const int ChecksumBytes = 32;

    internal static ReadOnlySpan<byte> Magic => "AI8XCKPT"u8;

    /// <summary>Writes a checkpoint; the file appears complete or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="checkpoint">What to write.</param>
    /// <exception cref="CheckpointException">The checkpoint is too long for the format.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long payload = PayloadBytes(checkpoint);
        AtomicFile.Write(path, stream => WriteTo(stream, checkpoint, payload));
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The checkpoint, checksum and all sizes checked.</returns>
    /// <exception cref="CheckpointException">The file is no intact checkpoint of a version that is read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Checkpoint Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long length = new FileInfo(path).Length;
        if (length > MaximumBytes) throw new CheckpointException(path, $"the file has {length} bytes, a checkpoint at most {MaximumBytes}; it is no checkpoint");
        if (length < HeaderBytes + ChecksumBytes) throw new CheckpointException(path, $"the file has {length} bytes and is too short for a checkpoint; use another one");
        return Decode(path, File.ReadAllBytes(path));
    }

    internal static byte[] Encode(Checkpoint checkpoint)
    {
        using var stream = new MemoryStream();
        WriteTo(stream, checkpoint, PayloadBytes(checkpoint));
        return stream.ToArray();
    }

    internal static Checkpoint Decode(string? path, byte[] bytes)
    {
        if (bytes.Length < HeaderBytes + ChecksumBytes || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new CheckpointException(path, "the file does not begin like a checkpoint; it is another kind of file, or damaged");
        }

        // The version is looked at before the checksum, so that a newer file is called newer and not damaged.
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (version is < OldestVersion or > Version) throw new CheckpointException(path, FormattableString.Invariant($"the checkpoint has version {version}, this program reads versions {OldestVersion} to {Version}; train again or use the matching program"));
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - ChecksumBytes), checksum);
        if (!checksum.SequenceEqual(bytes.AsSpan(bytes.Length - ChecksumBytes)))
        {
            throw new CheckpointException(path, "the checksum does not match: the file is damaged or cut off; use another checkpoint");
        }

        var reader = new CheckpointReader(path, bytes.AsMemory(0, bytes.Length - ChecksumBytes), version);
        return reader.Checkpoint();
    }

    /// <summary>Length of the payload, which stands before it and is part of what the checksum covers: the fields are gone through twice.</summary>
    private static long PayloadBytes(Checkpoint checkpoint)
    {
        using var counter = new CheckpointWriter(null);
        counter.Payload(checkpoint);
        long bytes = HeaderBytes + counter.Length + ChecksumBytes;
        if (bytes > MaximumBytes) throw new CheckpointException(null, $"the checkpoint has {bytes} bytes, at most {MaximumBytes} can be saved; use a smaller model");
        return counter.Length;
    }

    private static void WriteTo(Stream stream, Checkpoint checkpoint, long payloadBytes)
    {
        using var writer = new CheckpointWriter(stream);
        writer.Header(payloadBytes);
        writer.Payload(checkpoint);
        writer.Checksum();
    }
}
