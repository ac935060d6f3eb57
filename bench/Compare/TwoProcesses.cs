// SPDX-License-Identifier: MIT
using Ai8x.Bench.Measuring;

namespace Ai8x.Compare;

/// <summary>
/// Two processes of ours with one thread each that train at the same moment, each its own model, with nothing between them to share or to wait for: the bound
/// of what two threads can reach. Clock, memory and host give each of them less than they give to one alone.
/// </summary>
internal sealed class TwoProcesses : IDisposable
{
    /// <summary>The kind of work in the results, of which there is one for each of the two processes.</summary>
    public const string Work = "train beside another";

    // Both begin within some milliseconds, but for the look at the machine's speed, and one is faster than the other: so each trains for another sample's length before and after the
    // timed one, and neither is timed while it is alone, unless it takes half as long again as the other.
    private const int Margin = 1;

    private readonly RunningEngine _partner;
    private MeasuredWork? _what;
    private readonly List<TimedSample> _first = [];
    private readonly List<TimedSample> _second = [];

    /// <summary>Puts two processes together.</summary>
    /// <param name="alone">The process that is measured alone in the same turns.</param>
    /// <param name="partner">Another one like it, which this object owns.</param>
    public TwoProcesses(RunningEngine alone, RunningEngine partner) => (Alone, _partner) = (alone, partner);

    /// <summary>The process that is also measured alone.</summary>
    public RunningEngine Alone { get; }

    /// <summary>Makes the partner ready to train; the other is by then.</summary>
    public void Begin() => _what = _partner.Begin(EngineRunner.Train) with { Work = Work };

    /// <summary>Lets both train, and times them.</summary>
    /// <param name="peak">GFLOP/s that one thread is known to reach.</param>
    /// <returns>GFLOP/s that it is known to reach now.</returns>
    public double Sample(double peak)
    {
        // Both are asked before either is awaited.
        Alone.AskForSample(peak, Margin);
        _partner.AskForSample(peak, Margin);
        Turn first = Alone.AwaitSample(), second = _partner.AwaitSample();
        // The processors that others used hold the partner here, about one. They stay as they were measured, because much less than one would say that the partner was not there; nobody
        // may judge these samples by them as if it was a stranger.
        _first.Add(first.Sample);
        _second.Add(second.Sample);
        return Math.Max(first.Peak, second.Peak);
    }

    /// <summary>What was measured, a result for each process.</summary>
    /// <param name="begin">Begin of the turns, the same as of all others of these turns.</param>
    /// <param name="peak">The highest peak of one thread.</param>
    public Result[] Results(DateTime begin, double peak) => [.. new[] { _first, _second }.Select(samples => new Result(begin, DateTime.UtcNow, _what!, [.. samples], peak))];

    public void Dispose() => _partner.Dispose();
}
