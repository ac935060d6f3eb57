// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Planning;
using Ai8x.Networks;
using Ai8x.Onnx;

namespace Ai8x.Golden;

/// <summary>The reference models planned from ONNX alone, without any description: the last layer's known integers, in no more cycles than by hand.</summary>
public sealed class PlannedModelTests
{
    public static TheoryData<string> Models() => [.. GeneratorCase.Names("tf-models").DefaultIfEmpty("")];

    [Theory]
    [MemberData(nameof(Models))]
    public void Model_WithoutDescription_GivesTheKnownResultInNoMoreCycles(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The reference vectors (../shared/golden) are not there.");
        GeneratorCase reference = GeneratorCase.Open(name);
        NetworkGraph graph = OnnxImporter.Import(Path.Combine(reference.Folder, "model.onnx"));
        NetworkPlan plan = Planner.Plan(graph, cancellation: TestContext.Current.CancellationToken);
        SynthesizedNetwork synthesized = Synthesizer.Synthesize(plan.Network, reference.Sample(), plan.Synthesis);
        long byHand = CycleEstimate.Of(Placer.Place(reference.Quantized(), reference.SynthesisOptions())).Total;

        Assert.Equal(plan.Cycles, PlannedNetworkTests.Simulated(plan, reference.Sample()));
        Assert.True(plan.Cycles <= byHand, string.Create(CultureInfo.InvariantCulture, $"planned {plan.Cycles}, by hand {byHand}"));
        Assert.Equal(GeneratorNpy.Read(reference.LastLayer).Values, synthesized.LayerOutputs[^1]);
    }
}
