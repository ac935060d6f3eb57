// SPDX-License-Identifier: MIT
namespace Ai8x.Compare;

/// <summary>What the processes that worked at the same moment did together, see <see cref="TwoProcesses"/>.</summary>
internal sealed class JointRate
{
    private readonly Result[] _processes;

    private JointRate(Result[] processes) => _processes = processes;

    /// <summary>Finds the samples of two processes at once that were taken in the turns of other results.</summary>
    /// <param name="results">All results.</param>
    /// <param name="turns">The results to compare with, of one model.</param>
    /// <returns>The joint rate, or null where it was not measured in the same turns.</returns>
    public static JointRate? InTurnsOf(IEnumerable<Result> results, params Result[] turns)
    {
        Result first = turns[0];
        // The samples of a turn have the begin of their turns in common: an older run with another number of threads says nothing about these turns.
        Result[] processes = [.. results.Where(result => result.Of.Work == TwoProcesses.Work && result.Of.Model == first.Of.Model && result.Begin == first.Begin)];
        return processes.Length == 2 && turns.All(result => result.Begin == first.Begin && processes.All(process => process.Turns.Length == result.Turns.Length)) ? new(processes) : null;
    }

    /// <summary>Images per second of all together in a turn.</summary>
    public double ImagesPerSecond(int turn) => _processes.Sum(process => process.ImagesPerSecond(turn));
}
