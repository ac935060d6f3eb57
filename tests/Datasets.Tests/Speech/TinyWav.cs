// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace Ai8x.Datasets.Tests.Speech;

/// <summary>WAVE files written by hand.</summary>
internal static class TinyWav
{
    public static byte[] Of(short[] samples, int rate = 16000, short bits = 16, short channels = 1, short coding = 1)
    {
        byte[] file = new byte[44 + (2 * samples.Length)];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), coding);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), channels);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), rate * channels * bits / 8);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), (short)(channels * bits / 8));
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), bits);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), 2 * samples.Length);
        for (int i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(44 + (2 * i)), samples[i]);
        return file;
    }

    /// <summary>A recording that is different for every number.</summary>
    public static short[] Recording(int number, int length = 1600)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, length).Select(i => (short)(random.Next(-9000, 9000) + (7000 * ((i / 40) % 2))))];
    }
}
