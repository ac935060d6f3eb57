// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Finds changes that make a network fit, each one proven by planning the changed network.</summary>
public static class FitAdvisor
{
    private const int UsualCount = 3;
    private const int AttemptsOfAKind = 10;

    /// <summary>The cheapest changes that make a network fit, the cheapest of each kind in front.</summary>
    /// <param name="network">The network as it does not fit.</param>
    /// <param name="problem">What it lacks.</param>
    /// <param name="fits">Whether a changed network can be planned; asked only where no bound speaks against it, at most ten times for a kind of change and once more for each way that is still missing.</param>
    /// <param name="count">Most ways to find, at least 1.</param>
    /// <param name="cancellation">Stops between attempts.</param>
    /// <returns>Ways out in the order of their cost; fewer where no more were found.</returns>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static ImmutableArray<WayOut> WaysOut(FitCandidate network, FitProblem problem, Func<FitCandidate, bool> fits, int count = UsualCount, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(fits);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var found = new List<WayOut>();
        var spare = new List<WayOut>();
        foreach (IGrouping<WayOutKind, WayOut> kind in Changes.Of(network, problem).GroupBy(way => way.Kind))
        {
            WayOut[] open = [.. kind.OrderBy(way => way.Cost).Where(way => FitBounds.Problems(way.Result).IsEmpty)];
            int attempts = 0;
            for (int i = 0; i < open.Length && attempts < AttemptsOfAKind; i = Next(i, attempts, open.Length))
            {
                cancellation.ThrowIfCancellationRequested();
                attempts++;
                if (!fits(open[i].Result)) continue;
                found.Add(open[i]);
                spare.AddRange(open[(i + 1)..]);
                break;
            }
        }

        foreach (WayOut way in spare.OrderBy(way => way.Cost))
        {
            if (found.Count >= count) break;
            cancellation.ThrowIfCancellationRequested();
            if (fits(way.Result)) found.Add(way);
        }

        return [.. found.OrderBy(way => way.Cost).ThenBy(way => way.Kind).Take(count)];
    }

    // Where many changes of a kind fail, the later attempts skip some on the way to the strongest.
    private static int Next(int index, int attempts, int length) =>
        attempts < AttemptsOfAKind / 2 || index == length - 1 ? index + 1 : Math.Min(length - 1, index + Math.Max(1, (length - 1 - index) / (AttemptsOfAKind - attempts)));
}
