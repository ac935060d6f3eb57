// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers.Tests;

/// <summary>Each limit at its last allowed value and one step beyond.</summary>
public class LimitTests
{
    private static readonly LimitRule[] Rules = [.. DeviceLimits.All];

    public static TheoryData<string, Func<Layer>, Func<Layer>> Edges => new()
    {
        { "channels", () => new Conv2D(1024, 3), () => new Conv2D(1025, 3) },
        { "channels", () => new Conv2D(1, 3), () => new Conv2D(0, 3) },
        { "channels", () => new Dense(1024), () => new Dense(1025) },
        { "channels", () => new Dense(1), () => new Dense(0) },
        { "conv2d-kernel", () => new FusedConv2D(4, 1), () => new FusedConv2D(4, 2) },
        { "conv2d-kernel", () => new FusedConv2D(4, 3), () => new FusedConv2D(4, 5) },
        { "padding", () => new FusedConv2DReLU(4, 3, paddingSize: 2), () => new FusedConv2DReLU(4, 3, paddingSize: 3) },
        { "padding", () => new FusedConv2DReLU(4, 3, paddingSize: 0), () => new FusedConv2DReLU(4, 3, paddingSize: -1) },
        { "padding-below-kernel", () => new FusedConv2D(4, 1, paddingSize: 0), () => new FusedConv2D(4, 1, paddingSize: 1) },
        { "convolution-stride", () => new FusedConv2D(4, 3, strides: 1), () => new FusedConv2D(4, 3, strides: 2) },
        { "convolution-stride", () => new FusedMaxPoolConv2D(4, 3, strides: 1), () => new FusedMaxPoolConv2D(4, 3, strides: 2) },
        { "pool-size", () => new FusedMaxPoolConv2D(4, 3, poolSize: 16), () => new FusedMaxPoolConv2D(4, 3, poolSize: 17) },
        { "pool-size", () => new MaxPool2D(1), () => new MaxPool2D(0) },
        { "pool-size", () => new AvgPool2D((1, 16)), () => new AvgPool2D((1, 17)) },
        { "pool-stride", () => new FusedAvgPoolConv2DReLU(4, 3, poolStrides: 16), () => new FusedAvgPoolConv2DReLU(4, 3, poolStrides: 17) },
        { "pool-stride", () => new AvgPool2D(poolStrides: 1), () => new AvgPool2D(poolStrides: 0) },
        { "pool-stride", () => new MaxPool2D((3, 3), null), () => new MaxPool2D((3, 2), null) },
        { "output-shift", () => new FusedConv2D(4, 3, outputShift: 15), () => new FusedConv2D(4, 3, outputShift: 16) },
        { "output-shift", () => new FusedDense(4, outputShift: -15), () => new FusedDense(4, outputShift: int.MinValue) },
        { "wide-activation", () => new Conv2D(4, 3, wide: true), () => new Conv2D(4, 3, activation: Activation.ReLU, wide: true) },
        { "wide-activation", () => new Dense(4, wide: true), () => new Dense(4, Activation.ReLU, wide: true) },
        { "wide-activation", () => new FusedAvgPoolConv2D(4, 3, wide: true), () => new FusedAvgPoolConv2D(4, 3, activation: Activation.ReLU, wide: true) },
    };

    [Theory]
    [MemberData(nameof(Edges), DisableDiscoveryEnumeration = true)]
    public void Layer_AtAndBeyondALimit_IsMadeOrNamesTheRule(string rule, Func<Layer> allowed, Func<Layer> refused)
    {
        Assert.NotNull(allowed());

        LimitException error = Assert.Throws<LimitException>(refused);

        Assert.Contains(error.Violations, violation => violation.Rule.Id == rule);
        Assert.All(error.Violations, violation => Assert.Contains(violation.Rule, Rules));
    }

    [Fact]
    public void Layer_WithSeveralViolations_ReportsAllWithNameActualAndRemedy()
    {
        LimitException error = Assert.Throws<LimitException>(() => new Conv2D(2000, 5, paddingSize: 3, name: "stem"));

        Assert.Equal(["channels", "conv2d-kernel", "padding"], error.Violations.Select(violation => violation.Rule.Id));
        Assert.Contains("Conv2D layer \"stem\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("filters is 2000", error.Message, StringComparison.Ordinal);
        Assert.Contains("Choose filters from 1 to 1,024.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1023, 1, true)]
    [InlineData(1024, 1, false)]
    [InlineData(1022, 3, true)]
    [InlineData(1023, 3, false)]
    public void Dimensions_WithAndWithoutPadding_EndAt1023(int rows, int kernel, bool allowed)
    {
        Sequential Make() => new("model", new SampleShape(rows, 8, 1), new FusedConv2D(1, kernel, paddingSize: kernel / 2));
        if (allowed) Assert.Equal(rows, Make().OutputShape.Height);
        else Assert.Contains(Assert.Throws<LimitException>(Make).Violations, violation => violation.Rule == DeviceLimits.Dimensions);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Input_ChannelsOfTheFirstLayer_EndAt1024(int channels, bool allowed)
    {
        Sequential Make() => new("model", new SampleShape(1, 1, channels), new Dense(2));
        if (allowed) Assert.Equal(channels * 2 + 2, Make().ParameterCount);
        else Assert.Equal(DeviceLimits.Channels, Assert.Single(Assert.Throws<LimitException>(Make).Violations).Rule);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    public void Pool_WiderThanItsInput_NamesTheLayerByNumber(int rows, bool allowed)
    {
        Sequential Make() => new("model", new SampleShape(rows, 8, 1), new FusedConv2D(2, 1), new MaxPool2D(4));
        if (allowed)
        {
            Assert.Equal(new SampleShape(1, 3, 2), Make().OutputShape);
            return;
        }

        LimitViolation violation = Assert.Single(Assert.Throws<LimitException>(Make).Violations);
        Assert.Equal(DeviceLimits.PoolFits, violation.Rule);
        Assert.Equal("layer 1 \"max_pool2d\"", violation.Where);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Flatten_PixelsOfTheMap_EndAt256(int columns, bool allowed)
    {
        Sequential Make() => new("model", new SampleShape(16, columns, 2), new Flatten(), new Dense(3));
        if (allowed) Assert.Equal(16 * 16 * 2 * 3 + 3, Make().ParameterCount);
        else Assert.Equal(DeviceLimits.FlattenPixels, Assert.Single(Assert.Throws<LimitException>(Make).Violations).Rule);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void HardwareLayers_EndAt32(int count, bool allowed)
    {
        Sequential Make() => new("model", new SampleShape(1, 1, 1), Enumerable.Range(0, count).Select(_ => new FusedConv2D(1, 1)));
        if (allowed) Assert.Equal(32, Make().Build(0).ToGraph().Layers.Length);
        else Assert.Equal(DeviceLimits.Layers, Assert.Single(Assert.Throws<LimitException>(Make).Violations).Rule);
    }

    [Fact]
    public void Convolution_WithoutRoomForItsKernel_IsRefused()
    {
        LimitException error = Assert.Throws<LimitException>(() => new Sequential("model", new SampleShape(2, 5, 1), new FusedConv2D(1, 3)));

        Assert.Contains(error.Violations, violation => violation.Rule == DeviceLimits.Dimensions);
    }
}
