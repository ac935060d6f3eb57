// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using StbImageSharp;

namespace Ai8x.Datasets.Images;

/// <summary>Reads square PNG images; what a file claims is checked before it is unpacked.</summary>
internal static class PngImage
{
    private const int MostSide = 4096;
    private const int ChunkBytes = 12;
    private const int HeaderBytes = 8 + ChunkBytes + 13;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Reads an image.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <returns>Its side, and its pixels <c>[side, side, 3]</c> without transparency.</returns>
    /// <exception cref="DatasetFormatException">It is no such image.</exception>
    public static (int Side, byte[] Pixels) Read(byte[] file, string name)
    {
        if (file.Length < HeaderBytes || !file.AsSpan().StartsWith(Signature) || !file.AsSpan(12, 4).SequenceEqual("IHDR"u8))
        {
            throw Error(name, "This is no PNG image.", "It must begin with the signature of PNG and the chunk IHDR.", string.Create(CultureInfo.InvariantCulture, $"a file of {file.Length} bytes with another beginning"));
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(16));
        uint height = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(20));
        if (width != height || width is 0 or > MostSide)
        {
            throw Error(name, "The image has an unusable size.", string.Create(CultureInfo.InvariantCulture, $"It must be square with 1 to {MostSide} rows."), string.Create(CultureInfo.InvariantCulture, $"{width} columns and {height} rows"));
        }

        RequirePixels(file, (int)width, name);
        try
        {
            return ((int)width, ImageResult.FromMemory(file, ColorComponents.RedGreenBlue).Data);
        }
        catch (Exception error) when (error is InvalidOperationException or IndexOutOfRangeException or ArgumentException or OverflowException or NullReferenceException)
        {
            throw Error(name, "The image cannot be decoded.", "It must be a valid PNG image.", error.Message.TrimEnd('.'), error);
        }
    }

    /// <summary>Unpacks the pixel data without keeping it, to find out that there is as much as the header claims and no more.</summary>
    private static void RequirePixels(byte[] file, int side, string name)
    {
        using var packed = new MemoryStream();
        foreach ((int start, int length) in Chunks(file, name)) packed.Write(file, start, length);
        packed.Position = 0;
        // Five bytes of slack for every row: filter types, also those of the seven passes of interlaced images.
        int bytesOfPixel = file[24] == 16 ? 8 : 4;
        long most = ((long)side * side * bytesOfPixel) + (side * 5L) + 64;
        long unpacked = 0;
        try
        {
            using var pixels = new ZLibStream(packed, CompressionMode.Decompress);
            byte[] chunk = new byte[1 << 16];
            for (int count; unpacked <= most && (count = pixels.Read(chunk)) > 0; unpacked += count)
            {
            }
        }
        catch (InvalidDataException error)
        {
            throw Error(name, "The pixel data is damaged.", "The IDAT chunks must unpack without error.", string.Create(CultureInfo.InvariantCulture, $"an error after {unpacked} bytes"), error);
        }

        if (unpacked == 0 || unpacked > most)
        {
            throw Error(name, "The image holds another amount of pixel data than its size needs.", string.Create(CultureInfo.InvariantCulture, $"{side} rows and columns take at most {most} bytes."), unpacked == 0 ? "none" : "more");
        }
    }

    private static IEnumerable<(int Start, int Length)> Chunks(byte[] file, string name)
    {
        int at = Signature.Length;
        while (at <= file.Length - ChunkBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - ChunkBytes) break;
            if (file.AsSpan(at + 4, 4).SequenceEqual("IEND"u8)) yield break;
            if (file.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8)) yield return (at + 8, (int)length);
            at += ChunkBytes + (int)length;
        }

        throw Error(name, "The image is cut off.", "Its chunks must end with IEND inside the file.", string.Create(CultureInfo.InvariantCulture, $"{file.Length} bytes without it"));
    }

    private static DatasetFormatException Error(string name, string problem, string rule, string actual, Exception? inner = null) =>
        new(name, problem, rule, actual, "Replace the image, or take it out of the data set.", inner);
}
