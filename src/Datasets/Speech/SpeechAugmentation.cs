// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Datasets.Speech;

/// <summary>
/// Changed copies of recordings (training-flow.md section 4.3, step 5): stretched in time, shifted around, with noise. A copy depends on the
/// seed, the number of the recording in the data set, and the number of the copy, and on nothing else. One instance serves one thread.
/// </summary>
/// <param name="seed">The seed.</param>
internal sealed class SpeechAugmentation(ulong seed)
{
    /// <summary>Length of a copy: one second.</summary>
    public const int Samples = WavReader.SampleRate;

    // The first elements of a copy's random numbers are noise, shift and stretch; pairs for the noise samples follow.
    private const int FirstNoise = 4;

    private readonly CounterRandom _random = new(seed, RandomPurpose.Augmentation);
    private readonly PhaseVocoder _vocoder = new();
    private readonly float[] _uniform = new float[FirstNoise + (2 * Samples)];

    /// <summary>Makes a copy.</summary>
    /// <param name="recording">The recording, in [-1, 1).</param>
    /// <param name="index">Its number in the data set.</param>
    /// <param name="copy">Number of the copy, from 1.</param>
    /// <returns><see cref="Samples"/> samples, not limited to [-1, 1).</returns>
    public double[] Copy(ReadOnlySpan<double> recording, int index, int copy)
    {
        _random.Fill(copy, 0, index, _uniform);
        double noise = _uniform[0];
        double shift = -0.1 + (0.2 * _uniform[1]);
        double rate = 0.8 + (0.5 * _uniform[2]);
        double[] stretched = _vocoder.Stretch(recording, rate, Samples);
        double[] copied = new double[Samples];
        int places = (int)(shift * Samples);
        double sum = 0;
        for (int i = 0; i < stretched.Length; i++)
        {
            copied[(i + places + Samples) % Samples] = stretched[i];
            sum += Math.Abs(stretched[i]);
        }

        double level = noise * (sum / Samples);
        for (int i = 0; i < Samples; i++) copied[i] += level * Normal(_uniform[FirstNoise + (2 * i)], _uniform[FirstNoise + (2 * i) + 1]);
        return copied;
    }

    /// <summary>A standard normal number from two uniform ones in [0, 1) (Box and Muller, 1958).</summary>
    private static double Normal(float first, float second) => Math.Sqrt(-2.0 * FloatFunctions.Log(1 - first)) * Turns.SinCos(second).Cos;
}
