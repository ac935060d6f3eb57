// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Runtime;

namespace Ai8x.Bench.Measuring;

/// <summary>Seconds of one unit of work.</summary>
/// <param name="Median">Median of the samples that were not disturbed, or of the least disturbed third.</param>
/// <param name="Best">Shortest of all samples.</param>
/// <param name="Quiet">Undisturbed samples.</param>
/// <param name="Samples">All samples.</param>
/// <param name="Foreign">Mean number of processors that others used.</param>
internal sealed record Timing(double Median, double Best, int Quiet, int Samples, double Foreign);

/// <summary>
/// Times work on a machine that is not always quiet: samples in which other processes used much processor time, or around which the machine did not
/// reach its speed, count less.
/// </summary>
internal static class QuietTimer
{
    private const double LongestWarmUp = 16;

    // A method is compiled for good in two steps of thirty calls: what a unit calls once needs so many units.
    private const int UnitsOfRest = 32;

    /// <summary>Times a unit of work.</summary>
    /// <param name="unit">The work.</param>
    /// <param name="warmUp">Least seconds to run it before.</param>
    /// <param name="budget">Seconds to measure.</param>
    /// <param name="sample">Least seconds of a sample.</param>
    /// <param name="patience">Factor on the budget while there are few quiet samples.</param>
    /// <param name="speed">Watches the machine, or null.</param>
    /// <param name="rest">Seconds without compilation before measuring begins, see <see cref="WarmUp"/>.</param>
    public static Timing Run(Action unit, double warmUp, double budget, double sample = 0.1, double patience = 2, MachineSpeed? speed = null, double rest = 0)
    {
        double once = WarmUp(unit, warmUp, rest);
        int repeats = Repeats(once, sample);
        int wanted = Math.Max(TimedSample.Fewest, (int)(budget / (repeats * once)));
        var samples = new List<TimedSample>();
        double before = speed?.Now() ?? 0;
        long start = Stopwatch.GetTimestamp();
        while (samples.Count < wanted || (Quiet(samples, speed) < TimedSample.Fewest && Stopwatch.GetElapsedTime(start).TotalSeconds < budget * patience))
        {
            (double seconds, double foreign) = Sample(unit, repeats);
            double after = speed?.Now() ?? 0;
            samples.Add(new TimedSample(seconds, foreign, Math.Min(before, after)));
            before = after;
        }

        int[] used = TimedSample.Choose(samples, value => IsFull(value, speed), out int quiet);
        double[] sorted = [.. used.Select(i => samples[i].Seconds).Order()];
        return new Timing(sorted[sorted.Length / 2], samples.Min(value => value.Seconds), quiet, samples.Count, samples.Average(value => value.Foreign));
    }

    /// <summary>Runs a unit of work until it has its speed.</summary>
    /// <param name="unit">The work.</param>
    /// <param name="seconds">Least seconds.</param>
    /// <param name="rest">
    /// Seconds, and more than thirty units, in which no method was compiled before it ends, or 0: compiling runs on a thread of its own, which takes its time from the work where that
    /// has all processors, and gets it for nothing where there is one more.
    /// </param>
    /// <returns>Seconds of the shortest unit.</returns>
    public static double WarmUp(Action unit, double seconds, double rest)
    {
        long start = Stopwatch.GetTimestamp(), methods = JitInfo.GetCompiledMethodCount();
        double once = double.MaxValue, elapsed = 0, compiled = 0;
        int units = 0;
        do
        {
            double before = elapsed;
            unit();
            units++;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            once = Math.Min(once, elapsed - before);
            long now = JitInfo.GetCompiledMethodCount();
            if (now != methods) (methods, compiled, units) = (now, elapsed, 0);
        }
        while (elapsed < seconds || (rest > 0 && (elapsed - compiled < rest || units < UnitsOfRest) && elapsed < LongestWarmUp));
        return Math.Max(once, 1e-8);
    }

    /// <summary>How often a unit of work is repeated for a sample of at least so many seconds.</summary>
    public static int Repeats(double once, double seconds) => Math.Max(1, (int)Math.Ceiling(seconds / once));

    /// <summary>Times some repetitions of a unit of work: seconds of one of them, and the processors that others used meanwhile.</summary>
    public static (double Seconds, double Foreign) Sample(Action unit, int repeats)
    {
        (double? machine, double own) = ProcessorTime.Now();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) unit();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        (double? machineAfter, double ownAfter) = ProcessorTime.Now();
        double foreign = machine is null ? 0 : Math.Max(0, (machineAfter!.Value - machine.Value - (ownAfter - own)) / seconds);
        return (seconds / repeats, foreign);
    }

    private static int Quiet(List<TimedSample> samples, MachineSpeed? speed) => samples.Count(sample => sample.Alone && IsFull(sample.Speed, speed));

    private static bool IsFull(double value, MachineSpeed? speed) => speed?.IsFull(value) != false;
}
