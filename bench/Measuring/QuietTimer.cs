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
    private const double AllowedForeign = 0.1;
    private const int FewestSamples = 3;
    private const double LongestWarmUp = 8;

    /// <summary>Times a unit of work.</summary>
    /// <param name="unit">The work.</param>
    /// <param name="warmUp">Least seconds to run it before.</param>
    /// <param name="budget">Seconds to measure.</param>
    /// <param name="sample">Least seconds of a sample.</param>
    /// <param name="patience">Factor on the budget while there are few quiet samples.</param>
    /// <param name="speed">Watches the machine, or null.</param>
    /// <param name="rest">
    /// Seconds in which no method was compiled before measuring begins. What a step calls often is compiled for good in the first seconds, on a thread that takes its time from the
    /// work; what it calls once, only after thirty steps, which is not waited for where steps are long.
    /// </param>
    public static Timing Run(Action unit, double warmUp, double budget, double sample = 0.1, double patience = 2, MachineSpeed? speed = null, double rest = 0)
    {
        double once = WarmUp(unit, warmUp, rest);
        int repeats = Math.Max(1, (int)Math.Ceiling(sample / once));
        int wanted = Math.Max(FewestSamples, (int)(budget / (repeats * once)));
        var samples = new List<TimedSample>();
        double before = speed?.Now() ?? 0;
        long start = Stopwatch.GetTimestamp();
        while (samples.Count < wanted || (Quiet(samples, speed) < Math.Min(wanted, FewestSamples) && Stopwatch.GetElapsedTime(start).TotalSeconds < budget * patience))
        {
            (double seconds, double foreign) = Sample(unit, repeats);
            double after = speed?.Now() ?? 0;
            samples.Add(new TimedSample(seconds, foreign, Math.Min(before, after)));
            before = after;
        }

        return Summarize(samples, speed);
    }

    private static double WarmUp(Action unit, double seconds, double rest)
    {
        long start = Stopwatch.GetTimestamp(), methods = JitInfo.GetCompiledMethodCount();
        double once = double.MaxValue, elapsed = 0, compiled = 0;
        do
        {
            double before = elapsed;
            unit();
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            once = Math.Min(once, elapsed - before);
            long now = JitInfo.GetCompiledMethodCount();
            if (now != methods) (methods, compiled) = (now, elapsed);
        }
        while (elapsed < seconds || (elapsed - compiled < rest && elapsed < LongestWarmUp));
        return Math.Max(once, 1e-8);
    }

    private static (double Seconds, double Foreign) Sample(Action unit, int repeats)
    {
        (double? machine, double own) = ProcessorTime.Now();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) unit();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        (double? machineAfter, double ownAfter) = ProcessorTime.Now();
        double foreign = machine is null ? 0 : Math.Max(0, (machineAfter!.Value - machine.Value - (ownAfter - own)) / seconds);
        return (seconds / repeats, foreign);
    }

    private static int Quiet(List<TimedSample> samples, MachineSpeed? speed) => samples.Count(sample => sample.Foreign <= AllowedForeign && speed?.IsFull(sample.Speed) != false);

    private static Timing Summarize(List<TimedSample> samples, MachineSpeed? speed)
    {
        int quiet = Quiet(samples, speed);
        int used = quiet >= FewestSamples ? quiet : Math.Max(Math.Min(FewestSamples, samples.Count), samples.Count / 3);
        double[] seconds = [.. samples.OrderBy(sample => sample.Foreign <= AllowedForeign ? 0 : sample.Foreign).ThenByDescending(sample => sample.Speed).Take(used).Select(sample => sample.Seconds).Order()];
        return new Timing(seconds[seconds.Length / 2], samples.Min(sample => sample.Seconds), quiet, samples.Count, samples.Average(sample => sample.Foreign));
    }

    /// <summary>A sample.</summary>
    /// <param name="Seconds">Seconds of one unit of work.</param>
    /// <param name="Foreign">Processors that others used.</param>
    /// <param name="Speed">The lower of the machine's speeds before and after it, in GFLOP/s; 0 where it was not watched.</param>
    private readonly record struct TimedSample(double Seconds, double Foreign, double Speed);
}
