// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Planning.Suggestions;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.CodeGen.Tests.Planning.Suggestions;

public sealed class FitAdvisorTests
{
    public static TheoryData<string> Names() => [.. UnfitNetworks.All.Select(network => network.What)];

    [Fact]
    public void ThereAreFifty() => Assert.InRange(UnfitNetworks.All.Select(network => network.What).Distinct().Count(), 50, 60);

    [Theory]
    [MemberData(nameof(Names))]
    public void Problem_IsWhatThePlainArithmeticSays(string what)
    {
        UnfitNetwork network = UnfitNetworks.All.Single(other => other.What == what);
        FitProblem problem = FitBounds.Problems(FitCandidate.Of(network.Graph))[0];
        Assert.Equal((network.Layer, network.Resource, network.Needed, network.Available), (problem.Layer, problem.Resource, problem.Needed, problem.Available));
        Assert.Equal(network.Needed - network.Available, problem.Excess);
        string excess = (network.Needed - network.Available).ToString("N0", CultureInfo.InvariantCulture);
        Assert.StartsWith($"layer {network.Layer} \"{network.Graph.Layers[network.Layer].Name}\": ", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains($"too small by {excess} ", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EqualBiases_ShareTheirBytes()
    {
        GraphLayer layer = new ChainBuilder(2, 2, 512).Conv(512, kernel: 1, bias: true).Graph("b").Layers[0];
        var graph = new NetworkGraph { Name = "b", Input = layer.Input, Layers = [.. Enumerable.Range(0, 6).Select(i => layer with { Name = $"{i}", Inputs = [i - 1], Weights = [.. new float[512 * 512]] })] };
        Assert.DoesNotContain(FitBounds.Problems(FitCandidate.Of(graph)), problem => problem.Resource == ChipResource.BiasMemory);
    }

    [Theory]
    [InlineData("kernels of 128 to 512")]
    [InlineData("15 layers of 64 to 64")]
    [InlineData("unpadded input of 3x200x200")]
    [InlineData("residual input of 3x200x200")]
    [InlineData("residual map of 16x96x96")]
    [InlineData("maps of 64x80x80")]
    [InlineData("bias of 576")]
    [InlineData("6 biases of 448 and 32")]
    [InlineData("flattened 96x12x12")]
    [InlineData("1100 channels")]
    [InlineData("36 layers")]
    public void WaysOut_BreakNoBound_AndAreSound(string what)
    {
        UnfitNetwork network = UnfitNetworks.All.Single(other => other.What == what);
        FitCandidate start = FitCandidate.Of(network.Graph);
        FitProblem problem = FitBounds.Problems(start)[0];
        var ways = FitAdvisor.WaysOut(start, problem, _ => true, cancellation: TestContext.Current.CancellationToken);
        Assert.NotEmpty(ways);
        Assert.Equal(ways.Select(way => way.Cost).Order(), ways.Select(way => way.Cost));
        using var context = new ComputeContext(1);
        foreach (WayOut way in ways)
        {
            Assert.InRange(way.Cost, 0, 1);
            Assert.Empty(FitBounds.Problems(way.Result));

            // The runner checks shapes and counts of weights of every layer.
            using var runner = new GraphRunner(way.Result.Graph, context, 1);
            if (way.Kind != WayOutKind.FewerLayers) Assert.Equal(network.Graph.Layers.Length, way.Result.Graph.Layers.Length);
            Assert.Equal(network.Graph.Layers[^1].Output, way.Result.Graph.Layers[^1].Output);
        }
    }

    [Fact]
    public void WaysOut_AskWhetherTheyFit_AndHoldOnlyWhatDoes()
    {
        FitCandidate start = FitCandidate.Of(new ChainBuilder(4, 4, 8).Conv(128, kernel: 1).Conv(512, pool: 2).Dense(10).Graph("k"));
        FitProblem problem = FitBounds.Problems(start)[0];
        var ways = FitAdvisor.WaysOut(start, problem, candidate => candidate.WeightBits[1] <= 2 || candidate.Graph.Layers[1].Output.Channels <= 128, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([WayOutKind.FewerBits, WayOutKind.FewerChannels], ways.Select(way => way.Kind).Distinct().Order());
        Assert.All(ways, way => Assert.True(way.Result.WeightBits[1] <= 2 || way.Result.Graph.Layers[1].Output.Channels <= 128));
        Assert.Empty(FitAdvisor.WaysOut(start, problem, _ => false, cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void WaysOut_SayTheNumbersBeforeAndAfter()
    {
        FitCandidate start = FitCandidate.Of(new ChainBuilder(4, 4, 8).Conv(128, kernel: 1).Conv(512, pool: 2).Dense(10).Graph("k"));
        WayOut bits = FitAdvisor.WaysOut(start, FitBounds.Problems(start)[0], _ => true, cancellation: TestContext.Current.CancellationToken).First(way => way.Kind == WayOutKind.FewerBits);
        Assert.StartsWith("Give layer 1 \"conv1\" weights of 4 bits (quantization: 4).", bits.Text, StringComparison.Ordinal);

        // 512 outputs of two passes are 1,024 kernels of a word each, of half a word with 4 bits.
        Assert.Contains("then take 512 instead of 1,024 words of each of its processors (768 are there)", bits.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void NarrowedResiduals_StayEqual()
    {
        FeatureShape map = new(4, 4, 128);
        GraphLayer conv = new ChainBuilder(4, 4, 128).Conv(128).Graph("r").Layers[0];
        GraphLayer first = conv with { Name = "first" }, second = conv with { Name = "second", Inputs = [0] };
        var sum = new GraphLayer { Name = "sum", Operator = LayerOperator.None, Elementwise = ElementwiseKind.Add, Inputs = [1, 0], Input = map, Output = map };
        GraphLayer last = conv with { Name = "last", Inputs = [2] };
        GraphLayer dense = new ChainBuilder(4, 4, 128).Dense(4).Graph("d").Layers[0] with { Inputs = [3] };
        var graph = new NetworkGraph { Name = "residual", Input = map, Layers = [first, second, sum, last, dense] };
        var problem = new FitProblem(1, "second", ChipResource.KernelMemory, 1, 0, "");
        WayOut[] narrow = [.. FitAdvisor.WaysOut(FitCandidate.Of(graph), problem, _ => true, 20, TestContext.Current.CancellationToken).Where(way => way.Kind == WayOutKind.FewerChannels)];
        Assert.NotEmpty(narrow);
        Assert.Contains(narrow, way => way.Result.Graph.Layers[1].Output.Channels < 128);
        Assert.All(narrow, way => Assert.Equal(way.Result.Graph.Layers[0].Output, way.Result.Graph.Layers[1].Output));
    }
}
