// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ai8x.Autograd;
using Ai8x.Datasets;
using Ai8x.Tensors;

namespace Ai8x.BitIdentity;

/// <summary>
/// Recordings made in integers, read like a data set from disk: split by name, stretched, shifted and made noisy. So the bits of augmentation are part of
/// what is compared.
/// </summary>
internal sealed class MadeUpSpeech
{
    private const int Copies = 2;
    private const int SampleRate = 16000;
    private const int Recordings = 10;

    private static readonly string[] Words = ["one", "two", "cat"];

    private readonly SampleSource _samples;

    private MadeUpSpeech(SampleSource samples) => _samples = samples;

    /// <summary>Shape of a sample.</summary>
    public SampleShape Shape => _samples.Shape;

    /// <summary>SHA-256 of all samples, changed copies included.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var sample = new sbyte[Shape.Count];
            for (int i = 0; i < _samples.Count; i++)
            {
                _samples.Fill([i], sample);
                hash.AppendData(MemoryMarshal.AsBytes<sbyte>(sample));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Writes the recordings, loads them with changed copies and deletes them again.</summary>
    public static MadeUpSpeech Load()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ai8x-speech");
        try
        {
            string words = Path.Combine(folder.FullName, "words");
            for (int word = 0; word < Words.Length; word++)
            {
                string of = Directory.CreateDirectory(Path.Combine(words, Words[word])).FullName;
                for (int i = 0; i < Recordings; i++) File.WriteAllBytes(Path.Combine(of, string.Create(CultureInfo.InvariantCulture, $"{Words[word]}-{i}.wav")), Wave(word, i));
            }

            var request = new DatasetRequest { DataDirectory = words, CacheDirectory = Path.Combine(folder.FullName, "cache"), AugmentedCopies = Copies, Seed = 7 };
            return new MadeUpSpeech(DatasetCatalog.Load("kws20", request).Train);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A batch of recordings and changed copies.</summary>
    public Batch Batch(int count, int step, int classes)
    {
        int[] indices = [.. Enumerable.Range(step * count, count).Select(i => i * 7 % _samples.Count)];
        var samples = new sbyte[count * Shape.Count];
        _samples.Fill(indices, samples);
        return new Batch { Count = count, Samples = samples, Labels = [.. indices.Select(i => _samples.Label(i) % classes)], SampleIndices = indices };
    }

    /// <summary>A tone that rises, in square waves, and noise.</summary>
    private static byte[] Wave(int word, int number)
    {
        int length = 9000 + 1000 * number;
        byte[] file = new byte[44 + 2 * length];
        "RIFF\0\0\0\0WAVEfmt "u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), 2 * SampleRate);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), 2 * length);
        uint state = (uint)(word * 1009 + number);
        int phase = 0;
        for (int i = 0; i < length; i++)
        {
            state = state * 1664525u + 1013904223u;
            phase += 300 + 100 * word + i / 50;
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(44 + 2 * i), (short)((int)(state >> 20) - 2048 + ((phase >> 14 & 1) == 0 ? 6000 : -6000)));
        }

        return file;
    }
}
