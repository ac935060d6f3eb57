// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Quant.Tests;

public sealed class QuantizerTests
{
    private static readonly FeatureShape Point = new(1, 1, 1);
    private static readonly NetworkDescription OneByOne = Samples.Description(Samples.Conv(1, 0));

    [Theory]
    [InlineData(null, null, false, 64)]
    [InlineData(128, null, false, 64)]
    [InlineData(256, null, false, 32)]
    [InlineData(256, null, true, 64)]
    [InlineData(256, 128, false, 64)]
    [InlineData(null, 256, false, 32)]
    public void InputScaleOf256_HalvesTheFirstLayersWeightsButNotItsBias(int? inModel, int? given, bool keepFirst, int expected)
    {
        GraphLayer model = Samples.Model(Point, Point, [0.5f]) with { Bias = [0.25f] };
        QuantizedNetwork network = Quantizer.Quantize(Samples.Graph(inModel, model), OneByOne, new() { InputScale = given, KeepFirst = keepFirst });
        Assert.Equal((sbyte)expected, network.Layers[0].Weights[0]);
        Assert.Equal((sbyte)32, network.Layers[0].Bias[0]);
    }

    [Fact]
    public void InputScaleOf256_LeavesLaterLayersAlone()
    {
        GraphLayer model = Samples.Model(Point, Point, [0.5f]);
        QuantizedNetwork network = Quantizer.Quantize(
            Samples.Graph(256, model, model with { Inputs = [0] }), Samples.Description(Samples.Conv(1, 0), Samples.Conv(1, 0)), QuantizationOptions.Default);
        Assert.Equal([32, 64], network.Layers.Select(layer => (int)layer.Weights[0]));
    }

    [Fact]
    public void Scale_AppliesToWeightsAndBias()
    {
        GraphLayer model = Samples.Model(Point, Point, [0.5f]) with { Bias = [0.25f] };
        QuantizedNetwork network = Quantizer.Quantize(Samples.Graph(null, model), OneByOne, new() { Scale = 0.5 });
        Assert.Equal((sbyte)32, network.Layers[0].Weights[0]);
        Assert.Equal((sbyte)16, network.Layers[0].Bias[0]);
    }

