// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Lets the rules of the generator judge choices of processors and keeps the best plan.</summary>
internal sealed class PlanJudge(QuantizedNetwork network, PlanOptions options, IReadOnlyList<string> changes)
{
    /// <summary>The best plan so far.</summary>
    public NetworkPlan? Best { get; private set; }

    /// <summary>The rules that the first refused choice broke.</summary>
    public ImmutableArray<LimitViolation>? Refusal { get; private set; }

    /// <summary>Finds offsets for a choice and judges it.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="needs">What the layers ask for.</param>
    /// <param name="starts">First processor of each block.</param>
    /// <returns>Whether there were offsets, so that it was judged.</returns>
    public bool Try(ImmutableArray<DataBlock> blocks, ImmutableArray<LayerNeed> needs, int[] starts)
    {
        (int[]? offsets, _) = OffsetSearch.Run(blocks, starts, options.SearchSteps);
        if (offsets is null) return false;
        QuantizedNetwork placed = network with { Description = PlanDescription.Of(network, blocks, starts, offsets) };
        PlacementAttempt attempt = Placer.Attempt(placed);
        if (!attempt.Violations.IsEmpty)
        {
            Refusal ??= attempt.Violations;
            return true;
        }

        NetworkPlan plan = PlanReport.Of(placed, Placer.Place(placed), blocks, starts, offsets, needs, changes);
        if (Best is null || PlanReport.IsBetter(plan, Best, options.Objective)) Best = plan;
        return true;
    }
}
