// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Planning;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Quant;

namespace Ai8x.Golden;

/// <summary>Networks whose placement was written by hand, planned instead: the same results on the simulated accelerator, in no more cycles.</summary>
public sealed class PlannedNetworkTests(ITestOutputHelper output)
{
    public static TheoryData<string> Cases() => [.. GeneratorCase.Names("tf-models").Concat(GeneratorCase.Names("ops")).DefaultIfEmpty("")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Planned_GivesTheSameResultInNoMoreCycles(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The reference vectors (../shared/golden) are not there.");
        GeneratorCase reference = GeneratorCase.Open(name);
        if (NotPlanned(reference) is string reason) Assert.Skip(reason);
        long byHand = CycleEstimate.Of(Placer.Place(reference.Quantized(), reference.SynthesisOptions())).Total;
        NetworkPlan plan = Planner.Plan(reference.Description(), reference.Quantized, cancellation: TestContext.Current.CancellationToken);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: by hand {byHand}, planned {plan.Cycles}, least {plan.LeastCycles}, {plan.PeakBytes} bytes"));

        Assert.Equal(plan.Cycles, Simulated(plan, reference.Sample()));
        Assert.True(plan.Cycles <= byHand, string.Create(CultureInfo.InvariantCulture, $"planned {plan.Cycles}, by hand {byHand}"));
    }

    /// <summary>The networks whose layers stream by hand, with as many streaming layers in the plan: the input comes through the same FIFO.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void PlannedToStream_GivesTheSameResultInNoMoreCycles(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The reference vectors (../shared/golden) are not there.");
        GeneratorCase reference = GeneratorCase.Open(name);
        int streaming = reference.Description().Layers.Count(layer => layer.Streaming);
        Assert.SkipWhen(streaming == 0, "No layer streams.");
        InputPath fifo = reference.SynthesisOptions().Input;
        PlanOptions options = new() { StreamingLayers = streaming, Fifos = [fifo == InputPath.Memory ? InputPath.Fifo : fifo] };
        long byHand = CycleEstimate.Of(Placer.Place(reference.Quantized(), reference.SynthesisOptions())).Total;
        NetworkPlan plan = Planner.Plan(reference.Description(), reference.Quantized, options, TestContext.Current.CancellationToken);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {streaming} layers stream by {plan.Synthesis.Input}, by hand {byHand}, planned {plan.Cycles}, least {plan.LeastCycles}, {plan.PeakBytes} bytes"));

        Assert.Equal(streaming, plan.StreamingLayers);
        Assert.Equal(options.Fifos[0], plan.Synthesis.Input);
        Assert.Equal(plan.Cycles, Simulated(plan, reference.Sample()));
        Assert.True(plan.Cycles <= byHand, string.Create(CultureInfo.InvariantCulture, $"planned {plan.Cycles}, by hand {byHand}"));
    }

    /// <summary>Each objective's plan is by its own measure never worse than those of the others: every sixth network, with AI8X_SLOW=1 all of them.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Objectives_AreNeverWorseInTheirOwnMeasure(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The reference vectors (../shared/golden) are not there.");
        Assert.SkipWhen(Environment.GetEnvironmentVariable("AI8X_SLOW") != "1" && name.Length % 6 != 0, "AI8X_SLOW=1 plans all networks by all objectives.");
        GeneratorCase reference = GeneratorCase.Open(name);
        if (NotPlanned(reference) is string reason) Assert.Skip(reason);
        NetworkPlan[] plans = [.. Enum.GetValues<PlanObjective>().Select(objective => Planner.Plan(reference.Description(), reference.Quantized, new() { Objective = objective }, TestContext.Current.CancellationToken))];
        output.WriteLine($"{name}: {string.Join("; ", plans.Select(plan => string.Create(CultureInfo.InvariantCulture, $"{plan.Cycles} cycles, {plan.PeakBytes} bytes, {plan.Quadrants} quadrants")))}");
        Assert.Equal(plans.Min(plan => plan.Cycles), plans[(int)PlanObjective.Latency].Cycles);
        Assert.Equal(plans.Min(plan => plan.PeakBytes), plans[(int)PlanObjective.Memory].PeakBytes);
        Assert.Equal(plans.Min(plan => plan.Quadrants * plan.Cycles), plans[(int)PlanObjective.Energy].Quadrants * plans[(int)PlanObjective.Energy].Cycles);
    }

    /// <summary>Runs the plan's program on the simulator and returns its cycles, those of streaming layers as the reference counts them.</summary>
    internal static long Simulated(NetworkPlan plan, sbyte[] sample)
    {
        string folder = Directory.CreateTempSubdirectory("ai8x-plan-").FullName;
        try
        {
            VectorWriter.Write(Synthesizer.Synthesize(plan.Network, sample, plan.Synthesis), folder);
            SimulationResult result = Simulation.Run(VectorFolderReader.Read(folder), new AcceleratorOptions(), TestContext.Current.CancellationToken);
            Assert.True(result.Passed, string.Create(CultureInfo.InvariantCulture, $"{result.MismatchCount} words differ"));
            return result.Inference.Timeline.ReferenceEstimate;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static string? NotPlanned(GeneratorCase reference)
    {
        NetworkDescription description = reference.Description();
        if (!description.DataBuffers.IsEmpty) return "A rolling buffer has a place that the program outside the network relies on.";
        if (!description.Unload.IsEmpty) return "A custom unload names places in memory.";
        if (reference.Has("--max-proc")) return "The passes of the case are limited by an option.";
        if (reference.Has("--fast-fifo-quad")) return "The case feeds four copies of the first layer by FIFO, which the host program chooses.";
        return null;
    }
}
