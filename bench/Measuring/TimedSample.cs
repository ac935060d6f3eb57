// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace Ai8x.Bench.Measuring;

/// <summary>One sample of a unit of work.</summary>
/// <param name="Seconds">Seconds of one unit of work.</param>
/// <param name="Foreign">Mean number of processors that others used meanwhile.</param>
/// <param name="Speed">The lower of the machine's speeds before and after it, in GFLOP/s or as a share of the peak; 0 where it was not watched.</param>
internal readonly record struct TimedSample(double Seconds, double Foreign, double Speed)
{
    /// <summary>Fewer undisturbed samples than this say little.</summary>
    public const int Fewest = 3;

    private const double AllowedForeign = 0.1;

    /// <summary>Whether other processes left the processors alone.</summary>
    [JsonIgnore]
    public bool Alone => Foreign <= AllowedForeign;

    /// <summary>Chooses the samples that count: those that were not disturbed, or where they are few the least disturbed third.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="isFull">Whether a speed is about the best of the machine.</param>
    /// <param name="quiet">Number of undisturbed samples.</param>
    /// <returns>Indices into <paramref name="samples"/>.</returns>
    public static int[] Choose(IReadOnlyList<TimedSample> samples, Func<double, bool> isFull, out int quiet)
    {
        quiet = samples.Count(sample => sample.Alone && isFull(sample.Speed));
        int used = quiet >= Fewest ? quiet : Math.Max(Math.Min(Fewest, samples.Count), samples.Count / 3);
        return [.. Enumerable.Range(0, samples.Count).OrderBy(i => samples[i].Alone ? 0 : samples[i].Foreign).ThenByDescending(i => samples[i].Speed).Take(used)];
    }
}
