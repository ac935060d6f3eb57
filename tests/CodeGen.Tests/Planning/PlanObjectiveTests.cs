// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Planning;
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>Every objective keeps the cycles, and makes small what it is for.</summary>
public sealed class PlanObjectiveTests
{
    private const int Graphs = 60;

    [Fact]
    public void Objectives_KeepTheCycles_AndMakeSmallWhatTheySay()
    {
        List<string> problems = [];
        int lessMemory = 0, fewerQuadrants = 0;
        for (int seed = 0; seed < Graphs; seed++)
        {
            SmallGraph graph = SmallGraph.Random(seed);
            if (Plan(graph, PlanObjective.Latency) is not NetworkPlan latency) continue;
            NetworkPlan memory = Plan(graph, PlanObjective.Memory)!, energy = Plan(graph, PlanObjective.Energy)!;
            bool kept = memory.Cycles == latency.Cycles && energy.Cycles == latency.Cycles;
            if (!kept || memory.PeakBytes > latency.PeakBytes || Quadrants(energy) > Quadrants(latency))
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{seed}: cycles {latency.Cycles} {memory.Cycles} {energy.Cycles}, bytes {latency.PeakBytes} {memory.PeakBytes}, quadrants {Quadrants(latency)} {Quadrants(energy)}"));
            }

            if (memory.PeakBytes < latency.PeakBytes) lessMemory++;
            if (Quadrants(energy) < Quadrants(latency)) fewerQuadrants++;
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.True(lessMemory > 0 && fewerQuadrants > 0, string.Create(CultureInfo.InvariantCulture, $"{lessMemory} with less memory, {fewerQuadrants} with fewer quadrants"));
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

    private static int Quadrants(NetworkPlan plan) => Enumerable.Range(0, 4).Count(quadrant => plan.Layers.Any(layer => layer.Processors.Quadrant(quadrant) != 0));
}
