// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Planning;
using Ai8x.CodeGen.Planning.Suggestions;
using Ai8x.Device.Limits;

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
        Assert.Equal(network.Graph.Layers.Length, plan.Layers.Length);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(Environment.NewLine, advice.Lines()));
    }
}
