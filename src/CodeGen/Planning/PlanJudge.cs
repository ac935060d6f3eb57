// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Lets the rules of the generator judge choices of processors and keeps the best plan.</summary>
/// <param name="network">The network, operands copied where needed.</param>
/// <param name="options">What is made small.</param>
/// <param name="leastCycles">Cycles that no choice undercuts.</param>
/// <param name="changes">What was changed to make the network fit.</param>
internal sealed class PlanJudge(QuantizedNetwork network, PlanOptions options, long leastCycles, IReadOnlyList<string> changes)
{
    private const int StepsToLower = 200;

    /// <summary>The best plan so far.</summary>
    public NetworkPlan? Best { get; private set; }

    /// <summary>Cycles of the fastest plan so far.</summary>
    public long FewestCycles { get; private set; } = long.MaxValue;

    /// <summary>The rules that the first refused choice broke.</summary>
    public ImmutableArray<LimitViolation>? Refusal { get; private set; }

    /// <summary>Finds offsets for a choice and judges it.</summary>
    /// <param name="arrangement">The blocks and what the layers ask for.</param>
    /// <param name="starts">First processor of each block.</param>
    /// <returns>Whether there were offsets, so that it was judged.</returns>
    public bool Try(PlanArrangement arrangement, int[] starts)
    {
        (int[]? offsets, _) = OffsetSearch.Run(arrangement.Blocks, starts, options.SearchSteps);
        if (offsets is null) return false;
        if (options.Objective == PlanObjective.Memory) offsets = OffsetSearch.Lower(arrangement.Blocks, starts, offsets, StepsToLower);
        QuantizedNetwork placed = network with { Description = PlanDescription.Of(network, arrangement, starts, offsets) };
        PlacementAttempt attempt = Placer.Attempt(placed, arrangement.Input.Options);
        if (!attempt.Violations.IsEmpty)
        {
            Refusal ??= attempt.Violations;
            return true;
        }

        NetworkPlan plan = new PlanReport(arrangement, starts, offsets).Of(placed, Placer.Completed(attempt), leastCycles, changes);
        FewestCycles = Math.Min(FewestCycles, plan.Cycles);
        if (Best is null || IsBetter(plan, Best)) Best = plan;
        return true;
    }

    private bool IsBetter(NetworkPlan plan, NetworkPlan other) => options.Objective switch
    {
        PlanObjective.Memory => (plan.PeakBytes, plan.Cycles).CompareTo((other.PeakBytes, other.Cycles)) < 0,
        PlanObjective.Energy => (plan.QuadrantCycles, plan.Cycles).CompareTo((other.QuadrantCycles, other.Cycles)) < 0,
        _ => plan.Cycles < other.Cycles,
    };
}
