// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Layers.Tests;

/// <summary>The three ways to write a model down, and what they refuse.</summary>
public class ModelStyleTests
{
    private static readonly SampleShape Map = new(8, 8, 3);

    private sealed class Chain : Module
    {
        private readonly FusedConv2DReLU _first = new(4, 3, paddingSize: 1);
        private readonly FusedMaxPoolConv2D _second = new(6, 1);
        private readonly Flatten _flatten = new();
        private readonly FusedDense _logits = new(3, wide: true);

        public override SymbolicTensor Forward(SymbolicTensor input) => _logits.Apply(_flatten.Apply(_second.Apply(_first.Apply(input))));
    }

    [Fact]
    public void SequentialFunctionalAndSubclassed_GiveTheSameGraphAndSummary()
    {
        var sequential = new Sequential("net", Map, new FusedConv2DReLU(4, 3, paddingSize: 1), new FusedMaxPoolConv2D(6, 1), new Flatten(), new FusedDense(3, wide: true));
        SymbolicTensor input = SymbolicTensor.Input(Map);
        SymbolicTensor x = new FusedConv2DReLU(4, 3, paddingSize: 1).Apply(input);
        x = new FusedMaxPoolConv2D(6, 1).Apply(x);
        new FusedConv2D(9, 3).Apply(x);
        var functional = new Functional("net", input, new FusedDense(3, wide: true).Apply(new Flatten().Apply(x)));
        Functional subclassed = new Chain().Trace("net", Map);

        NetworkGraph expected = sequential.Build(7).ToGraph();
        foreach (ModelArchitecture other in new ModelArchitecture[] { functional, subclassed })
        {
            AssertSame(expected, other.Build(7).ToGraph());
            Assert.Equal(sequential.Summary().ToString(), other.Summary().ToString());
        }
    }

    [Fact]
    public void Functional_LeavesOutWhatTheOutputDoesNotDependOn_AndRunsInTheOrderOfApplication()
    {
        SymbolicTensor input = SymbolicTensor.Input(Map);
        SymbolicTensor b = new FusedConv2D(3, 1, name: "b").Apply(input);
        SymbolicTensor unused = new FusedConv2D(3, 1, name: "unused").Apply(b);
        SymbolicTensor a = new FusedConv2D(3, 1, name: "a").Apply(input);
        SymbolicTensor sum = new Add().Apply(a, b);
        var model = new Functional("m", input, new Empty().Apply(sum));

        Assert.Equal(["b", "a", "add", "empty"], model.Nodes.Select(node => node.Name));
        NetworkGraph graph = model.Build(0).ToGraph();
        Assert.Equal(["b", "a", "add"], graph.Layers.Select(layer => layer.Name));
        Assert.Equal([1, 0], graph.Layers[2].Inputs);
        Assert.Equal(ElementwiseKind.Add, graph.Layers[2].Elementwise);
        Assert.Equal(Map, unused.Shape);
    }

    [Fact]
    public void Functional_OfTensorsOfDifferentInputs_IsRefused()
    {
        SymbolicTensor input = SymbolicTensor.Input(Map), other = SymbolicTensor.Input(Map);
        SymbolicTensor x = new FusedConv2D(3, 1).Apply(input);

        Assert.Throws<ModelDefinitionException>(() => new Add().Apply(x, other));
        Assert.Contains("another input", Assert.Throws<ModelDefinitionException>(() => new Functional("m", other, x)).Actual, StringComparison.Ordinal);
        Assert.Contains("result of a layer", Assert.Throws<ModelDefinitionException>(() => new Functional("m", x, x)).Actual, StringComparison.Ordinal);
        Assert.Throws<ModelDefinitionException>(() => new Functional("m", input, input));
    }

    [Fact]
    public void OneLayerObject_TwiceInAModel_IsRefusedOnlyIfItHasWeights()
    {
        var conv = new FusedConv2D(3, 1);
        var pool = new MaxPool2D();

        Assert.Equal(2, new Sequential("m", Map, pool, pool).Build(0).ToGraph().Layers.Length);
        Assert.Contains("stands once", Assert.Throws<ModelDefinitionException>(() => new Sequential("m", Map, conv, conv)).Rule, StringComparison.Ordinal);
        Assert.Single(new Sequential("m", Map, conv).Nodes);
    }

