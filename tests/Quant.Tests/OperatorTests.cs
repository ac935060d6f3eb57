// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant.Tests;

/// <summary>Worked examples of every operator and of every way in which data reaches a layer.</summary>
public sealed class OperatorTests
{
    private static readonly LayerDescription NoOperator = Samples.Conv() with { Operator = LayerOperator.None, KernelRows = null, KernelColumns = null, Padding = null };

    private static LayerDescription Line(int kernel, int pad, int dilation = 1) =>
        Samples.Conv() with { Operator = LayerOperator.Conv1d, KernelRows = kernel, KernelColumns = null, Padding = pad, Dilation = dilation, OutputWidth = 32 };

    private static LayerDescription Join(ElementwiseKind kind, int operands = 2) => NoOperator with { Elementwise = kind, Operands = operands };

    private static int[] Run(FeatureShape input, sbyte[] sample, LayerDescription layer, params IntegerLayerArrays[] arrays) =>
        IntegerReference.Run(Samples.Integers(input, Samples.Description(layer), arrays), sample)[0];

    private static LimitRule[] Broken(FeatureShape input, NetworkDescription description, params IntegerLayerArrays[] arrays) =>
        [.. Assert.Throws<LimitException>(() => Samples.Integers(input, description, arrays)).Violations.Select(v => v.Rule)];

    [Fact]
    public void Conv1d_PadsAndDilatesAlongItsOneAxis()
    {
        IntegerLayerArrays weights = Samples.Arrays([1, 1, 3], 1, 10, 100);
        Assert.Equal([10 + 200, 1 + 20 + 300, 2 + 30 + 400, 3 + 40], Run(new(4, 1, 1), [1, 2, 3, 4], Line(3, 1), weights));
        Assert.Equal([1 + 30 + 500, 2 + 40 + 600], Run(new(6, 1, 1), [1, 2, 3, 4, 5, 6], Line(3, 0, 2), weights));
    }

    [Fact]
    public void Conv1d_PoolsInFrontAndIgnoresTheRoundingOption()
    {
        LayerDescription layer = Line(1, 0) with { Pooling = new(PoolingKind.Average, 2, 2, 2) };
        QuantizedNetwork network = Quantizer.FromIntegers("n", new(2, 1, 1), Samples.Description(layer), [Samples.Arrays([1, 1, 1], 1)], new() { RoundAveragePooling = true });
        Assert.Equal([-3], IntegerReference.Run(network, [-3, -4])[0]);
        QuantizedNetwork passed = Quantizer.FromIntegers("n", new(2, 1, 1), Samples.Description(NoOperator with { Pooling = new(PoolingKind.Average, 2, 2, 2) }), [], new() { RoundAveragePooling = true });
        Assert.Equal([-4], IntegerReference.Run(passed, [-3, -4])[0]);
    }

