// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;

namespace Ai8x.Datasets.Speech;

/// <summary>Reads recordings: RIFF WAVE files with one channel of 16-bit samples at 16 kHz.</summary>
internal static class WavReader
{
    /// <summary>Samples per second that a recording must have.</summary>
    public const int SampleRate = 16000;

    private const int ChunkHeaderBytes = 8;
    private const int FormatBytes = 16;
    private const ushort Pcm = 1;

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <returns>The samples divided by 32768, in [-1, 1).</returns>
    /// <exception cref="DatasetFormatException">It is no such file.</exception>
    public static double[] Read(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file.Slice(8, 4).SequenceEqual("WAVE"u8))
        {
            throw Error(name, "This is no WAVE file.", "It must begin with RIFF, a length, and WAVE.", string.Create(CultureInfo.InvariantCulture, $"a file of {file.Length} bytes with another beginning"));
        }

        uint riff = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        if (riff < 4 || riff > file.Length - ChunkHeaderBytes) throw CutOff(name, riff, file.Length - ChunkHeaderBytes);
        ReadOnlySpan<byte> left = file[12..(int)(riff + ChunkHeaderBytes)];
        bool formatted = false;
        while (left.Length >= ChunkHeaderBytes)
        {
            ReadOnlySpan<byte> id = left[..4];
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(left[4..]);
            if (length > left.Length - ChunkHeaderBytes) throw CutOff(name, length, left.Length - ChunkHeaderBytes);
            ReadOnlySpan<byte> content = left.Slice(ChunkHeaderBytes, (int)length);
            if (id.SequenceEqual("fmt "u8))
            {
                CheckFormat(content, name);
                formatted = true;
            }
            else if (id.SequenceEqual("data"u8))
            {
                return formatted ? Samples(content, name) : throw Error(name, "The samples come before their format.", "A chunk 'fmt ' must come before the chunk 'data'.", "none");
            }

            // Chunks begin at even places.
            left = left[Math.Min(left.Length, ChunkHeaderBytes + content.Length + (content.Length & 1))..];
        }

        throw Error(name, "There are no samples.", "A WAVE file has the chunks 'fmt ' and 'data'.", formatted ? "no chunk 'data'" : "no chunk 'fmt '");
    }

    private static void CheckFormat(ReadOnlySpan<byte> format, string name)
    {
        if (format.Length < FormatBytes) throw Error(name, "The format is cut off.", string.Create(CultureInfo.InvariantCulture, $"The chunk 'fmt ' has at least {FormatBytes} bytes."), string.Create(CultureInfo.InvariantCulture, $"{format.Length} bytes"));
        Require(name, "coding", "1 (PCM)", BinaryPrimitives.ReadUInt16LittleEndian(format), Pcm);
        Require(name, "number of channels", "1", BinaryPrimitives.ReadUInt16LittleEndian(format[2..]), 1);
        Require(name, "sample rate", "16000 Hz", BinaryPrimitives.ReadUInt32LittleEndian(format[4..]), SampleRate);
        Require(name, "sample width", "16 bits", BinaryPrimitives.ReadUInt16LittleEndian(format[14..]), 16);
        Require(name, "byte rate", "32000", BinaryPrimitives.ReadUInt32LittleEndian(format[8..]), 2 * SampleRate);
        Require(name, "block size", "2 bytes", BinaryPrimitives.ReadUInt16LittleEndian(format[12..]), 2);
    }

    private static double[] Samples(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length == 0 || content.Length % 2 != 0)
        {
            throw Error(name, "The recording has no whole samples.", "It must have at least one sample of 2 bytes, and no half ones.", string.Create(CultureInfo.InvariantCulture, $"{content.Length} bytes of samples"));
        }

        double[] samples = new double[content.Length / 2];
        for (int i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(content[(2 * i)..]) / 32768.0;
        return samples;
    }

    private static void Require(string name, string what, string wanted, uint actual, uint expected)
    {
        if (actual != expected)
        {
            throw Error(name, $"The recording has the wrong {what}.", $"It must be {wanted}: recordings are 16 kHz, 16 bits, mono.", actual.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static DatasetFormatException CutOff(string name, uint claimed, int left) => Error(
        name,
        "A length in the file's headers is a lie, or the file is cut off.",
        "No length may reach beyond the end of the file.",
        string.Create(CultureInfo.InvariantCulture, $"{claimed} bytes claimed where {left} are left"));

    private static DatasetFormatException Error(string name, string problem, string rule, string actual) =>
        new(name, problem, rule, actual, "Convert or replace the recording, or take it out of the data set.");
}
