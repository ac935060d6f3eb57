// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>The search for the best plan of a network whose streaming layers are known (<c>docs/planner.md</c>).</summary>
internal sealed class PlanSearch
{
    private const int Judged = 12;

    private readonly QuantizedNetwork _network;
    private readonly PlanOptions _options;
    private readonly ImmutableArray<PlanArrangement> _arrangements;
    private readonly PlanJudge _judge;

    private PlanSearch(QuantizedNetwork network, PlanOptions options, IReadOnlyList<string> changes)
    {
        _network = network;
        _options = options;
        _arrangements = PlanArrangement.All(network, options);
        LeastCycles = _arrangements.Select(arrangement => arrangement.LeastCycles).DefaultIfEmpty(long.MaxValue).Min();
        _judge = new(network, options, LeastCycles, changes);
    }

    /// <summary>The best plan that was found, or null.</summary>
    public NetworkPlan? Best => _judge.Best;

    /// <summary>Cycles that no plan of these layers undercuts.</summary>
    public long LeastCycles { get; }

    /// <summary>Whether some data alone is larger than a data memory instance, in all of its forms, so that there is no plan.</summary>
    public bool IsProvenEmpty => !_arrangements.IsEmpty && !_arrangements.Any(arrangement => arrangement.BlocksFit);

    /// <summary>Why there is no plan.</summary>
    public ImmutableArray<LimitViolation> Refusal => _judge.Refusal ?? PlanRefusal.Of(_network, _arrangements.IsEmpty ? null : _arrangements[0]);

    /// <summary>Searches.</summary>
    /// <param name="network">The network, operands copied where needed; its description says which layers stream.</param>
    /// <param name="options">What is made small.</param>
    /// <param name="changes">What was changed to make the network fit.</param>
    /// <param name="cancellation">Stops between choices.</param>
    public static PlanSearch Run(QuantizedNetwork network, PlanOptions options, IReadOnlyList<string> changes, CancellationToken cancellation)
    {
        PlanSearch search = new(network, options, changes);
        search.Likely(PlanObjective.Latency, cancellation);
        if (search.IsDone) return search;

        // What is best by one measure comes into question for all, so that no objective misses what another one finds.
        search.Likely(PlanObjective.Memory, cancellation);
        search.Likely(PlanObjective.Energy, cancellation);
        if (search._judge.FewestCycles > search.LeastCycles) search.Exact(cancellation);
        return search;
    }

    private IEnumerable<PlanArrangement> Open => _arrangements.Where(arrangement => arrangement.BlocksFit);

    private bool IsDone => _options.Objective == PlanObjective.Latency && Best is { IsOptimal: true };

    private void Likely(PlanObjective first, CancellationToken cancellation)
    {
        int judged = 0;
        foreach (PlanArrangement arrangement in Open)
        {
            foreach (int[] starts in new ProcessorChoice(arrangement).All(first))
            {
                cancellation.ThrowIfCancellationRequested();
                if (judged >= Judged) break;
                if (_judge.Try(arrangement, starts)) judged++;
                if (IsDone) return;
            }
        }
    }

    private void Exact(CancellationToken cancellation)
    {
        foreach (PlanArrangement arrangement in Open)
        {
            int judged = 0;
            foreach (int[] starts in new ExactChoice(arrangement, _options.SearchSteps / 10).All(() => _judge.FewestCycles))
            {
                cancellation.ThrowIfCancellationRequested();
                if (_judge.Try(arrangement, starts) && ++judged >= Judged) break;
            }
        }
    }
}
