// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;
using Ai8x.Networks;
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
        { "padding-below-kernel", () => new FusedConv2D(4, 3, paddingSize: 2), () => new FusedConv2D(4, 1, paddingSize: 2) },
        { "padding-below-kernel", () => new FusedConv1D(4, 2, paddingSize: 1), () => new FusedConv1D(4, 2, paddingSize: 2) },
        { "padding", () => new FusedConv1DReLU(4, 9, paddingSize: 2), () => new FusedConv1DReLU(4, 9, paddingSize: 3) },
        { "padding", () => new FusedConv1DReLU(4, 9, paddingSize: 0), () => new FusedConv1DReLU(4, 9, paddingSize: -1) },
        { "channels", () => new FusedConv1D(1024, 3), () => new FusedConv1D(1025, 3) },
        { "channels", () => new FusedConv2DTranspose(1024), () => new FusedConv2DTranspose(1025) },
        { "conv1d-kernel", () => new FusedConv1D(4, 1), () => new FusedConv1D(4, 0) },
        { "conv1d-kernel", () => new Conv1D(4, 9), () => new Conv1D(4, 10) },
        { "transposed-kernel", () => new FusedConv2DTranspose(4, 3), () => new FusedConv2DTranspose(4, 1) },
        { "transposed-kernel", () => new FusedConv2DTranspose(4, strides: 2), () => new FusedConv2DTranspose(4, strides: 1) },
        { "transposed-kernel", () => new FusedMaxPoolConv2DTransposeReLU(4, strides: 2), () => new FusedMaxPoolConv2DTransposeReLU(4, strides: 3) },
        { "transposed-kernel", () => new FusedConv2DTransposeReLU(4, paddingSize: 2), () => new FusedConv2DTransposeReLU(4, paddingSize: 3) },
        { "transposed-kernel", () => new Conv2DTranspose(4, paddingSize: 0), () => new Conv2DTranspose(4, paddingSize: -1) },
        { "convolution-stride", () => new FusedConv1D(4, 3, strides: 1), () => new FusedConv1D(4, 3, strides: 2) },
        { "convolution-stride", () => new FusedAvgPoolConv1DReLU(4, 3, strides: 1), () => new FusedAvgPoolConv1DReLU(4, 3, strides: 0) },
        { "pool-size", () => new MaxPool1D(16), () => new MaxPool1D(17) },
        { "pool-size", () => new FusedMaxPoolConv1D(4, 3, poolSize: 1), () => new FusedMaxPoolConv1D(4, 3, poolSize: 0) },
        { "pool-stride", () => new AvgPool1D(2, 16), () => new AvgPool1D(2, 17) },
        { "pool-stride", () => new FusedAvgPoolConv1D(4, 3, poolStrides: 1), () => new FusedAvgPoolConv1D(4, 3, poolStrides: 0) },
        { "output-shift", () => new FusedConv1DReLU(4, 3, outputShift: 15), () => new FusedConv1DReLU(4, 3, outputShift: 16) },
        { "output-shift", () => new FusedConv2DTranspose(4, outputShift: -15), () => new FusedConv2DTranspose(4, outputShift: -16) },
        { "wide-activation", () => new Conv1D(4, 3, wide: true), () => new Conv1D(4, 3, activation: Activation.ReLU, wide: true) },
        { "wide-activation", () => new FusedMaxPoolConv1D(4, 3, wide: true), () => new FusedMaxPoolConv1D(4, 3, activation: Activation.ReLU, wide: true) },
        { "wide-activation", () => new Conv2DTranspose(4, wide: true), () => new Conv2DTranspose(4, activation: Activation.ReLU, wide: true) },
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

    [Theory]
    [InlineData(1023, 1, 0, true)]
    [InlineData(1024, 1, 0, false)]
    [InlineData(1022, 3, 1, true)]
    [InlineData(1023, 3, 1, false)]
    public void OneDimensionalData_WithAndWithoutPadding_EndsAt1023(int length, int kernel, int padding, bool allowed)
    {
        Sequential Make() => new("model", new SampleShape(length, 1, 1), new FusedConv1D(1, kernel, paddingSize: padding));
        if (allowed) Assert.Equal(length, Make().OutputShape.Height);
        else Assert.Contains(Assert.Throws<LimitException>(Make).Violations, violation => violation.Rule == DeviceLimits.Dimensions);
    }

    [Theory]
    [InlineData(511, 1, true)]
    [InlineData(512, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    public void TransposedConvolution_OutputRows_AreBetween1And1023(int rows, int padding, bool allowed)
    {
        Sequential Make() => new("model", new SampleShape(rows, 2, 1), new FusedConv2DTranspose(1, paddingSize: padding));
        if (allowed) Assert.Equal(2 * rows + 2 - 2 * padding, Make().OutputShape.Height);
        else Assert.Contains(Assert.Throws<LimitException>(Make).Violations, violation => violation.Rule == DeviceLimits.Dimensions);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Operands_AreTwoToSixteen(int count, bool allowed)
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(2, 2, 3));
        SymbolicTensor[] operands = [.. Enumerable.Range(0, count).Select(_ => new FusedConv2D(3, 1).Apply(input))];
        foreach (JoinLayer layer in new JoinLayer[] { new Add(), new Sub(), new Or(), new Xor(), new Concatenate() })
        {
            if (allowed) Assert.Equal(layer is Concatenate ? 3 * count : 3, layer.Apply(operands).Shape.Channels);
            else Assert.Equal(DeviceLimits.Operands, Assert.Single(Assert.Throws<LimitException>(() => layer.Apply(operands)).Violations).Rule);
        }
    }

    [Fact]
    public void ConcatenationsOfConcatenations_EndAtSixteenMaps()
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(2, 2, 1));
        SymbolicTensor Join(int count) => new Concatenate().Apply([.. Enumerable.Range(0, count).Select(_ => new FusedConv2D(1, 1).Apply(input))]);
        SymbolicTensor eight = Join(8), nine = Join(9);

        Assert.Equal(17, new Functional("m", input, new FusedConv2D(1, 1).Apply(new Concatenate().Apply(eight, Join(8)))).Build(0).ToGraph().Layers.Length);
        LimitException error = Assert.Throws<LimitException>(() => new Functional("m", input, new FusedConv2D(1, 1).Apply(new Concatenate().Apply(eight, nine))));
        Assert.Equal(DeviceLimits.Operands, Assert.Single(error.Violations).Rule);
    }

    [Theory]
    [InlineData(4, 4, true)]
    [InlineData(4, 5, false)]
    public void OperandsOfOneShape_Only(int left, int right, bool allowed)
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(2, 2, 3));
        SymbolicTensor a = new FusedConv2D(left, 1).Apply(input), b = new FusedConv2D(right, 1).Apply(input);
        if (allowed) Assert.Equal(a.Shape, new Sub().Apply(a, b).Shape);
        else Assert.Equal(DeviceLimits.OperandShapes, Assert.Single(Assert.Throws<LimitException>(() => new Sub().Apply(a, b)).Violations).Rule);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public void JoinedMaps_HaveTheSameRowsAndColumns(int kernel, bool allowed)
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(4, 4, 3));
        SymbolicTensor other = new FusedConv2D(2, kernel).Apply(input);
        if (allowed) Assert.Equal(new SampleShape(4, 4, 5), new Concatenate().Apply(input, other).Shape);
        else Assert.Equal(DeviceLimits.JoinedShapes, Assert.Single(Assert.Throws<LimitException>(() => new Concatenate().Apply(input, other)).Violations).Rule);
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void JoinedChannels_EndAt1024(int channels, bool allowed)
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(1, 1, 512));
        SymbolicTensor other = new FusedConv2D(channels, 1).Apply(input);
        if (allowed) Assert.Equal(1024, new Concatenate().Apply(input, other).Shape.Channels);
        else Assert.Equal(DeviceLimits.Channels, Assert.Single(Assert.Throws<LimitException>(() => new Concatenate().Apply(input, other)).Violations).Rule);
    }

    [Fact]
    public void Rectifier_BehindALayerWithoutOperator_IsRefused()
    {
        Assert.Equal(ActivationKind.Relu, Assert.Single(Chain(new FusedConv2D(2, 1), new ReLU()).Build(0).ToGraph().Layers).Activation);
        Assert.Equal(DeviceLimits.Passthrough, Assert.Single(Assert.Throws<LimitException>(() => Chain(new MaxPool2D(), new ReLU())).Violations).Rule);
        Assert.Equal(DeviceLimits.Passthrough, Assert.Single(Assert.Throws<LimitException>(() => Chain(new ReLU(), new MaxPool2D())).Violations).Rule);
        Assert.Equal(DeviceLimits.WideActivation, Assert.Single(Assert.Throws<LimitException>(() => Chain(new FusedConv2D(2, 1, wide: true), new ReLU())).Violations).Rule);

        static Sequential Chain(params Layer[] layers) => new("m", new SampleShape(4, 4, 1), layers);
    }

    [Fact]
    public void Convolution_WithoutRoomForItsKernel_IsRefused()
    {
        LimitException error = Assert.Throws<LimitException>(() => new Sequential("model", new SampleShape(2, 5, 1), new FusedConv2D(1, 3)));

        Assert.Contains(error.Violations, violation => violation.Rule == DeviceLimits.Dimensions);
    }
}