    [Fact]
    public void Concatenate_BecomesTheInputsOfTheLayerBehindIt()
    {
        SymbolicTensor input = SymbolicTensor.Input(Map);
        SymbolicTensor a = new FusedConv2D(4, 1).Apply(input);
        SymbolicTensor joined = new Concatenate().Apply(new Concatenate().Apply(a, input), new FusedConv2D(2, 1).Apply(a));
        NetworkGraph graph = new Functional("m", input, new FusedConv2D(5, 3).Apply(joined)).Build(0).ToGraph();

        GraphLayer last = graph.Layers[^1];
        Assert.Equal([0, -1, 1], last.Inputs);
        Assert.Equal(new FeatureShape(8, 8, 9), last.Input);
        Assert.Null(last.Elementwise);
    }

    [Fact]
    public void Concatenate_WithoutALayerBehindIt_IsRefused()
    {
        SymbolicTensor input = SymbolicTensor.Input(Map);
        SymbolicTensor a = new FusedConv2D(3, 1).Apply(input), b = new FusedConv2D(3, 1).Apply(input);
        SymbolicTensor joined = new Concatenate().Apply(a, b);

        Assert.Throws<ModelDefinitionException>(() => new Functional("m", input, joined));
        SymbolicTensor c = new FusedConv2D(6, 1).Apply(input);
        Assert.Contains("joined map", Assert.Throws<ModelDefinitionException>(() => new Functional("m", input, new Add().Apply(joined, c))).Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_OfAnEarlierLayer_IsRefused()
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(1, 1, 4));
        SymbolicTensor a = new FusedDense(4).Apply(input);

        Assert.Throws<ModelDefinitionException>(() => new Functional("m", input, new Empty().Apply(input)));
        Assert.Equal(2, new Functional("m", input, new Add().Apply(a, input)).Build(0).ToGraph().Layers.Length);
    }

