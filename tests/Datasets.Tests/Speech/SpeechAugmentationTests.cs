// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Speech;
using Ai8x.Tensors;

namespace Ai8x.Datasets.Tests.Speech;

public sealed class SpeechAugmentationTests
{
    [Fact]
    public void Copy_IsAFunctionOfSeedRecordingAndCopy()
    {
        double[] recording = [.. TinyWav.Recording(1, 5000).Select(value => value / 32768.0)];
        double[] first = new SpeechAugmentation(7).Copy(recording, 3, 1);
        var other = new SpeechAugmentation(7);
        other.Copy(recording, 9, 2);
        Assert.Equal(first, other.Copy(recording, 3, 1));
        Assert.NotEqual(first, other.Copy(recording, 4, 1));
        Assert.NotEqual(first, other.Copy(recording, 3, 2));
        Assert.NotEqual(first, new SpeechAugmentation(8).Copy(recording, 3, 1));
    }

    [Fact]
    public void Copies_HaveTheSameBitsOnEveryMachine()
    {
        double[] recording = [.. Enumerable.Range(0, 12_345).Select(i => ((i * 7919 % 20_011) - 10_005) / 32768.0)];
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var augmentation = new SpeechAugmentation(1);
        for (int copy = 1; copy <= 5; copy++)
        {
            foreach (double value in augmentation.Copy(recording, 77, copy)) hash.AppendData(BitConverter.GetBytes(value));
        }

        Assert.Equal("52E16DC03A3941C2E83EB2BE76A97DBE", Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Copy_IsStretchThenShiftThenNoise(int index)
    {
        double[] recording = [.. TinyWav.Recording(2, 9000).Select(value => value / 32768.0)];
        double[] copy = new SpeechAugmentation(11).Copy(recording, index, 1);

        // The same steps from the description, with the system's functions.
        var random = new CounterRandom(11, RandomPurpose.Augmentation);
        double Uniform(int element) => random.Uniform(1, 0, index, element);
        double rate = 0.8 + (0.5 * Uniform(2));
        double[] stretched = new PhaseVocoder().Stretch(recording, rate, int.MaxValue);
        double[] second = [.. stretched.Concat(new double[16000]).Take(16000)];
        int shift = (int)Math.Truncate((-0.1 + (0.2 * Uniform(1))) * 16000);
        double mean = second.Sum(Math.Abs) / 16000;
        for (int i = 0; i < 16000; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - Uniform(4 + (2 * i)))) * Math.Cos(Math.Tau * Uniform(5 + (2 * i)));
            double expected = second[((i - shift) % 16000 + 16000) % 16000] + (Uniform(0) * mean * normal);
            Assert.Equal(expected, copy[i], 1e-6);
        }
    }

    [Fact]
    public void Noise_IsStandardNormal()
    {
        // A constant of known mean magnitude: what is left after taking it off is noise of a known size.
        double[] recording = new double[40_000];
        Array.Fill(recording, 0.5);
        double level = 0.5 * new CounterRandom(5, RandomPurpose.Augmentation).Uniform(1, 0, 0, 0);
        double[] noise = [.. new SpeechAugmentation(5).Copy(recording, 0, 1).Select(value => (value - 0.5) / level)];
        Assert.InRange(noise[4000..12_000].Average(), -0.05, 0.05);
        Assert.InRange(noise[4000..12_000].Average(value => value * value), 0.93, 1.07);
    }

    [Fact]
    public void Quantization_RoundsToEvenAndSaturates()
    {
        byte[] bytes = new byte[8];
        SpeechFrame.Quantize([0, 0.5 / 128, 1.5 / 128, -1, -1.2, 0.999, 3], bytes);
        Assert.Equal([128, 128, 130, 0, 0, 255, 255, 128], bytes);
    }
}
