// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Speech;

/// <summary>
/// Stretches recordings in time without changing their pitch (training-flow.md section 4.3, step 5): short-time transforms of 2048 points every 512
/// samples under a periodic Hann window, centred with reflected ends; magnitudes interpolated between frames, phases accumulated.
/// </summary>
/// <remarks>
/// A phase advances by <c>phi + wrap(arg X[t+1] - arg X[t] - phi)</c>, which is <c>arg X[t+1] - arg X[t]</c> up to full turns: phases are therefore kept as
/// numbers of magnitude 1 and multiplied, and neither an arc tangent nor a sine is needed. One instance serves one thread.
/// </remarks>
internal sealed class PhaseVocoder
{
    private const int Points = 2048;
    private const int Hop = 512;
    private const int Bins = (Points / 2) + 1;
    private const double SmallestWindowSum = 2.2250738585072014e-308;

    private readonly FourierTransform _transform = new(Points);
    private readonly double[] _window = new double[Points];
    private readonly double[] _real = new double[Points];
    private readonly double[] _imaginary = new double[Points];
    private readonly double[] _phaseReal = new double[Bins];
    private readonly double[] _phaseImaginary = new double[Bins];
    private Spectrum _here = new();
    private Spectrum _next = new();

    public PhaseVocoder()
    {
        for (int i = 0; i < Points; i++) _window[i] = 0.5 - (0.5 * Turns.SinCos((double)i / Points).Cos);
    }

    /// <summary>Stretches a recording.</summary>
    /// <param name="samples">The recording, at least 1 sample.</param>
    /// <param name="rate">Speed, above 0; above 1 makes it shorter.</param>
    /// <param name="most">The most samples to compute.</param>
    /// <returns>The first samples of the result, which has <c>round(length / rate)</c> in all, rounded to even.</returns>
    public double[] Stretch(ReadOnlySpan<double> samples, double rate, int most)
    {
        int length = (int)Math.Min(most, Math.Round(samples.Length / rate));
        int frames = 1 + (samples.Length / Hop);
        double[] sum = new double[length + Points];
        double[] windowSum = new double[length + Points];
        Analyse(samples, 0, frames, _here);
        Analyse(samples, 1, frames, _next);
        _here.Real.CopyTo(_phaseReal, 0);
        _here.Imaginary.CopyTo(_phaseImaginary, 0);
        for (int step = 0, at = 0; step * rate < frames && step * Hop < length + Points; step++)
        {
            double time = step * rate;
            while (at < (int)time)
            {
                at++;
                (_here, _next) = (_next, _here);
                Analyse(samples, at + 1, frames, _next);
            }

            Synthesize(time - at, step * Hop, sum, windowSum);
            AdvancePhases();
        }

        for (int i = 0; i < sum.Length; i++)
        {
            if (windowSum[i] > SmallestWindowSum) sum[i] /= windowSum[i];
        }

        return sum[(Points / 2)..((Points / 2) + length)];
    }

    /// <summary>Transforms one frame; those behind the last one are silent.</summary>
    private void Analyse(ReadOnlySpan<double> samples, int frame, int frames, Spectrum spectrum)
    {
        if (frame >= frames)
        {
            spectrum.Silence();
            return;
        }

        long start = ((long)frame * Hop) - (Points / 2);
        for (int i = 0; i < Points; i++) _real[i] = samples[Reflected(start + i, samples.Length)] * _window[i];
        Array.Clear(_imaginary);
        _transform.Transform(_real, _imaginary);
        spectrum.Take(_real, _imaginary);
    }

    /// <summary>The sample that stands at a place before the start or behind the end, the end samples not being repeated.</summary>
    private static int Reflected(long place, int length)
    {
        if (length == 1) return 0;
        long period = 2L * (length - 1);
        long inside = ((place % period) + period) % period;
        return (int)(inside < length ? inside : period - inside);
    }

    /// <summary>Adds the frame between the two present ones, at a fraction of their distance, to the sums.</summary>
    private void Synthesize(double fraction, int start, double[] sum, double[] windowSum)
    {
        for (int bin = 0; bin < Bins; bin++)
        {
            double magnitude = ((1 - fraction) * _here.Magnitude[bin]) + (fraction * _next.Magnitude[bin]);
            _real[bin] = magnitude * _phaseReal[bin];
            _imaginary[bin] = magnitude * _phaseImaginary[bin];
        }

        _imaginary[0] = 0;
        _imaginary[Bins - 1] = 0;
        for (int bin = 1; bin < Bins - 1; bin++)
        {
            _real[Points - bin] = _real[bin];
            _imaginary[Points - bin] = -_imaginary[bin];
        }

        // Exchanged arguments: the inverse.
        _transform.Transform(_imaginary, _real);
        for (int i = 0; i < Points && start + i < sum.Length; i++)
        {
            sum[start + i] += _real[i] / Points * _window[i];
            windowSum[start + i] += _window[i] * _window[i];
        }
    }

    private void AdvancePhases()
    {
        for (int bin = 0; bin < Bins; bin++)
        {
            double turnReal = (_next.Real[bin] * _here.Real[bin]) + (_next.Imaginary[bin] * _here.Imaginary[bin]);
            double turnImaginary = (_next.Imaginary[bin] * _here.Real[bin]) - (_next.Real[bin] * _here.Imaginary[bin]);
            double real = (_phaseReal[bin] * turnReal) - (_phaseImaginary[bin] * turnImaginary);
            double imaginary = (_phaseReal[bin] * turnImaginary) + (_phaseImaginary[bin] * turnReal);
            double magnitude = Math.Sqrt((real * real) + (imaginary * imaginary));
            _phaseReal[bin] = real / magnitude;
            _phaseImaginary[bin] = imaginary / magnitude;
        }
    }

    /// <summary>A frame as magnitudes and directions; the direction of nothing is 1, whose angle is 0.</summary>
    private sealed class Spectrum
    {
        public double[] Magnitude { get; } = new double[Bins];

        public double[] Real { get; } = new double[Bins];

        public double[] Imaginary { get; } = new double[Bins];

        public void Silence()
        {
            Array.Clear(Magnitude);
            Array.Fill(Real, 1);
            Array.Clear(Imaginary);
        }

        public void Take(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary)
        {
            for (int bin = 0; bin < Bins; bin++)
            {
                double magnitude = Math.Sqrt((real[bin] * real[bin]) + (imaginary[bin] * imaginary[bin]));
                Magnitude[bin] = magnitude;
                Real[bin] = magnitude > 0 ? real[bin] / magnitude : 1;
                Imaginary[bin] = magnitude > 0 ? imaginary[bin] / magnitude : 0;
            }
        }
    }
}