    [Fact]
    public void TransposedConvolution_SpreadsEachInputOverTheOutput()
    {
        // The stored kernel is turned: 9..1 stands for the kernel 1..9 of the definition.
        LayerDescription layer = Samples.Conv() with { Operator = LayerOperator.ConvTranspose2d, OutputWidth = 32 };
        int[] expected =
        [
            5, 14, 10, 24, 15, 18, 16, 40, 26, 60, 36, 45, 20, 44, 25, 54, 30, 36, 46, 100, 56, 120, 66, 81, 35, 74, 40, 84, 45, 54, 56, 119, 64, 135, 72, 81,
        ];
        Assert.Equal(expected, Run(new(3, 3, 1), [1, 2, 3, 4, 5, 6, 7, 8, 9], layer, Samples.Arrays([1, 1, 3, 3], 9, 8, 7, 6, 5, 4, 3, 2, 1)));
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 6)]
    [InlineData(2, 4)]
    public void TransposedConvolution_HasTheSizeOfItsPadding(int pad, int rows)
    {
        LayerDescription layer = Samples.Conv() with { Operator = LayerOperator.ConvTranspose2d, Padding = pad };
        QuantizedNetwork network = Samples.Integers(new(3, 4, 1), Samples.Description(layer), Samples.Zeros(2, 1, 3, 3));
        Assert.Equal(new FeatureShape(rows, rows + 2, 2), network.Layers[0].Output);
    }

    [Theory]
    [InlineData(ElementwiseKind.Add, new sbyte[] { 100, 100, -100 }, 100)]
    [InlineData(ElementwiseKind.Add, new sbyte[] { 100, 100 }, 127)]
    [InlineData(ElementwiseKind.Sub, new sbyte[] { -100, -100, 127 }, -127)]
    [InlineData(ElementwiseKind.Or, new sbyte[] { 5, -3 }, -3)]
    [InlineData(ElementwiseKind.Xor, new sbyte[] { -7, 9 }, -16)]
    public void Elementwise_JoinsFromLeftToRightAndSaturatesOnce(ElementwiseKind kind, sbyte[] operands, int expected) =>
        Assert.Equal([expected], Run(new(1, 1, operands.Length), operands, Join(kind, operands.Length)));

    [Theory]
    [InlineData(true, 4 + 40)]
    [InlineData(false, 42)]
    public void PoolFirst_DecidesWhetherOperandsOrTheSumArePooled(bool first, int expected)
    {
        LayerDescription layer = Join(ElementwiseKind.Add) with { Pooling = new(PoolingKind.Max, 2, 2, 2), PoolFirst = first };
        Assert.Equal([expected], Run(new(2, 2, 2), [1, 2, 3, 4, 40, 40, 39, 37], layer));
    }

    [Fact]
    public void ElementwiseBehindALayer_TakesOperandsThatLieBehindEachOther()
    {
        NetworkDescription description = Samples.Description(NoOperator, Join(ElementwiseKind.Sub) with { InputDimensions = (2, 1) });
        Assert.Equal([1 - 10, 2 - 20], IntegerReference.Run(Samples.Integers(new(2, 2, 1), description), [1, 10, 2, 20])[1]);
    }

    [Fact]
    public void InputLayers_AreAddedOrConcatenatedInTheirOrder()
    {
        IntegerLayerArrays minus = Samples.Arrays([1, 1, 1, 1], -128), same = Samples.Arrays([1, 2, 1, 1], 1, 100);
        LayerDescription turned = Samples.Conv(1, 0);
        NetworkDescription sub = Samples.Description(turned, Join(ElementwiseKind.Sub) with { InputLayers = [-1, 0] });
        Assert.Equal([40], IntegerReference.Run(Samples.Integers(new(1, 1, 1), sub, minus), [20])[1]);
        NetworkDescription both = Samples.Description(turned, Samples.Conv(1, 0) with { InputLayers = [0, -1], OutputWidth = 32 });
        QuantizedNetwork network = Samples.Integers(new(1, 1, 1), both, minus, same);
        Assert.Equal<int>([0, -1], network.Layers[1].Inputs);
        Assert.Equal([-20 + 2000], IntegerReference.Run(network, [20])[1]);
    }

    [Fact]
    public void MapsOfTheSameChannels_AreJoinedEndToEndByInDim()
    {
        LayerDescription half = NoOperator with { Pooling = new(PoolingKind.Max, 2, 1, 2) };
        NetworkDescription description = Samples.Description(half, NoOperator with { InputLayers = [-1, 0], InputChannels = 2, InputDimensions = (3, 1) });
        Assert.Equal([1, 2, 2, 3, 4, 4], IntegerReference.Run(Samples.Integers(new(2, 1, 2), description), [1, 2, 3, 4])[1]);
    }

    [Fact]
    public void Crop_DropsRowsAtBothEnds()
    {
        QuantizedNetwork network = Samples.Integers(new(4, 2, 1), Samples.Description(NoOperator with { Crop = (1, 2) }));
        Assert.Equal(new FeatureShape(1, 2, 1), network.Layers[0].Input);
        Assert.Equal([3, 4], IntegerReference.Run(network, [1, 2, 3, 4, 5, 6, 7, 8])[0]);
    }

    [Fact]
    public void ChannelSkip_KeepsTheChannelsBehindIt_WithItsOptionOnly()
    {
        NetworkDescription description = Samples.Description(NoOperator with { InputChannels = 2, InputChannelSkip = 1 });
        QuantizedNetwork network = Quantizer.FromIntegers("n", new(1, 1, 4), description, [], new() { ReshapeInputs = true });
        Assert.Equal([2, 3], IntegerReference.Run(network, [1, 2, 3, 4])[0]);
        Assert.Contains("--reshape-inputs", Assert.Throws<QuantizationException>(() => Samples.Integers(new(1, 1, 4), description)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightSource_SharesWeightsAndBiasAndTakesNoArray()
    {
        IntegerLayerArrays arrays = Samples.Arrays([1, 1, 1, 1], 64) with { Bias = [8] };
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0), Samples.Conv(1, 0) with { WeightSource = 0 });
        Assert.Equal([40 / 2 + 8, 28 / 2 + 8], IntegerReference.Run(Samples.Integers(new(1, 1, 1), description, arrays), [40]).SelectMany(v => v));
    }

    [Fact]
    public void StreamingOneByOneKernel_BecomesTheMiddleOfAPaddedKernel()
    {
        NetworkDescription description = Samples.Description(Samples.Conv(1, 0) with { Streaming = true, OutputWidth = 32 });
        QuantizedNetwork network = Samples.Integers(new(2, 2, 1), description, Samples.Arrays([1, 1, 1, 1], 3));
        Assert.Equal((3, 3, 1), (network.Layers[0].KernelRows, network.Layers[0].KernelColumns, network.Layers[0].PaddingRows));
        Assert.Equal([3, 6, 9, 12], IntegerReference.Run(network, [1, 2, 3, 4])[0]);
        Assert.Contains(network.Notices, n => n.Contains("3x3", StringComparison.Ordinal));
    }

    [Fact]
    public void FlatteningOneByOneConvolution_IsALinearLayer()
    {
        LayerDescription layer = Samples.Conv(1, 0) with { Flatten = true, OutputWidth = 32 };
        Assert.Equal([1 + 20 + 300 + 16], Run(new(2, 2, 1), [1, 2, 3, 4], layer, Samples.Arrays([1, 4], 1, 10, 100, 4)));
    }

    [Fact]
    public void SimulatedSequence_LeavesLayersOut()
    {
        LayerDescription pass = NoOperator;
        NetworkDescription description = Samples.Description(pass with { SimulatedSequence = 2 }, pass, pass with { SimulatedSequence = -1 }, pass);
        ImmutableArray<int[]> outputs = IntegerReference.Run(Samples.Integers(new(1, 1, 1), description), [5]);
        Assert.Equal([1, 0, 1, 0], outputs.Select(o => o.Length));
    }

    [Fact]
    public void RollingBuffer_MovesUpAndTakesNewRowsAtItsEnd()
    {
        LayerDescription insert = NoOperator with { InputLayers = [-1], BufferInsert = 1 };
        LayerDescription shift = NoOperator with { InputLayers = [-2], InputDimensions = (3, 1), BufferShift = 1 };
        LayerDescription read = Line(3, 0) with { InputLayers = [-2], InputDimensions = (3, 1), InputChannels = 2 };
        NetworkDescription description = Samples.Description(insert, shift, insert, read) with { DataBuffers = [new("b", new(3), 2, 3, 1, 0, 8)] };
        QuantizedNetwork network = Samples.Integers(new(1, 1, 2), description, Samples.Arrays([1, 2, 3], 100, 10, 1, 7, 8, 9));
        ImmutableArray<int[]> outputs = IntegerReference.Run(network, [2, 3]);
        Assert.Equal([0, 2, 0, 0, 3, 0], outputs[1]);
        Assert.Equal([20 + 2 + 24 + 27], outputs[3]);
    }

    [Fact]
    public void RollingBuffer_IsFilledAndMovedAsAWholeAtMost()
    {
        LayerDescription insert = NoOperator with { InputLayers = [-1] }, shift = NoOperator with { InputLayers = [-2], InputDimensions = (3, 1) };
        Assert.Equal(2, Samples.Integers(new(3, 1, 2), Buffered(insert with { BufferInsert = 3 }, shift with { BufferShift = 3 })).Layers.Length);
        Assert.Equal([DeviceLimits.DataBufferShape], Broken(new(4, 1, 2), Buffered(insert with { BufferInsert = 4 })));
        Assert.Equal([DeviceLimits.DataBufferShape], Broken(new(2, 1, 2), Buffered(insert with { BufferInsert = 1 })));
        Assert.Equal([DeviceLimits.DataBufferShape], Broken(new(3, 1, 2), Buffered(insert with { BufferInsert = 3 }, shift with { BufferShift = 4 })));
        Assert.Equal([DeviceLimits.DataBufferShape], Broken(new(3, 1, 2), Buffered(insert with { BufferShift = 1 })));

        static NetworkDescription Buffered(params LayerDescription[] layers) => Samples.Description(layers) with { DataBuffers = [new("b", new(3), 2, 3, 1, 0, 8)] };
    }

    [Fact]
    public void WideOutput_IsReadByNoLayer()
    {
        LayerDescription wide = Samples.Conv(1, 0) with { OutputWidth = 32 };
        Assert.Equal([DeviceLimits.OutputWidth], Broken(new(4, 4, 1), Samples.Description(wide, NoOperator), Samples.Zeros(1, 1, 1, 1)));
        Assert.Equal([DeviceLimits.OutputWidth], Broken(new(4, 4, 1), Samples.Description(wide with { OutputWidth = 16 }), Samples.Zeros(1, 1, 1, 1)));
    }

    [Fact]
    public void BrokenOperatorRules_AreAllCollected()
    {
        NetworkDescription description = Samples.Description(
            NoOperator with { Activation = ActivationKind.Relu, Padding = 1, OutputShift = 2, OutputWidth = 32, Dilation = 2 },
            Join(ElementwiseKind.Add) with { InputLayers = [0, 0], PoolFirst = false },
            NoOperator with { InputLayers = [7] });
        Assert.Equal(
            [
                DeviceLimits.Passthrough, DeviceLimits.Passthrough, DeviceLimits.Passthrough, DeviceLimits.Passthrough, DeviceLimits.Dilation, DeviceLimits.PoolLast,
                DeviceLimits.InputLayers, DeviceLimits.OutputWidth,
            ],
            Broken(new(4, 4, 1), description));
    }

    [Fact]
    public void OperatorRules_NameWhatIsBroken()
    {
        IntegerLayerArrays line = Samples.Zeros(1, 1, 4);
        Assert.Equal([DeviceLimits.Conv1dDilation], Broken(new(40, 1, 1), Samples.Description(Line(4, 0, 3)), line));
        Assert.Equal([DeviceLimits.Conv1dKernel], Broken(new(40, 1, 1), Samples.Description(Line(10, 0)), Samples.Zeros(1, 1, 10)));
        Assert.Equal([DeviceLimits.TransposedKernel], Broken(new(4, 4, 1), Samples.Description(Samples.Conv(1, 0) with { Operator = LayerOperator.ConvTranspose2d }), Samples.Zeros(1, 1, 1, 1)));
        Assert.Equal([DeviceLimits.Operands], Broken(new(4, 4, 17), Samples.Description(Join(ElementwiseKind.Add, 17))));
        Assert.Equal([DeviceLimits.ElementwiseConv1d], Broken(new(4, 1, 2), Samples.Description(Line(1, 0) with { Elementwise = ElementwiseKind.Add, Operands = 2 }), Samples.Zeros(1, 1, 1)));
        Assert.Equal([DeviceLimits.PassthroughPooling], Broken(new(4, 4, 65), Samples.Description(NoOperator with { Pooling = new(PoolingKind.Max, 2, 2, 2) })));
        Assert.Equal([DeviceLimits.ElementwisePasses], Broken(new(4, 4, 195), Samples.Description(Join(ElementwiseKind.Add, 3) with { Pooling = new(PoolingKind.Max, 1, 1, 2) })));
        Assert.Equal([DeviceLimits.FlattenOperator], Broken(new(4, 4, 1), Samples.Description(NoOperator with { Flatten = true })));
        Assert.Equal([DeviceLimits.FirstInput], Broken(new(4, 4, 1), Samples.Description(NoOperator with { InputLayers = [-1, -1] })));
        Assert.Equal([DeviceLimits.Crop], Broken(new(4, 4, 1), Samples.Description(NoOperator with { Crop = (1, 0) })));
        Assert.Equal([DeviceLimits.OperandShapes], Broken(new(4, 4, 1), Samples.Description(NoOperator with { Pooling = new(PoolingKind.Max, 2, 2, 2) }, Join(ElementwiseKind.Add) with { InputLayers = [-1, 0] })));
        Assert.Equal([DeviceLimits.JoinedShapes], Broken(new(4, 4, 1), Samples.Description(NoOperator with { Pooling = new(PoolingKind.Max, 2, 2, 2) }, NoOperator with { InputLayers = [-1, 0] })));
        Assert.Equal([DeviceLimits.WeightSource], Broken(new(4, 4, 1), Samples.Description(NoOperator, Samples.Conv() with { WeightSource = 0 })));
        Assert.Equal([DeviceLimits.DataBufferShape], Broken(new(4, 4, 1), Samples.Description(NoOperator with { BufferInsert = 1 })));
    }
}
