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

    /// <summary>The kind of work in the result of the partner alone.</summary>
    public const string PartnerWork = "train, the partner alone";

    // Both begin within some milliseconds, but for the look at the machine's speed, and one is faster than the other: so each trains for another sample's length before and after the
    // timed one, and neither is timed while it is alone, unless it takes half as long again as the other.
    private const int Margin = 1;

    private readonly RunningEngine _partner;
    private MeasuredWork? _what;
    private readonly List<TimedSample> _first = [];
    private readonly List<TimedSample> _second = [];
    private readonly List<TimedSample> _partnerAlone = [];

    /// <summary>Puts two processes together.</summary>
    /// <param name="alone">The process that is measured alone in the same turns.</param>
    /// <param name="partner">Another one like it, which this object owns.</param>
    public TwoProcesses(RunningEngine alone, RunningEngine partner) => (Alone, _partner) = (alone, partner);

    /// <summary>The process that is also measured alone.</summary>
    public RunningEngine Alone { get; }

    /// <summary>Makes the partner ready to train; the other is by then.</summary>
    public void Begin() => _what = _partner.Begin(EngineRunner.Train);

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

    /// <summary>
    /// Times the partner alone. After a joint sample each of the two stays on the processor that it had, mostly, and the processors of a virtual machine are not equally fast: which of them one process
    /// alone happens to be on would decide how much faster two threads are than one.
    /// </summary>
    /// <param name="peak">GFLOP/s that one thread is known to reach.</param>
    /// <returns>GFLOP/s that it is known to reach now.</returns>
    public double SamplePartner(double peak)
    {
        Turn turn = _partner.Sample(peak);
        _partnerAlone.Add(turn.Sample);
        return turn.Peak;
    }

    /// <summary>What was measured, a result for each process at once, then one of the partner alone.</summary>
    /// <param name="begin">Begin of the turns, the same as of all others of these turns.</param>
    /// <param name="peak">The highest peak of one thread.</param>
    public Result[] Results(DateTime begin, double peak)
    {
        Result Of(List<TimedSample> samples, string work) => new(begin, DateTime.UtcNow, _what! with { Work = work }, [.. samples], peak);
        return [Of(_first, Work), Of(_second, Work), Of(_partnerAlone, PartnerWork)];
    }

    public void Dispose() => _partner.Dispose();
}
