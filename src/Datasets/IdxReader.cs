// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace Ai8x.Datasets;

/// <summary>
/// Reads IDX files of unsigned bytes, plain or packed with gzip (training-flow.md section 4.1): two zero bytes, the element type, the
/// number of axes, a big-endian 32-bit length for each axis, then the values.
/// </summary>
/// <remarks>What a header claims is checked against the stored size before memory is taken for it.</remarks>
public static class IdxReader
{
    /// <summary>The most values a file may hold: 2^30.</summary>
    public const long MostValues = 1L << 30;

    private const int MagicBytes = 4;
    private const int UnsignedByte = 0x08;
    private const int MostAxes = 4;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; whether it is packed shows in its first bytes, not in its name.</param>
    /// <returns>The content.</returns>
    /// <exception cref="DatasetFormatException">The file is malformed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IdxArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = OpenFile(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its start.</summary>
    /// <param name="stream">A seekable stream; stays open.</param>
    /// <param name="source">Name for messages.</param>
    /// <returns>The content.</returns>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    /// <exception cref="DatasetFormatException">The content is malformed.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static IdxArray Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (!stream.CanSeek)
        {
            throw new ArgumentException($"The stream of '{source}' must be seekable, because sizes are checked first.", nameof(stream));
        }

        using StoredFile file = StoredFile.Open(stream, source);
        ImmutableArray<int> dimensions = ReadHeader(file);
        byte[] data = new byte[ValuesIn(dimensions)];
        ReadValues(file, dimensions, 0, data);
        CheckEnd(file, dimensions);
        return new IdxArray(source, dimensions, data);
    }

    /// <summary>Opens a regular file that is not empty.</summary>
    /// <param name="path">The file.</param>
    internal static FileStream OpenFile(string path)
    {
        var file = new FileInfo(path);
        // Pipes and devices have no length. Opening one could wait for ever, so this comes first.
        if (((file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo) ?? file).Length == 0)
        {
            throw new DatasetFormatException(path, "The file is empty, or no regular file.", "An IDX file has a header and at least one value.", "no bytes", "Fetch the file again.");
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
    }

    /// <summary>Reads the header, and checks it against the size of the file.</summary>
    /// <param name="file">The file at its start; it is at the first value afterwards.</param>
    /// <returns>Lengths of the axes.</returns>
    internal static ImmutableArray<int> ReadHeader(StoredFile file)
    {
        int axes = ReadMagic(file);
        ImmutableArray<int> dimensions = ReadDimensions(file, axes);
        CheckCount(file, dimensions);
        return dimensions;
    }

    /// <summary>Reads the next values.</summary>
    /// <param name="file">The file behind its header.</param>
    /// <param name="dimensions">What the header says.</param>
    /// <param name="before">Values that were read before.</param>
    /// <param name="destination">Receives the values.</param>
    internal static void ReadValues(StoredFile file, ImmutableArray<int> dimensions, long before, Span<byte> destination)
    {
        int count = file.Read(destination);
        if (count < destination.Length)
        {
            throw Mismatch(file, dimensions, string.Create(CultureInfo.InvariantCulture, $"{before + count} values"));
        }
    }

    /// <summary>Checks that nothing follows the last value.</summary>
    /// <param name="file">The file behind its last value.</param>
    /// <param name="dimensions">What the header says.</param>
    internal static void CheckEnd(StoredFile file, ImmutableArray<int> dimensions)
    {
        if (file.Read(stackalloc byte[1]) != 0)
        {
            throw Mismatch(file, dimensions, "more bytes behind the last value");
        }

        file.CheckTrailer();
    }

    private static long ValuesIn(ImmutableArray<int> dimensions) => dimensions.Aggregate(1L, (product, length) => product * length);

    private static int ReadMagic(StoredFile file)
    {
        Span<byte> magic = stackalloc byte[MagicBytes];
        int count = file.Read(magic);
        if (count < MagicBytes)
        {
            throw HeaderCutOff(file, MagicBytes, count);
        }

        if (magic[0] != 0 || magic[1] != 0 || magic[2] != UnsignedByte || magic[3] is 0 or > MostAxes)
        {
            throw new DatasetFormatException(
                file.Name,
                "This is not an IDX file of unsigned bytes.",
                string.Create(CultureInfo.InvariantCulture, $"It must begin with the bytes 00 00 08 and the number of axes, 1 to {MostAxes}."),
                Convert.ToHexString(magic),
                "Give the IDX file of the data set, plain or packed with gzip.");
        }

        return magic[3];
    }

    private static ImmutableArray<int> ReadDimensions(StoredFile file, int axes)
    {
        Span<byte> header = stackalloc byte[axes * 4];
        int count = file.Read(header);
        if (count < header.Length)
        {
            throw HeaderCutOff(file, MagicBytes + header.Length, MagicBytes + count);
        }

        var dimensions = ImmutableArray.CreateBuilder<int>(axes);
        for (int axis = 0; axis < axes; axis++)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header[(axis * 4)..]);
            if (length is 0 or > (uint)MostValues)
            {
                throw new DatasetFormatException(
                    file.Name,
                    string.Create(CultureInfo.InvariantCulture, $"Axis {axis} of the header has an impossible length."),
                    string.Create(CultureInfo.InvariantCulture, $"A length must be 1 to {MostValues}."),
                    length.ToString(CultureInfo.InvariantCulture),
                    "Fetch the file again.");
            }

            dimensions.Add((int)length);
        }

        return dimensions.MoveToImmutable();
    }

    private static void CheckCount(StoredFile file, ImmutableArray<int> dimensions)
    {
        long values = 1;
        foreach (int length in dimensions)
        {
            // Both factors are at most 2^30, so the product stays far from overflow before it is looked at.
            values *= length;
            if (values > MostValues)
            {
                throw new DatasetFormatException(
                    file.Name,
                    "The header claims more values than are read.",
                    string.Create(CultureInfo.InvariantCulture, $"A file may hold at most {MostValues} values."),
                    Sizes(dimensions),
                    "Fetch the file again, or cut it into smaller ones.");
            }
        }

        long bytes = file.Position + values;
        if (bytes > file.MostBytes || (!file.IsPacked && bytes != file.StoredBytes))
        {
            throw Mismatch(file, dimensions, string.Create(CultureInfo.InvariantCulture, $"a file of {file.StoredBytes} bytes{(file.IsPacked ? ", packed" : "")}"));
        }
    }

    private static DatasetFormatException HeaderCutOff(StoredFile file, int needed, int count) => new(
        file.Name,
        "The file ends inside its header.",
        string.Create(CultureInfo.InvariantCulture, $"The header has {needed} bytes."),
        string.Create(CultureInfo.InvariantCulture, $"{count} bytes"),
        "Fetch the file again.");

    private static DatasetFormatException Mismatch(StoredFile file, ImmutableArray<int> dimensions, string actual) => new(
        file.Name,
        "The header and the size of the file disagree.",
        string.Create(CultureInfo.InvariantCulture, $"A header of {Sizes(dimensions)} is followed by exactly {ValuesIn(dimensions)} values of one byte."),
        actual,
        "The file is cut off, or not what its header says: fetch it again.");

    private static string Sizes(ImmutableArray<int> dimensions) => string.Join(" x ", dimensions.Select(length => length.ToString(CultureInfo.InvariantCulture)));
}
