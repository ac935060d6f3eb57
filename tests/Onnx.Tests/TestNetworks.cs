// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Onnx.Tests;

/// <summary>A small image network and comparison of networks.</summary>
internal static class TestNetworks
{
    public static NetworkGraph Mnist()
    {
        var random = new Random(1);
        var layers = ImmutableArray.CreateBuilder<GraphLayer>();
        layers.Add(Convolution("conv2d", new FeatureShape(28, 28, 1), 4, null, 1, random));
        layers.Add(Convolution("conv2d_1", layers[^1].Output, 6, new Pooling(PoolingKind.Max, 2, 2, 2), 2, random));
        layers.Add(Convolution("conv2d_2", layers[^1].Output, 5, new Pooling(PoolingKind.Average, 2, 2, 2), 1, random));
        FeatureShape last = layers[^1].Output;
        layers.Add(new GraphLayer
        {
            Name = "dense",
            Operator = LayerOperator.Linear,
            Inputs = [],
            Input = last,
            Output = new FeatureShape(1, 1, 10),
            Flatten = true,
            Wide = true,
            Weights = Numbers(random, 10 * last.Count),
            Bias = Numbers(random, 10),
        });
        return new NetworkGraph
        {
            Name = "mnist",
            Input = new FeatureShape(28, 28, 1),
            InputScale = 128,
            Layers = [.. layers.Select((layer, index) => layer with { Inputs = [index - 1] })],
        };
    }

    public static void AssertEqual(NetworkGraph expected, NetworkGraph actual)
    {
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.Input, actual.Input);
        Assert.Equal(expected.InputScale, actual.InputScale);
        Assert.Equal(expected.Layers.Length, actual.Layers.Length);
        for (int i = 0; i < expected.Layers.Length; i++)
        {
            (GraphLayer e, GraphLayer a) = (expected.Layers[i], actual.Layers[i]);
            Assert.Equal(e.Inputs, a.Inputs);
            Assert.Equal(e.Weights, a.Weights);
            Assert.Equal(e.Bias, a.Bias);
            Assert.Equal(e with { Inputs = [], Weights = [], Bias = [] }, a with { Inputs = [], Weights = [], Bias = [] });
        }
    }

    private static GraphLayer Convolution(string name, FeatureShape input, int outputs, Pooling? pooling, int padding, Random random)
    {
        int rows = pooling is null ? input.Rows : input.Rows / 2;
        return new GraphLayer
        {
            Name = name,
            Operator = LayerOperator.Conv2d,
            Inputs = [],
            Input = input,
            Output = new FeatureShape(rows + (2 * padding) - 2, rows + (2 * padding) - 2, outputs),
            Pooling = pooling,
            KernelRows = 3,
            KernelColumns = 3,
            Padding = padding,
            Activation = ActivationKind.Relu,
            Weights = Numbers(random, outputs * input.Channels * 9),
        };
    }

    private static ImmutableArray<float> Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
}
