// SPDX-License-Identifier: MIT
namespace Ai8x.Compare;

/// <summary>What two processes of ours with one thread each did in the turns of other results, together and alone, see <see cref="TwoProcesses"/>.</summary>
internal sealed class PairRates
{
    private readonly Result[] _together;
    private readonly Result _alone;

    private PairRates(Result[] together, Result alone, Result partner) => (_together, _alone, Partner) = (together, alone, partner);

    /// <summary>The partner alone.</summary>
    public Result Partner { get; }

    /// <summary>Finds the samples that were taken in the turns of other results.</summary>
    /// <param name="results">All results.</param>
    /// <param name="alone">The process that was also measured for itself.</param>
    /// <param name="turns">What else is compared in these turns, of the same model.</param>
    /// <returns>The rates, or null where they were not measured in the same turns.</returns>
    public static PairRates? InTurnsOf(IEnumerable<Result> results, Result alone, Result turns)
    {
        // The samples of a turn have the begin of their turns in common: an older run with another number of threads says nothing about these turns.
        Result[] same = [.. results.Where(result => result.Of.Model == alone.Of.Model && result.Begin == alone.Begin && result.Turns.Length == alone.Turns.Length)];
        Result[] together = [.. same.Where(result => result.Of.Work == TwoProcesses.Work)];
        Result? partner = Array.Find(same, result => result.Of.Work == TwoProcesses.PartnerWork);
        return together.Length == 2 && partner is not null && turns.Begin == alone.Begin && turns.Turns.Length == alone.Turns.Length ? new(together, alone, partner) : null;
    }

    /// <summary>Images per second of both together in a turn.</summary>
    public double Together(int turn) => _together.Sum(process => process.ImagesPerSecond(turn));

    /// <summary>Images per second of one alone in a turn, the mean of both.</summary>
    public double Alone(int turn) => (_alone.ImagesPerSecond(turn) + Partner.ImagesPerSecond(turn)) / 2;
}
