// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Ai8x.Datasets;

/// <summary>
/// A file that is stored plainly or as one gzip member, read from its start to its end. Its first two bytes tell which of the two, not
/// its name.
/// </summary>
internal sealed class StoredFile : IDisposable
{
    // The smallest gzip member: 10 bytes of header, 2 of an empty block, 8 of trailer.
    private const int SmallestMember = 20;

    // No deflate stream holds more than this many bytes per stored byte, so a larger claim is a lie that needs no memory to find out.
    private const int LargestRatio = 1032;

    private readonly Stream _content;
    private readonly uint _trailerLength;

    private StoredFile(string name, Stream content, bool packed, long storedBytes, uint trailerLength)
    {
        Name = name;
        _content = content;
        IsPacked = packed;
        StoredBytes = storedBytes;
        _trailerLength = trailerLength;
    }

    /// <summary>The file, for messages.</summary>
    public string Name { get; }

    /// <summary>Whether it is stored as gzip.</summary>
    public bool IsPacked { get; }

    /// <summary>Bytes as stored.</summary>
    public long StoredBytes { get; }

    /// <summary>Content bytes that were read so far.</summary>
    public long Position { get; private set; }

    /// <summary>The most content bytes that the stored bytes can hold.</summary>
    public long MostBytes => IsPacked ? checked(StoredBytes * LargestRatio) : StoredBytes;

    /// <summary>Looks at a stream and prepares to read it.</summary>
    /// <param name="stored">A seekable stream with the stored bytes from its start on; stays open.</param>
    /// <param name="name">The file, for messages.</param>
    /// <returns>The file at its start.</returns>
    /// <exception cref="DatasetFormatException">It begins as gzip but is too short for that.</exception>
    public static StoredFile Open(Stream stored, string name)
    {
        stored.Position = 0;
        long length = stored.Length;
        Span<byte> magic = stackalloc byte[2];
        bool packed = stored.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        uint trailerLength = 0;
        if (packed)
        {
            if (length < SmallestMember)
            {
                throw CutOff(name, string.Create(CultureInfo.InvariantCulture, $"{length} bytes, where the smallest gzip file has {SmallestMember}"));
            }

            Span<byte> trailer = stackalloc byte[4];
            stored.Position = length - trailer.Length;
            stored.ReadExactly(trailer);
            trailerLength = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        }

        stored.Position = 0;
        return new StoredFile(name, packed ? new GZipStream(stored, CompressionMode.Decompress, leaveOpen: true) : stored, packed, length, trailerLength);
    }

    /// <summary>Reads content bytes until the buffer is full or the content ends.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <returns>Number of bytes read; fewer than the buffer holds only at the end.</returns>
    /// <exception cref="DatasetFormatException">The gzip data is damaged.</exception>
    public int Read(Span<byte> buffer)
    {
        try
        {
            int count = _content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            Position += count;
            return count;
        }
        catch (InvalidDataException error)
        {
            throw new DatasetFormatException(
                Name,
                "The packed data is damaged.",
                "A gzip file must unpack without error to bytes with the checksum in its last eight bytes.",
                string.Create(CultureInfo.InvariantCulture, $"an error after {Position} unpacked bytes"),
                "Fetch the file again.",
                error);
        }
    }

    /// <summary>Checks, when the content has been read to its end, that a packed file holds its trailer and nothing behind it.</summary>
    /// <exception cref="DatasetFormatException">The packed file is cut off or continues.</exception>
    public void CheckTrailer()
    {
        // The unpacking stream is content with a member whose end is missing, so the length in the trailer is what shows a cut.
        if (IsPacked && _trailerLength != (uint)Position)
        {
            throw CutOff(Name, string.Create(CultureInfo.InvariantCulture, $"{Position} unpacked bytes, and last four bytes that say {_trailerLength}"));
        }
    }

    /// <summary>Ends reading; the stored stream stays open.</summary>
    public void Dispose()
    {
        if (IsPacked)
        {
            _content.Dispose();
        }
    }

    private static DatasetFormatException CutOff(string name, string actual) => new(
        name,
        "The packed file is cut off, or something follows its packed data.",
        "A gzip file here is one whole member whose last four bytes give the unpacked length.",
        actual,
        "Fetch the file again, or give it unpacked.");
}
