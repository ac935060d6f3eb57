// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Layers.Tests;

public class GraphTests
{
    private static Sequential Definition(int filters = 4, bool bias = true) => new(
        "net",
        new SampleShape(8, 6, 2),
        new FusedConv2DReLU(filters, 3, paddingSize: 1, outputShift: 2),
        new Dropout(0.25f),
        new FusedMaxPoolConv2D(3, 1, poolSize: (3, 2), poolStrides: 1, useBias: bias),
        new AvgPool2D(),
        new Reshape(2, 3, 3),
        new Flatten(),
        new Dropout(0.1f),
        new FusedDense(5, wide: true));

    [Fact]
    public void ToGraph_KeepsHardwareLayersInOrderWithShapes()
    {
        NetworkGraph graph = Definition().Build(1).ToGraph(256);

        Assert.Equal("net", graph.Name);
        Assert.Equal(256, graph.InputScale);
        Assert.Equal(new FeatureShape(8, 6, 2), graph.Input);
        Assert.Equal(["conv2d", "conv2d_1", "avg_pool2d", "dense"], graph.Layers.Select(layer => layer.Name));
        Assert.Equal([LayerOperator.Conv2d, LayerOperator.Conv2d, LayerOperator.None, LayerOperator.Linear], graph.Layers.Select(layer => layer.Operator));
        Assert.Equal([-1, 0, 1, 2], graph.Layers.Select(layer => Assert.Single(layer.Inputs)));
        Assert.Equal([new(8, 6, 2), new(8, 6, 4), new(6, 5, 3), new(2, 3, 3)], graph.Layers.Select(layer => layer.Input));
        Assert.Equal([new(8, 6, 4), new(6, 5, 3), new(3, 2, 3), new(1, 1, 5)], graph.Layers.Select(layer => layer.Output));
    }

    [Fact]
    public void ToGraph_CarriesEverySetting()
    {
        NetworkGraph graph = Definition().Build(1).ToGraph();

        Assert.Equal(128, graph.InputScale);
        GraphLayer conv = graph.Layers[0], pooled = graph.Layers[1], pool = graph.Layers[2], dense = graph.Layers[3];
        Assert.Equal((3, 3, 1, 2), (conv.KernelRows, conv.KernelColumns, conv.Padding, conv.OutputShift));
        Assert.Equal(ActivationKind.Relu, conv.Activation);
        Assert.Null(conv.Pooling);
        Assert.Equal(new Pooling(PoolingKind.Max, 3, 2, 1), pooled.Pooling);
        Assert.Equal(ActivationKind.None, pooled.Activation);
        Assert.Equal(new Pooling(PoolingKind.Average, 2, 2, 2), pool.Pooling);
        Assert.Empty(pool.Weights);
        Assert.True(dense.Wide);
        Assert.True(dense.Flatten);
        Assert.False(conv.Wide || conv.Flatten || pooled.Flatten || pool.Flatten);
    }

    [Fact]
    public void ToGraph_HoldsACopyOfTheWeights()
    {
        Model model = Definition().Build(1);
        NetworkGraph graph = model.ToGraph();

        Assert.Equal(model.Parameters.Sum(parameter => parameter.Count), graph.ParameterCount);
        Assert.Equal(model.Parameters[0].Value, graph.Layers[0].Weights.AsSpan());
        Assert.Equal(model.Parameters[^2].Value, graph.Layers[^1].Weights.AsSpan());
        Assert.Equal(5, graph.Layers[^1].Bias.Length);

        float before = graph.Layers[0].Weights[0];
        model.Parameters[0].Value[0] = before + 1;
        Assert.Equal(before, graph.Layers[0].Weights[0]);
    }

    [Fact]
    public void ToGraph_FlattenOfOnePixel_IsNoFlatten()
    {
        NetworkGraph graph = new Sequential("m", new SampleShape(1, 1, 3), new FusedConv2D(4, 1), new Flatten()).Build(0).ToGraph();

        Assert.False(Assert.Single(graph.Layers).Flatten);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    public void ToGraph_OfOtherInputScale_IsRefused(int scale) => Assert.Throws<ArgumentOutOfRangeException>(() => Definition().Build(0).ToGraph(scale));

    [Fact]
    public void LoadWeights_OfTheSameNetwork_RestoresEveryBit()
    {
        Model source = Definition().Build(1), target = Definition().Build(2);
        Assert.NotEqual(source.Parameters[0].Value.ToArray(), target.Parameters[0].Value.ToArray());

        target.LoadWeights(source.ToGraph());

        Assert.All(source.Parameters.Zip(target.Parameters), pair => Assert.Equal(pair.First.Value, pair.Second.Value));
    }

    [Fact]
    public void LoadWeights_OfAnotherNetwork_ChangesNothing()
    {
        Model target = Definition().Build(2);
        float[] before = target.Parameters[0].Value.ToArray();

        Assert.Contains("conv2d", Assert.Throws<ModelDefinitionException>(() => target.LoadWeights(Definition(filters: 5).Build(1).ToGraph())).Where, StringComparison.Ordinal);
        Assert.Contains("biases", Assert.Throws<ModelDefinitionException>(() => target.LoadWeights(Definition(bias: false).Build(1).ToGraph())).Rule, StringComparison.Ordinal);
        NetworkGraph shorter = Definition().Build(1).ToGraph();
        Assert.Throws<ModelDefinitionException>(() => target.LoadWeights(shorter with { Layers = shorter.Layers.RemoveAt(0) }));

        Assert.Equal(before, target.Parameters[0].Value);
    }
}