    [Fact]
    public void Reshape_OfAllOperandsAlike_FollowsTheSum_AndOfOneIsRefused()
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(4, 4, 3));
        SymbolicTensor a = new FusedConv2D(3, 1).Apply(input), b = new FusedConv2D(3, 1).Apply(input);
        SymbolicTensor Wide(SymbolicTensor x) => new Reshape(2, 8, 3).Apply(x);
        NetworkGraph graph = new Functional("m", input, new FusedConv2D(2, 1).Apply(new Add().Apply(Wide(a), Wide(b)))).Build(0).ToGraph();

        Assert.Equal(new FeatureShape(4, 4, 3), graph.Layers[2].Output);
        Assert.Equal(new FeatureShape(2, 8, 3), graph.Layers[3].Input);
        SymbolicTensor c = new FusedConv2D(3, 1).Apply(new Reshape(2, 8, 3).Apply(input));
        Assert.Throws<Device.Limits.LimitException>(() => new Functional("m", input, new Add().Apply(Wide(a), c)));
    }

    [Fact]
    public void Rectifier_BecomesTheActivation_UnlessOthersReadTheLayer()
    {
        SymbolicTensor input = SymbolicTensor.Input(Map);
        SymbolicTensor a = new FusedConv2D(3, 1).Apply(input), rectified = new ReLU().Apply(new Dropout(0.1f).Apply(a));

        GraphLayer[] layers = [.. new Functional("m", input, new Add().Apply(rectified, rectified)).Build(0).ToGraph().Layers];
        Assert.Equal([ActivationKind.Relu, ActivationKind.None], layers.Select(layer => layer.Activation));
        Assert.Equal([0, 0], layers[1].Inputs);
        ModelDefinitionException error = Assert.Throws<ModelDefinitionException>(() => new Functional("m", input, new Add().Apply(rectified, a)));
        Assert.Contains("is read 2 times", error.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Softmax_StandsAtTheEndOnly_AndVanishes()
    {
        var head = new Sequential("m", new SampleShape(1, 1, 4), new FusedDense(3, wide: true), new Softmax());

        Assert.Equal("dense", Assert.Single(head.Build(0).ToGraph().Layers).Name);
        Assert.Contains("last layer", Assert.Throws<ModelDefinitionException>(() => new Sequential("m", new SampleShape(1, 1, 4), new Softmax(), new FusedDense(3))).Rule, StringComparison.Ordinal);
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", Map, new FusedConv2D(3, 1), new Softmax()));
    }

    [Fact]
    public void Permute_IsRefusedWhereTheChipWouldHaveToMoveData()
    {
        Assert.Throws<ModelDefinitionException>(() => new Permute((1, 1, 3)));
        Assert.Throws<ModelDefinitionException>(() => new Permute((0, 1, 2)));
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", new SampleShape(4, 3, 2), new Permute((2, 1, 3)), new FusedConv2D(2, 1)));
        Assert.Throws<ModelDefinitionException>(() => new Sequential("m", new SampleShape(4, 3, 2), new FusedConv2D(2, 1), new Permute((2, 1, 3))));

        NetworkGraph graph = new Sequential("m", new SampleShape(4, 1, 2), new FusedConv1D(2, 1), new Permute((2, 1, 3)), new FusedConv2D(2, 1)).Build(0).ToGraph();
        Assert.Equal(new FeatureShape(1, 4, 2), graph.Layers[1].Input);
    }

    [Fact]
    public void Permute_InFrontOfADenseLayer_ReordersItsWeights_AndLoadingRestoresThem()
    {
        Sequential Make() => new("m", new SampleShape(2, 3, 2), new FusedConv2D(2, 1), new Permute((3, 1, 2)), new Flatten(), new FusedDense(2));
        Model model = Make().Build(3), other = Make().Build(4);
        Parameter dense = model.Parameters[2];
        for (int i = 0; i < dense.Count; i++) dense.Value[i] = i;

        // The network sees [C, H, W] as rows, columns and channels; its flattened feature (w * C + c) * H + h is the chip's (c * H + h) * W + w.
        GraphLayer layer = model.ToGraph().Layers[^1];
        Assert.True(layer.Flatten);
        Assert.Equal(new FeatureShape(2, 3, 2), layer.Input);
        for (int w = 0; w < 3; w++)
        {
            for (int c = 0; c < 2; c++)
            {
                for (int h = 0; h < 2; h++) Assert.Equal((w * 2 + c) * 2 + h, layer.Weights[(c * 2 + h) * 3 + w]);
            }
        }

        other.LoadWeights(model.ToGraph());
        Assert.Equal(dense.Value, other.Parameters[2].Value);
    }

    [Fact]
    public void OneDimensionalLayer_OnAMap_NamesWhatToDo()
    {
        foreach (Layer layer in new Layer[] { new FusedConv1D(2, 3), new MaxPool1D(), new AvgPool1D() })
        {
            Assert.Contains("one column", Assert.Throws<ModelDefinitionException>(() => new Sequential("m", Map, layer)).Rule, StringComparison.Ordinal);
        }

        Assert.Throws<ModelDefinitionException>(() => new Conv1D(2, 3, pooling: new PoolWindow(PoolKind.Max, 2, 2)));
    }

    internal static void AssertSame(NetworkGraph expected, NetworkGraph actual)
    {
        Assert.Equal(expected with { Layers = [] }, actual with { Layers = [] });
        Assert.Equal(expected.Layers.Select(layer => layer with { Inputs = [], Weights = [], Bias = [] }), actual.Layers.Select(layer => layer with { Inputs = [], Weights = [], Bias = [] }));
        foreach ((GraphLayer mine, GraphLayer other) in expected.Layers.Zip(actual.Layers))
        {
            Assert.Equal(mine.Inputs.AsEnumerable(), other.Inputs.AsEnumerable());
            Assert.Equal(mine.Weights.AsEnumerable(), other.Weights.AsEnumerable());
            Assert.Equal(mine.Bias.AsEnumerable(), other.Bias.AsEnumerable());
        }
    }
}
