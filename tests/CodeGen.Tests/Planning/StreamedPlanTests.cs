// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Planning;
using Ai8x.Device.Limits;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>
/// Random networks with inputs that mostly have no room in data memory: 16 of up to 400 rows and columns, with AI8X_SLOW=1 300 of up to 1,022. The simulator has rings of its
/// own arithmetic and says where one runs over, is read too early or meets other data.
/// </summary>
public sealed class StreamedPlanTests(ITestOutputHelper output)
{
    private static readonly bool Slow = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";

    [Fact]
    public void LargeInputs_StreamWhereTheyMust_AndGiveTheSameResults()
    {
        List<string> problems = [];
        int streamed = 0, whole = 0, refused = 0, rings = 0;
        for (int seed = 0; seed < (Slow ? 300 : 16); seed++)
        {
            LargeGraph graph = LargeGraph.Random(seed, Slow ? 1022 : 400, Slow ? 500_000_000 : 60_000_000);
            try
            {
                NetworkPlan plan = Planner.Plan(graph.Description, graph.Quantize, cancellation: TestContext.Current.CancellationToken);
                Check(graph, plan);
                if (plan.StreamingLayers > 0) streamed++;
                else whole++;
                rings = Math.Max(rings, plan.StreamingLayers);
            }
            catch (LimitException refusal)
            {
                // What has no room and does not stream says why it does not.
                refused++;
                bool data = refusal.Violations.All(v => v.Rule != DeviceLimits.KernelMemory && v.Rule != DeviceLimits.BiasMemory);
                if (data && refusal.Violations.All(v => v.Rule != GeneratorLimits.PlannedStreaming)) problems.Add(Text(graph, refusal.Message));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seed}: {refusal.Message}"));
            }
            catch (Exception e)
            {
                problems.Add(Text(graph, $"{e.GetType().Name} {e.Message}"));
            }
        }

        string counts = string.Create(CultureInfo.InvariantCulture, $"{streamed} stream with up to {rings} layers, {whole} do not, {refused} refused");
        output.WriteLine(counts);
        Assert.True(problems.Count == 0, $"{counts}; {problems.Count} problems:\n{string.Join('\n', problems.Take(8))}");
        Assert.True(streamed > refused && rings >= 3, counts);
    }

    private static void Check(LargeGraph graph, NetworkPlan plan)
    {
        Assert.Equal(plan.StreamingLayers > 0, plan.Synthesis.UsesFifo);
        if (plan.StreamingLayers == 0) Assert.True(graph.InputFits);
        else
        {
            // The last layer that streams writes data that has room; with a proof of its cycles no earlier layer could have been the last.
            Assert.InRange(graph.OutputBytes(plan.StreamingLayers - 1), 0, 32768);
            if (plan.IsOptimal && graph.InputFits) Assert.Contains(Enumerable.Range(0, graph.Layers.Length), layer => graph.OutputBytes(layer) > 32768);
        }

        InferenceReport inference = Simulated(plan, graph);
        Assert.Equal(plan.Cycles, inference.Timeline.ReferenceEstimate);
    }

    private static InferenceReport Simulated(NetworkPlan plan, LargeGraph graph)
    {
        Random random = new(graph.Seed);
        sbyte[] sample = [.. Enumerable.Range(0, graph.Input.Count).Select(_ => (sbyte)random.Next(-128, 128))];
        string folder = Directory.CreateTempSubdirectory("ai8x-stream-").FullName;
        try
        {
            foreach ((string name, string text) in VectorWriter.Files(Synthesizer.Synthesize(plan.Network, sample, plan.Synthesis))) File.WriteAllText(Path.Combine(folder, name), text);
            SimulationResult result = Simulation.Run(VectorFolderReader.Read(folder), cancellation: TestContext.Current.CancellationToken);
            Assert.True(result.Passed, string.Create(CultureInfo.InvariantCulture, $"{result.MismatchCount} words differ, the first {result.FirstMismatches.FirstOrDefault()}"));
            return result.Inference;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(LargeGraph graph, string problem) => string.Create(
        CultureInfo.InvariantCulture,
        $"{graph.Seed}: input {graph.Input}; {string.Join("; ", graph.Layers.Zip(graph.Shapes, (layer, shape) => $"{layer.Operator} {layer.KernelRows} pad {layer.Padding} pool {layer.Pooling?.Rows}/{layer.Pooling?.Stride} -> {shape}"))}: {problem}");
}
