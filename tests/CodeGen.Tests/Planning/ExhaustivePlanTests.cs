// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Planning;
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>Graphs of up to six layers against a search through all placements: 80 of them, with AI8X_SLOW=1 2,000.</summary>
public sealed class ExhaustivePlanTests(ITestOutputHelper output)
{
    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 2000 : 80;

    [Fact]
    public void PlannedCycles_AreTheFewest_AndRefusedGraphsHaveNoPlacement()
    {
        List<string> problems = [];
        int planned = 0, refused = 0, open = 0;
        for (int seed = 0; seed < Count; seed++)
        {
            SmallGraph graph = SmallGraph.Random(seed);
            NetworkPlan? plan = null;
            string refusal = "";
            try
            {
                plan = Planner.Plan(graph.Description, graph.Quantize, cancellation: TestContext.Current.CancellationToken);
                planned++;
            }
            catch (LimitException e)
            {
                refused++;
                refusal = e.Message;
            }

            (long? fewer, bool finished) = ExhaustiveSearch.Run(graph, plan?.Cycles ?? long.MaxValue / 2);
            if (!finished) open++;
            if (fewer is long cycles) problems.Add(string.Create(CultureInfo.InvariantCulture, $"{seed}: {cycles} cycles are possible, planned {plan?.Cycles}: {refusal}\n{Text(graph)}"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{planned} planned, {refused} refused, {open} searches not finished"));
        Assert.True(problems.Count == 0, string.Create(CultureInfo.InvariantCulture, $"{problems.Count} of {Count} ({planned} planned, {refused} refused, {open} open):\n{string.Join('\n', problems.Take(8))}"));
        Assert.True(planned > Count / 2 && refused > Count / 50 && open < Count / 50, string.Create(CultureInfo.InvariantCulture, $"{planned} planned, {refused} refused, {open} open"));
    }

    private static string Text(SmallGraph graph) => string.Create(CultureInfo.InvariantCulture, $"input {graph.Input}; ") + string.Join(
        "; ", graph.Layers.Select(layer => string.Create(CultureInfo.InvariantCulture, $"{layer.Kind} of {string.Join(',', layer.Inputs)} pool {layer.Pool} -> {layer.Channels}x{layer.Side}x{layer.Side}")));
}
