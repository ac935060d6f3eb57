// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant.Tests;

public sealed class GeometryTests
{
    [Fact]
    public void ShapesFollowPoolingKernelAndPadding()
    {
        NetworkDescription description = Samples.Description(
            Samples.Conv(3, 1),
            Samples.Conv(3, 2) with { Pooling = new(PoolingKind.Max, 2, 2, 2) },
            Samples.Conv(1, 0) with { Pooling = new(PoolingKind.Average, 3, 2, 2) },
            Samples.Linear(flatten: true));
        QuantizedNetwork network = Samples.Integers(
            new(28, 27, 1), description, Samples.Zeros(4, 1, 3, 3), Samples.Zeros(5, 4, 3, 3), Samples.Zeros(2, 5, 1, 1), Samples.Zeros(3, 2 * 7 * 7));
        Assert.Equal([new(28, 27, 1), new(14, 13, 4), new(7, 7, 5), new FeatureShape(7, 7, 2)], network.Layers.Select(layer => layer.Pooled));
        Assert.Equal([new(28, 27, 4), new(16, 15, 5), new(7, 7, 2), new FeatureShape(1, 1, 3)], network.Layers.Select(layer => layer.Output));
    }

    [Fact]
    public void DefaultsOfAConvolution_AreThreeByThreeWithPadOne()
    {
        NetworkDescription description = Samples.Description(new LayerDescription { Processors = new(1) });
        QuantizedLayer layer = Samples.Integers(new(4, 4, 1), description, Samples.Zeros(1, 1, 3, 3)).Layers[0];
        Assert.Equal((3, 3, 1, 1, 8, 8), (layer.KernelRows, layer.KernelColumns, layer.PaddingRows, layer.PaddingColumns, layer.WeightBits, layer.OutputWidth));
    }

    [Fact]
    public void InDim_ReadsTheSamePixelsWithOtherRowsAndColumns()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(3, 1), Samples.Conv(3, 1) with { InputDimensions = (3, 10) });
        QuantizedNetwork network = Samples.Integers(new(6, 5, 1), description, Samples.Zeros(1, 1, 3, 3), Samples.Zeros(1, 1, 3, 3));
        Assert.Equal(new FeatureShape(3, 10, 1), network.Layers[1].Output);
    }

    [Fact]
    public void LayerWithoutAName_IsCalledByItsIndex() =>
        Assert.Equal("layer 0", Samples.Integers(new(1, 1, 1), Samples.Description(Samples.Conv(1, 0)), Samples.Zeros(1, 1, 1, 1)).Layers[0].Name);

    [Theory]
    [InlineData(2, 1, "conv2d-kernel")]
    [InlineData(3, 3, "padding")]
    [InlineData(1, 1, "padding-below-kernel")]
    public void KernelAndPadding_AreLimited(int kernel, int pad, string rule) =>
        AssertBroken(rule, new(8, 8, 1), Samples.Conv(kernel, pad), Samples.Zeros(1, 1, kernel, kernel));

    [Theory]
    [InlineData(17, 1, "pool-size")]
    [InlineData(2, 17, "pool-stride")]
    [InlineData(9, 1, "pool-fits")]
    public void Pooling_IsLimited(int window, int stride, string rule) =>
        AssertBroken(rule, new(rule == "pool-fits" ? 8 : 40, 40, 1), Samples.Conv() with { Pooling = new(PoolingKind.Max, window, window, stride) }, Samples.Zeros(1, 1, 3, 3));

    [Theory]
    [InlineData(15, 8, false)]
    [InlineData(16, 8, true)]
    [InlineData(-15, 8, false)]
    [InlineData(-16, 8, true)]
    [InlineData(11, 4, false)]
    [InlineData(12, 4, true)]
    [InlineData(int.MaxValue, 8, true)]
    public void TotalShift_IsLimited(int shift, int bits, bool broken)
    {
        LayerDescription layer = Samples.Conv() with { OutputShift = shift, WeightBits = bits };
        if (broken) AssertBroken("output-shift", new(4, 4, 1), layer, Samples.Zeros(1, 1, 3, 3));
        else Samples.Integers(new(4, 4, 1), Samples.Description(layer), Samples.Zeros(1, 1, 3, 3));
    }

    [Fact]
    public void WideLayerWithActivation_IsRefused() =>
        AssertBroken("wide-activation", new(4, 4, 1), Samples.Conv() with { OutputWidth = 32, Activation = ActivationKind.Relu }, Samples.Zeros(1, 1, 3, 3));

    [Fact]
    public void LinearOnAMapWithoutFlatten_IsRefused() => AssertBroken("linear-input", new(4, 4, 1), Samples.Linear(), Samples.Zeros(1, 1));

    [Fact]
    public void FlattenOfMoreThan256Pixels_IsRefused() => AssertBroken("flatten-pixels", new(16, 17, 1), Samples.Linear(true), Samples.Zeros(1, 272));

    [Fact]
    public void FlattenWithPooling_IsRefused() =>
        AssertBroken("flatten-pooling", new(4, 4, 1), Samples.Linear(true) with { Pooling = new(PoolingKind.Max, 2, 2, 2) }, Samples.Zeros(1, 4));

    [Fact]
    public void InDimWithOtherPixelCount_IsRefused() => AssertBroken("reshape-pixels", new(4, 4, 1), Samples.Conv() with { InputDimensions = (3, 5) }, Samples.Zeros(1, 1, 3, 3));

    [Fact]
    public void MoreThan1024Channels_AreRefused() => AssertBroken("channels", new(1, 1, 1), Samples.Conv(1, 0), Samples.Zeros(1025, 1, 1, 1));

    [Fact]
    public void MapsOf1024Rows_AreRefused() => AssertBroken("dimensions", new(1024, 1, 1), Samples.Conv(), Samples.Zeros(1, 1, 3, 3));

    [Fact]
    public void ThirtyThreeLayers_AreRefused()
    {
        NetworkDescription description = Samples.Description([.. Enumerable.Repeat(Samples.Conv(1, 0), 33)]);
        LimitException e = Assert.Throws<LimitException>(() => Samples.Integers(new(1, 1, 1), description, [.. Enumerable.Repeat(Samples.Zeros(1, 1, 1, 1), 33)]));
        Assert.Equal("layers", Assert.Single(e.Violations).Rule.Id);
    }

    [Fact]
    public void AllBrokenLimits_AreCollected()
    {
        NetworkDescription description = Samples.Description(Samples.Conv() with { OutputShift = 99 }, Samples.Conv() with { OutputWidth = 32, Activation = ActivationKind.Abs, OutputShift = -99 });
        LimitException e = Assert.Throws<LimitException>(() => Samples.Integers(new(4, 4, 1), description, Samples.Zeros(1, 1, 3, 3), Samples.Zeros(1, 1, 3, 3)));
        Assert.Equal(["output-shift", "output-shift", "wide-activation"], e.Violations.Select(v => v.Rule.Id));
    }

    private static void AssertBroken(string rule, FeatureShape input, LayerDescription layer, IntegerLayerArrays arrays)
    {
        LimitException e = Assert.Throws<LimitException>(() => Samples.Integers(input, Samples.Description(layer), arrays));
        Assert.Contains(e.Violations, violation => violation.Rule.Id == rule);
        Assert.All(e.Violations, violation => Assert.NotEmpty(violation.Where));
    }
}
