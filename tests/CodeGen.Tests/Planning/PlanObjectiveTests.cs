// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Planning;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>Every objective makes small what it is for: by its own measure its plan is never worse than those of the others. 24 graphs, with AI8X_SLOW=1 200.</summary>
public sealed class PlanObjectiveTests
{
    private static readonly int Graphs = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 200 : 24;

    [Fact]
    public void Objectives_MakeSmallWhatTheySay()
    {
        List<string> problems = [];
        int lessMemory = 0, lessEnergy = 0;
        for (int seed = 0; seed < Graphs; seed++)
        {
            SmallGraph graph = SmallGraph.Random(seed);
            if (Plan(graph, PlanObjective.Latency) is not NetworkPlan latency) continue;
            NetworkPlan memory = Plan(graph, PlanObjective.Memory)!, energy = Plan(graph, PlanObjective.Energy)!;
            NetworkPlan[] plans = [latency, memory, energy];
            bool smallest = latency.Cycles == plans.Min(plan => plan.Cycles) && memory.PeakBytes == plans.Min(plan => plan.PeakBytes) && energy.Cycles * Quadrants(energy) == plans.Min(plan => plan.Cycles * Quadrants(plan));
            bool sound = plans.All(plan => plan.Quadrants == Quadrants(plan) && plan.PeakBytes >= Peak(plan));
            if (!smallest || !sound)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{seed}: {string.Join(", ", plans.Select(plan => $"{plan.Cycles} cycles {plan.PeakBytes} ({Peak(plan)}) bytes {plan.Quadrants} ({Quadrants(plan)}) quadrants"))}"));
            }

            if (memory.PeakBytes < latency.PeakBytes) lessMemory++;
            if (Quadrants(energy) * energy.Cycles < Quadrants(latency) * latency.Cycles) lessEnergy++;
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.True(lessMemory > 0 && lessEnergy > 0, string.Create(CultureInfo.InvariantCulture, $"{lessMemory} with less memory, {lessEnergy} with less energy"));
    }

    private static NetworkPlan? Plan(SmallGraph graph, PlanObjective objective)
    {
        try
        {
            return Planner.Plan(graph.Description, graph.Quantize, new PlanOptions { Objective = objective }, TestContext.Current.CancellationToken);
        }
        catch (LimitException) when (objective == PlanObjective.Latency)
        {
            return null;
        }
    }

    /// <summary>Quadrants with a processor that reads, and those of the last output.</summary>
    private static int Quadrants(NetworkPlan plan) => Enumerable.Range(0, 4).Count(quadrant => plan.Layers.Any(layer => layer.Processors.Quadrant(quadrant) != 0) || plan.Layers[^1].OutputProcessors.Quadrant(quadrant) != 0);

    /// <summary>Bytes up to the end of the highest output.</summary>
    private static int Peak(NetworkPlan plan) => plan.Layers.Max(layer =>
    {
        LayerDescription description = plan.Description.Layers[layer.Index];
        int units = plan.Network.Layers[layer.Index].Output.Pixels * ((plan.Network.Layers[layer.Index].Output.Channels + 63) / 64) * (description.OutputWidth / 8);
        return layer.OutputOffset + 4 * (units + (units - 1) * description.WriteGap);
    });
}
