// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Planning;
using Ai8x.Device.Limits;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>
/// Random networks with inputs that mostly have no room in data memory: 16 of up to 400 rows and columns, with AI8X_SLOW=1 200 of up to 1,022. The simulator has rings of its
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
        for (int seed = 0; seed < (Slow ? 200 : 16); seed++)
        {
            LargeGraph graph = LargeGraph.Random(seed, Slow ? 1022 : 400, Slow ? 250_000_000 : 60_000_000);
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
            // The last layer that streams writes data that has room; where the plan is said to be the fastest, fewer streaming layers are impossible.
            Assert.InRange(graph.OutputBytes(plan.StreamingLayers - 1), 0, 32768);
            if (plan.IsOptimal && graph.Input.Columns <= 500 && graph.Shapes.All(shape => shape.Channels <= 128)) Assert.All(Enumerable.Range(0, plan.StreamingLayers), length => Assert.True(IsImpossible(graph, length)));
        }

        InferenceReport inference = Simulated(plan, graph);
        Assert.Equal(plan.Cycles, inference.Timeline.ReferenceEstimate);
    }

    /// <summary>Something that does not stream is larger than an instance, or the last layer that streams does not pad.</summary>
    private static bool IsImpossible(LargeGraph graph, int streaming) =>
        (streaming == 0 && !graph.InputFits)
        || Enumerable.Range(0, graph.Layers.Length).Any(layer => layer >= streaming - 1 && graph.OutputBytes(layer) > 32768)
        || (streaming > 0 && graph.Layers[streaming - 1] is { KernelRows: 3, Padding: 0 });

    /// <summary>The whole output of the first layer is wanted, and has no room.</summary>
    [Fact]
    public void DataOfTheResult_DoesNotStream()
    {
        LargeGraph graph = Wide(isOutput: true);
        LimitException refusal = Assert.Throws<LimitException>(() => Planner.Plan(graph.Description, graph.Quantize, cancellation: TestContext.Current.CancellationToken));
        LimitViolation streaming = Assert.Single(refusal.Violations, violation => violation.Rule == GeneratorLimits.PlannedStreaming);
        Assert.Contains("the output of layer 0 belongs to the result", streaming.Actual, StringComparison.Ordinal);
        graph = Wide(isOutput: false);
        NetworkPlan plan = Planner.Plan(graph.Description, graph.Quantize, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(2, plan.StreamingLayers);
        Check(graph, plan);
    }

    /// <summary>As many layers stream as a program asks for, and no other number than can.</summary>
    [Fact]
    public void StreamingLayers_AreThoseThatWereAskedFor()
    {
        LargeGraph graph = Wide(isOutput: false);
        NetworkPlan plan = Planner.Plan(graph.Description, graph.Quantize, new() { StreamingLayers = 3 }, TestContext.Current.CancellationToken);
        Assert.Equal(3, plan.StreamingLayers);
        Assert.Equal(plan.Cycles, Simulated(plan, graph).Timeline.ReferenceEstimate);
        Assert.Throws<LimitException>(() => Planner.Plan(graph.Description, graph.Quantize, new() { StreamingLayers = 0 }, TestContext.Current.CancellationToken));
        LimitException refusal = Assert.Throws<LimitException>(() => Planner.Plan(graph.Description, graph.Quantize, new() { StreamingLayers = 4 }, TestContext.Current.CancellationToken));
        Assert.Contains("4 layers cannot stream together", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>In two passes a ring is long enough for what waits in it while the reader is in its top padding, in three it is not, pooling or not.</summary>
    [Theory]
    [InlineData(128, 1, true)]
    [InlineData(128, 2, true)]
    [InlineData(129, 1, false)]
    [InlineData(129, 2, false)]
    public void RingsOfManyPasses_AreRefusedWhereTheyRunOver(int channels, int window, bool fits)
    {
        LargeGraph wide = Wide(isOutput: false);
        int rows = 20 / window, columns = 24 / window;
        LargeGraph graph = wide with
        {
            Input = new(20, 24, 3),
            Layers = [wide.Layers[0], wide.Layers[1] with { Pooling = window == 1 ? null : new(PoolingKind.Max, window, window, window) }, wide.Layers[2]],
            Shapes = [new(20, 24, channels), new(rows, columns, 4), new(rows, columns, 4)],
        };
        PlanOptions options = new() { StreamingLayers = 2 };
        if (fits)
        {
            NetworkPlan plan = Planner.Plan(graph.Description, graph.Quantize, options, TestContext.Current.CancellationToken);
            Assert.Equal(plan.Cycles, Simulated(plan, graph).Timeline.ReferenceEstimate);
            return;
        }

        LimitException refusal = Assert.Throws<LimitException>(() => Planner.Plan(graph.Description, graph.Quantize, options, TestContext.Current.CancellationToken));
        Assert.Contains("in 3 passes up to", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Layers of 64 channels use all instances, so that their rings and the output lie above each other in each of them.</summary>
    [Fact]
    public void Rings_InTheSameInstances_LieApart()
    {
        LargeGraph wide = Wide(isOutput: false), graph = wide with { Input = new(60, 50, 3), Shapes = [new(60, 50, 64), new(15, 12, 64), new(15, 12, 64)] };
        NetworkPlan plan = Planner.Plan(graph.Description, graph.Quantize, new() { StreamingLayers = 3 }, TestContext.Current.CancellationToken);
        Assert.Equal(plan.Cycles, Simulated(plan, graph).Timeline.ReferenceEstimate);

        // From the start of a ring to behind the word after its end, and the whole output.
        (int Start, int End)[] areas = [.. plan.Layers[1..].Select(layer => (layer.InputOffset, layer.InputOffset + 4 * layer.RingWords + 4)), (plan.Layers[2].OutputOffset, plan.Layers[2].OutputOffset + 4 * 15 * 12)];
        Assert.All(areas, area => Assert.All(areas, other => Assert.True(area == other || area.End <= other.Start || other.End <= area.Start)));
    }

    /// <summary>The fan-out of the fast FIFO, the fast FIFO and the FIFOs of the quadrants: what the first layer allows of those that a program has.</summary>
    [Theory]
    [InlineData(3, true, InputPath.FastFifoQuad)]
    [InlineData(4, false, InputPath.FastFifo)]
    [InlineData(5, true, InputPath.Fifo)]
    public void FastFifo_IsUsedWhereItsRulesAllow(int channels, bool plain, InputPath expected)
    {
        LargeGraph graph = Wide(isOutput: false, channels, plain ? 8 : 4);
        NetworkPlan plan = Planner.Plan(graph.Description, graph.Quantize, new() { Fifos = PlanOptions.RiscvFifos }, TestContext.Current.CancellationToken);
        Assert.Equal(expected, plan.Synthesis.Input);
        Check(graph, plan);
    }

    /// <summary>Three padded convolutions from 180x190 pixels on; the second pools four by four.</summary>
    private static LargeGraph Wide(bool isOutput, int channels = 3, int bits = 8)
    {
        LayerDescription convolution = new() { Processors = new(ulong.MaxValue), Operator = LayerOperator.Conv2d, KernelRows = 3, KernelColumns = 3, Padding = 1 };
        LayerDescription pooled = convolution with { Pooling = new(PoolingKind.Max, 4, 4, 4) };
        return new(1, new(180, 190, channels), [convolution with { IsOutput = isOutput, WeightBits = bits }, pooled, convolution with { IsOutput = isOutput }], [new(180, 190, 8), new(45, 47, 8), new(45, 47, 4)]);
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
