// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Planning;
using Ai8x.CodeGen.Planning.Suggestions;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests.Planning.Suggestions;

/// <summary>Networks that cannot fit: the message is right, and the first way out, applied, makes the network fit.</summary>
public sealed class PlanAdviceTests
{
    public static TheoryData<string> Names() => FitAdvisorTests.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void FirstWayOut_Applied_MakesTheNetworkFit(string what)
    {
        UnfitNetwork network = UnfitNetworks.All.Single(other => other.What == what);
        Assert.Throws<LimitException>(() => Planner.Plan(network.Graph, cancellation: TestContext.Current.CancellationToken));
        PlanAdvice? advice = PlanAdvice.Of(network.Graph, cancellation: TestContext.Current.CancellationToken);
        Assert.NotNull(advice);
        Assert.True(advice.IsProven);
        Assert.Equal((network.Layer, network.Resource, network.Needed, network.Available), (advice.Problem.Layer, advice.Problem.Resource, advice.Problem.Needed, advice.Problem.Available));
        Assert.NotEmpty(advice.WaysOut);
        NetworkPlan plan = PlanAdvice.Plan(advice.WaysOut[0].Result, PlanOptions.Default, TestContext.Current.CancellationToken);
        Assert.Equal(advice.WaysOut[0].Result.Graph.Layers.Length, plan.Layers.Length - plan.Changes.Count(change => change.StartsWith("A copy of", StringComparison.Ordinal)));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(Environment.NewLine, advice.Lines()));
    }

    [Fact]
    public void WhatCanStream_IsPlanned()
    {
        foreach ((string what, NetworkGraph graph) in UnfitNetworks.Streamable())
        {
            Assert.True(Planner.Plan(graph, cancellation: TestContext.Current.CancellationToken).StreamingLayers > 0, what);
            Assert.Null(PlanAdvice.Of(graph, cancellation: TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("input of 20x96x96", "the FIFOs take at most 16 channels, and it reads 20", "layer 0 \"conv0\"")]
    [InlineData("unpadded input of 3x200x200", "none pads", "layer 3 \"dense3\"")]
    [InlineData("residual input of 3x200x200", "reads the output of layer 0 too", "layer 1 \"conv1\"")]
    public void WhatCannotStream_SaysWhy(string what, string why, string where)
    {
        UnfitNetwork network = UnfitNetworks.All.Single(other => other.What == what);
        LimitException refusal = Assert.Throws<LimitException>(() => Planner.Plan(network.Graph, cancellation: TestContext.Current.CancellationToken));
        LimitViolation streaming = Assert.Single(refusal.Violations, violation => violation.Rule == GeneratorLimits.PlannedStreaming);
        string line = PlanAdvice.Of(network.Graph, cancellation: TestContext.Current.CancellationToken)!.Lines().First();
        foreach (string text in new[] { why, where })
        {
            Assert.Contains(text, streaming.Message, StringComparison.Ordinal);
            Assert.Contains(text, line, StringComparison.Ordinal);
        }
    }

    /// <summary>Unpadded layers cannot be the last to stream; padded they can, and nothing else is given up.</summary>
    [Fact]
    public void Padding_IsAWayOut_WhereItLetsTheFirstLayersStream()
    {
        UnfitNetwork network = UnfitNetworks.All.Single(other => other.What == "unpadded input of 3x200x200");
        PlanAdvice advice = PlanAdvice.Of(network.Graph, cancellation: TestContext.Current.CancellationToken)!;
        WayOut way = advice.WaysOut.First(way => way.Kind == WayOutKind.Streaming);
        Assert.Contains("Pad layer 0 \"conv0\" (pad: 1), so that it can stream.", way.Text, StringComparison.Ordinal);
        Assert.Equal(1, PlanAdvice.Plan(way.Result, PlanOptions.Default, TestContext.Current.CancellationToken).StreamingLayers);
    }
}
