// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Speech;

namespace Ai8x.Datasets.Tests.Speech;

/// <summary>Against the definition written with angles: discrete sums, arc tangents, wrapped differences.</summary>
public sealed class PhaseVocoderTests
{
    private const int Points = 2048;
    private const int Hop = 512;
    private const int Bins = 1025;

    private static readonly double[] Cosines = [.. Enumerable.Range(0, Points).Select(i => Math.Cos(Math.Tau * i / Points))];
    private static readonly double[] Sines = [.. Enumerable.Range(0, Points).Select(i => Math.Sin(Math.Tau * i / Points))];

    [Theory]
    [InlineData(1, 0.9)]
    [InlineData(3, 1.0)]
    [InlineData(700, 1.21)]
    [InlineData(1025, 0.8)]
    [InlineData(3001, 1.3)]
    [InlineData(2600, 0.83)]
    public void Stretch_FollowsTheDefinition(int length, double rate)
    {
        double[] samples = Noise(length);
        double[] expected = Reference(samples, rate);
        double[] actual = new PhaseVocoder().Stretch(samples, rate, int.MaxValue);
        Assert.Equal((int)Math.Round(length / rate), actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-8);
    }

    [Fact]
    public void RateOne_GivesTheRecordingBack()
    {
        double[] samples = Noise(9000);
        double[] actual = new PhaseVocoder().Stretch(samples, 1, int.MaxValue);
        for (int i = 0; i < 7500; i++) Assert.Equal(samples[i], actual[i], 1e-9);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.1)]
    public void ShortenedResult_IsTheStartOfTheWholeOne(double rate)
    {
        double[] samples = Noise(12_000);
        var vocoder = new PhaseVocoder();
        double[] whole = vocoder.Stretch(samples, rate, int.MaxValue);
        Assert.Equal(whole[..4321], vocoder.Stretch(samples, rate, 4321));
    }

    [Fact]
    public void Silence_StaysSilent() => Assert.All(new PhaseVocoder().Stretch(new double[3000], 1.17, int.MaxValue), value => Assert.Equal(0, value));

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.25)]
    public void Tone_KeepsItsPitch(double rate)
    {
        // Bin 64 of 2048 at 16 kHz: 500 Hz, 32 samples for a period.
        double[] samples = [.. Enumerable.Range(0, 16_000).Select(i => Math.Sin(Math.Tau * i / 32))];
        double[] actual = new PhaseVocoder().Stretch(samples, rate, int.MaxValue);
        int crossings = 0;
        for (int i = 2001; i < 8001; i++) crossings += actual[i - 1] < 0 && actual[i] >= 0 ? 1 : 0;
        Assert.InRange(crossings, 186, 189);
    }

    private static double[] Noise(int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(i => (0.3 * Math.Sin(i * 0.07)) + random.NextDouble() - 0.5)];
    }

    private static double[] Reference(double[] samples, double rate)
    {
        double[] window = [.. Enumerable.Range(0, Points).Select(i => 0.5 - (0.5 * Cosines[i]))];
        int frames = 1 + (samples.Length / Hop);
        (double Re, double Im)[][] spectra = [.. Enumerable.Range(0, frames + 2).Select(frame => frame < frames ? Spectrum(samples, frame, window) : new (double, double)[Bins])];
        int length = (int)Math.Round(samples.Length / rate);
        double[] sum = new double[length + Points];
        double[] squares = new double[length + Points];
        double[] phase = [.. spectra[0].Select(value => Math.Atan2(value.Im, value.Re))];
        for (int step = 0; step * rate < frames; step++)
        {
            int at = (int)(step * rate);
            double alpha = (step * rate) - at;
            var frame = new (double Re, double Im)[Bins];
            for (int k = 0; k < Bins; k++)
            {
                (double Re, double Im) here = spectra[at][k];
                (double Re, double Im) next = spectra[at + 1][k];
                double magnitude = ((1 - alpha) * Math.Sqrt((here.Re * here.Re) + (here.Im * here.Im))) + (alpha * Math.Sqrt((next.Re * next.Re) + (next.Im * next.Im)));
                frame[k] = (magnitude * Math.Cos(phase[k]), magnitude * Math.Sin(phase[k]));
                double advance = Math.PI * Hop * k / (Bins - 1);
                double difference = Math.Atan2(next.Im, next.Re) - Math.Atan2(here.Im, here.Re) - advance;
                phase[k] += advance + difference - (Math.Tau * Math.Round(difference / Math.Tau));
            }

            for (int n = 0; n < Points && (step * Hop) + n < sum.Length; n++)
            {
                sum[(step * Hop) + n] += Inverse(frame, n) * window[n];
                squares[(step * Hop) + n] += window[n] * window[n];
            }
        }

        return [.. Enumerable.Range(Points / 2, length).Select(i => squares[i] > 1e-300 ? sum[i] / squares[i] : sum[i])];
    }

    private static (double Re, double Im)[] Spectrum(double[] samples, int frame, double[] window)
    {
        double[] part = new double[Points];
        for (int n = 0; n < Points; n++)
        {
            int i = (frame * Hop) + n - (Points / 2);
            while (samples.Length > 1 && (i < 0 || i >= samples.Length)) i = i < 0 ? -i : (2 * (samples.Length - 1)) - i;
            part[n] = samples[samples.Length > 1 ? i : 0] * window[n];
        }

        var spectrum = new (double, double)[Bins];
        for (int k = 0; k < Bins; k++)
        {
            double re = 0;
            double im = 0;
            for (int n = 0; n < Points; n++)
            {
                int angle = k * n % Points;
                re += part[n] * Cosines[angle];
                im -= part[n] * Sines[angle];
            }

            spectrum[k] = (re, im);
        }

        return spectrum;
    }

    private static double Inverse((double Re, double Im)[] spectrum, int n)
    {
        double sum = spectrum[0].Re + (spectrum[Bins - 1].Re * (n % 2 == 0 ? 1 : -1));
        for (int k = 1; k < Bins - 1; k++)
        {
            int angle = k * n % Points;
            sum += 2 * ((spectrum[k].Re * Cosines[angle]) - (spectrum[k].Im * Sines[angle]));
        }

        return sum / Points;
    }
}