    [Theory]
    [InlineData(1e-3, "every weight is 0")]
    [InlineData(10.0, "3 of 4 weights lie at the ends")]
    [InlineData(1.0, null)]
    public void ScaleThatLeavesNothingOfALayerOrCutsMostOfIt_GivesANotice(double scale, string? expected)
    {
        var four = new FeatureShape(1, 1, 4);
        QuantizedNetwork network = Quantizer.Quantize(Samples.Graph(null, Samples.Model(four, Point, [0.5f, -0.25f, 0.125f, 0f])), OneByOne, new() { Scale = scale });
        if (expected is null) Assert.Empty(network.Notices);
        else Assert.Contains(expected, Assert.Single(network.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void SurplusLayersOfTheModel_AreLeftOutWithANotice()
    {
        GraphLayer model = Samples.Model(Point, Point, [0.5f]);
        QuantizedNetwork network = Quantizer.Quantize(Samples.Graph(null, model, model with { Inputs = [0] }), OneByOne, QuantizationOptions.Default);
        Assert.Single(network.Layers);
        Assert.Contains(network.Notices, notice => notice.Contains("left out", StringComparison.Ordinal));
    }

    [Fact]
    public void FewerLayersInTheModelThanDescribed_AreRefused()
    {
        GraphLayer model = Samples.Model(Point, Point, [0.5f]);
        NetworkDescription two = Samples.Description(Samples.Conv(1, 0), Samples.Conv(1, 0));
        QuantizationException e = Assert.Throws<QuantizationException>(() => Quantizer.Quantize(Samples.Graph(null, model), two, QuantizationOptions.Default));
        Assert.Equal("net.yaml", e.Where);
    }

    [Fact]
    public void Contradictions_BecomeNoticesAndTheDescriptionHolds()
    {
        FeatureShape input = new(4, 4, 1);
        GraphLayer model = Samples.Model(input, input, new float[9], 3) with
        {
            Padding = 0,
            Activation = ActivationKind.Relu,
            Pooling = new(PoolingKind.Max, 2, 2, 2),
            OutputShift = 1,
            Wide = true,
        };
        LayerDescription layer = Samples.Conv(3, 1) with { OutputShift = -1 };
        QuantizedNetwork network = Quantizer.Quantize(Samples.Graph(null, model), Samples.Description(layer), QuantizationOptions.Default);
        foreach (string what in new[] { "pooling", "activation", "padding", "output shift", "output width" })
        {
            Assert.Contains(network.Notices, notice => notice.Contains(what, StringComparison.Ordinal));
        }

        Assert.Null(network.Layers[0].Pooling);
        Assert.Equal(-1, network.Layers[0].OutputShift);
    }

    [Fact]
    public void OutputShiftOfTheModel_HoldsWhereTheDescriptionGivesNone()
    {
        GraphLayer model = Samples.Model(Point, Point, [0.5f]) with { OutputShift = 2 };
        Assert.Equal(2, Quantizer.Quantize(Samples.Graph(null, model), OneByOne, QuantizationOptions.Default).Layers[0].OutputShift);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void WeightThatIsNoFiniteNumber_IsRefused(float weight) => Assert.Throws<QuantizationException>(
        () => Quantizer.Quantize(Samples.Graph(null, Samples.Model(Point, Point, [weight])), OneByOne, QuantizationOptions.Default));

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public void ScaleThatIsNotPositive_IsRefused(double scale) => Assert.Throws<QuantizationException>(
        () => Quantizer.Quantize(Samples.Graph(null, Samples.Model(Point, Point, [1f])), OneByOne, new() { Scale = scale }));

    [Fact]
    public void UnknownInputScale_IsRefused() => Assert.Throws<QuantizationException>(
        () => Quantizer.Quantize(Samples.Graph(100, Samples.Model(Point, Point, [1f])), OneByOne, QuantizationOptions.Default));

    [Fact]
    public void KernelThatDiffersFromTheModel_IsRefused()
    {
        GraphLayer model = Samples.Model(new(4, 4, 1), new(4, 4, 1), new float[9], 3);
        QuantizationException e = Assert.Throws<QuantizationException>(() => Quantizer.Quantize(Samples.Graph(null, model), OneByOne, QuantizationOptions.Default));
        Assert.Contains("kernel", e.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ChannelsThatDifferFromTheModel_AreRefused()
    {
        GraphLayer first = Samples.Model(Point, Point, [0.5f]);
        GraphLayer second = Samples.Model(new(1, 1, 2), Point, [0.5f, 0.5f]);
        NetworkDescription two = Samples.Description(Samples.Conv(1, 0), Samples.Conv(1, 0));
        QuantizationException e = Assert.Throws<QuantizationException>(() => Quantizer.Quantize(Samples.Graph(null, first, second), two, QuantizationOptions.Default));
        Assert.StartsWith("layer 1", e.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0.5f, 4, 0.25f, 2)]
    [InlineData(4, 1f, 7, -20f, -128)]
    [InlineData(2, -0.75f, -2, 0.5f, 1)]
    [InlineData(2, 0.25f, 0, 0.75f, 2)]
    [InlineData(1, -0.6f, -1, 3f, 3)]
    [InlineData(1, 0.9f, 0, -1f, -1)]
    public void SmallWeights_HaveTwoToTheBitsMinusOneUnits(int bits, float weight, int expectedWeight, float bias, int expectedBias)
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { WeightBits = bits });
        GraphLayer model = Samples.Model(Point, Point, [weight]) with { Bias = [bias] };
        QuantizedLayer layer = Quantizer.Quantize(Samples.Graph(null, model), description, QuantizationOptions.Default).Layers[0];
        Assert.Equal(expectedWeight, Assert.Single(layer.Weights));
        Assert.Equal(expectedBias, Assert.Single(layer.Bias));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(2)]
    public void Output_IsTheRealValueIn128ths_WhateverTheWeightBits(int bits)
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { WeightBits = bits });
        GraphLayer model = Samples.Model(Point, Point, [-0.5f]) with { Bias = [0.5f] };
        QuantizedNetwork network = Quantizer.Quantize(Samples.Graph(null, model), description, QuantizationOptions.Default);
        Assert.Equal([64 - 20], IntegerReference.Run(network, [40])[0]);
    }

    [Fact]
    public void DequantizedSmallWeights_AreIntegersOverTheirUnits()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { WeightBits = 4 });
        GraphLayer model = Samples.Model(Point, Point, [0.51f]) with { Bias = [-1f] };
        DequantizedLayer layer = Assert.Single(Dequantizer.Dequantize(Quantizer.Quantize(Samples.Graph(null, model), description, QuantizationOptions.Default)));
        Assert.Equal((0.5f, -1f), (layer.Weights[0], layer.Bias[0]));
    }

    [Fact]
    public void DequantizedWeights_AreIntegersOver128()
    {
        GraphLayer model = Samples.Model(Point, Point, [0.51f]) with { Bias = [-1f] };
        QuantizedNetwork network = Quantizer.Quantize(Samples.Graph(null, model), OneByOne, QuantizationOptions.Default);
        DequantizedLayer layer = Assert.Single(Dequantizer.Dequantize(network));
        Assert.Equal(65f / 128, layer.Weights[0]);
        Assert.Equal(-1f, layer.Bias[0]);
    }

    [Theory]
    [InlineData(8, 128)]
    [InlineData(8, -129)]
    [InlineData(4, 8)]
    [InlineData(2, -3)]
    [InlineData(1, 1)]
    public void IntegerWeightBeyondItsWidth_IsRefused(int bits, int weight)
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { WeightBits = bits });
        Assert.Throws<QuantizationException>(() => Samples.Integers(Point, description, Samples.Arrays([1, 1, 1, 1], weight)));
    }

    [Fact]
    public void IntegerWeightsWithAScale_AreRefused() => Assert.Throws<QuantizationException>(
        () => Quantizer.FromIntegers("n", Point, OneByOne, [Samples.Arrays([1, 1, 1, 1], 1)], new() { Scale = 2 }));

    [Fact]
    public void IntegerArrays_AreNotHalvedForAnInputScale() => Assert.Throws<QuantizationException>(
        () => Quantizer.FromIntegers("n", Point, OneByOne, [Samples.Arrays([1, 1, 1, 1], 1)], new() { InputScale = 256 }));
}
