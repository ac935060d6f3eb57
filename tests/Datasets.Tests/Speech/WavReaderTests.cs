// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Ai8x.Datasets.Speech;

namespace Ai8x.Datasets.Tests.Speech;

public sealed class WavReaderTests
{
    [Fact]
    public void Samples_AreDividedBy32768() =>
        Assert.Equal([0, 1 / 32768.0, -1, 32767 / 32768.0], WavReader.Read(TinyWav.Of([0, 1, -32768, 32767]), "a.wav"));

    [Fact]
    public void OtherChunks_AreSkippedWithTheirPadding()
    {
        byte[] plain = TinyWav.Of([5, -6]);
        byte[] file = [.. plain[..36], .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. plain[36..]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        Assert.Equal([5 / 32768.0, -6 / 32768.0], WavReader.Read(file, "a.wav"));
    }

    [Theory]
    [InlineData("rate", "sample rate", "8000")]
    [InlineData("width", "sample width", "8")]
    [InlineData("channels", "number of channels", "2")]
    [InlineData("coding", "coding", "3")]
    [InlineData("long data", "lie", "4096 bytes claimed")]
    [InlineData("long file", "lie", "bytes claimed")]
    [InlineData("huge data", "lie", "4294967295 bytes claimed")]
    [InlineData("half sample", "no whole samples", "3 bytes")]
    [InlineData("no samples", "no whole samples", "0 bytes")]
    [InlineData("no data", "There are no samples", "no chunk 'data'")]
    [InlineData("byte rate", "byte rate", "64000")]
    [InlineData("block size", "block size", "4")]
    [InlineData("short format", "The format is cut off", "14 bytes")]
    [InlineData("no format", "The samples come before their format", "none")]
    [InlineData("cut off", "lie", "bytes claimed")]
    [InlineData("text", "no WAVE file", "")]
    [InlineData("empty", "no WAVE file", "0 bytes")]
    public void WrongRecordings_AreATypedErrorWithTheActualValue(string fault, string problem, string actual)
    {
        byte[] file = TinyWav.Of([1, 2, 3, 4]);
        switch (fault)
        {
            case "rate": file = TinyWav.Of([1, 2], rate: 8000); break;
            case "width": file = TinyWav.Of([1, 2], bits: 8); break;
            case "channels": file = TinyWav.Of([1, 2], channels: 2); break;
            case "coding": file = TinyWav.Of([1, 2], coding: 3); break;
            case "long data": BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), 4096); break;
            case "huge data": BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), -1); break;
            case "long file": BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length); break;
            case "half sample": BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), 3); break;
            case "no samples": file = TinyWav.Of([]); break;
            case "no data": "junk"u8.CopyTo(file.AsSpan(36)); break;
            case "byte rate": BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), 64000); break;
            case "block size": BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 4); break;
            case "short format": file[16] = 14; break;
            case "no format": "junk"u8.CopyTo(file.AsSpan(12)); break;
            case "cut off": file = file[..^3]; break;
            case "text": file = "This is not a recording, but a text of some length."u8.ToArray(); break;
            default: file = []; break;
        }

        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => WavReader.Read(file, "one/a.wav"));
        Assert.Equal("one/a.wav", error.File);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.Contains(actual, error.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedFiles_AreReadOrRefused_NeverAnythingElse()
    {
        var random = new Random(3);
        for (int round = 0; round < 3000; round++)
        {
            byte[] file = TinyWav.Of([1, 2, 3, 4, 5]);
            for (int change = random.Next(1, 5); change > 0; change--) file[random.Next(file.Length)] = (byte)random.Next(256);
            file = file[..random.Next(file.Length / 2, file.Length + 1)];
            try
            {
                Assert.NotEmpty(WavReader.Read(file, "a.wav"));
            }
            catch (DatasetFormatException)
            {
                // The expected answer to damage.
            }
        }
    }
}
