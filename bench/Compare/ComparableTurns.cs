// SPDX-License-Identifier: MIT
using Ai8x.Bench.Measuring;

namespace Ai8x.Compare;

/// <summary>The turns in which results may be compared: a turn is as quiet as the most disturbed of its samples.</summary>
internal sealed class ComparableTurns
{
    private readonly int[] _chosen;

    /// <summary>Chooses the turns.</summary>
    /// <param name="results">Results that were measured in the same turns.</param>
    /// <param name="peak">The peak of a number of threads, in GFLOP/s.</param>
    public ComparableTurns(Result[] results, Func<int, double> peak)
    {
        All = results.Min(result => result.Turns.Length);
        TimedSample[] worst =
        [
            .. Enumerable.Range(0, All).Select(turn => new TimedSample(
                0, results.Max(result => result.Turns[turn].Foreign), results.Min(result => result.Turns[turn].Speed / peak(result.Of.Threads)))),
        ];
        _chosen = TimedSample.Choose(worst, share => MachineSpeed.IsFull(share, best: 1), out int quiet);
        Quiet = quiet;
    }

    /// <summary>Turns that nothing disturbed.</summary>
    public int Quiet { get; }

    /// <summary>All turns.</summary>
    public int All { get; }

    /// <summary>A figure over the chosen turns.</summary>
    public Ratio Over(Func<int, double> figure) => Ratio.Of(_chosen.Select(figure));
}
