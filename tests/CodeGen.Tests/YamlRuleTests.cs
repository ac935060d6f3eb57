// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests;

/// <summary>Each rule of a single layer on both sides of its border. The layer begins on line 4; an added key stands on line 10.</summary>
public sealed class YamlRuleTests
{
    /// <summary>Key, accepted value, refused value, id of the rule, line of the refusal.</summary>
    public static TheoryData<string, string, string, string, int> Borders() => new()
    {
        { "processors", "0xffffffffffffffff", "0x10000000000000000", DescriptionRules.ValueRange, 4 },
        { "processors", "1", "0", DescriptionRules.ValueRange, 4 },
        { "processors", "0x1", "-1", DescriptionRules.ValueRange, 4 },
        { "processors", "\"0x0000.0000.0000.0111\"", "\"0111\"", DescriptionRules.ValueType, 4 },
        { "processors", "0x0000_0000_0000_0111", "0x0000-0111", DescriptionRules.ValueType, 4 },
        { "output_processors", "0xff", "[1]", DescriptionRules.ValueType, 10 },
        { "op", "CONV2D", "conv3d", DescriptionRules.ValueRange, 5 },
        { "activate", "relu", "sigmoid", DescriptionRules.ValueRange, 8 },
        { "activate", "None", "~", DescriptionRules.ValueRange, 8 },
        { "kernel_size", "3X3", "2x2", "conv2d-kernel", 6 },
        { "kernel_size", "\"3x3\"", "3", "conv2d-kernel", 6 },
        { "pad", "2", "3", "padding", 7 },
        { "pad", "0", "-1", DescriptionRules.ValueRange, 7 },
        { "pad", "0x2", "'1'", DescriptionRules.ValueType, 7 },
        { "pad", "1", "1.0", DescriptionRules.ValueType, 7 },
        { "pad", "1", "01", DescriptionRules.ValueType, 7 },
        { "stride", "1", "2", "convolution-stride", 10 },
        { "stride", "[1, 1]", "[1, 2]", "convolution-stride", 10 },
        { "dilation", "1", "2", "dilation", 10 },
        { "max_pool", "16", "17", "pool-size", 10 },
        { "max_pool", "[1, 16]", "[0, 2]", "pool-size", 10 },
        { "max_pool", "[2, 3]", "[2, 3, 4]", DescriptionRules.ValueType, 10 },
        { "avg_pool", "2", "{ rows: 2 }", DescriptionRules.ValueType, 10 },
        { "pool_stride", "16", "17", "pool-stride", 10 },
        { "pool_stride", "[2, 2]", "[2, 3]", "pool-stride", 10 },
        { "in_channels", "1024", "1025", "channels", 10 },
        { "in_channels", "1", "-1", "channels", 10 },
        { "out_channels", "64", "0", "channels", 10 },
        { "in_dim", "[1023, 1]", "[1024, 1]", "dimensions", 10 },
        { "in_dim", "28", "[28, 28, 1]", DescriptionRules.ValueType, 10 },
        { "in_crop", "[0, 0]", "[1]", DescriptionRules.ValueType, 10 },
        { "in_crop", "[1, 1023]", "[-1, 0]", DescriptionRules.ValueRange, 10 },
        { "in_offset", "0x7ffc", "0x8000", "offset-alignment", 10 },
        { "out_offset", "4", "2", "offset-alignment", 9 },
        { "out_offset", "0", "-4", "offset-alignment", 9 },
        { "in_sequences", "[-1]", "[0]", "input-layers", 10 },
        { "in_sequences", "-1", "first", "input-layers", 10 },
        { "in_sequences", "input", "[]", DescriptionRules.ValueType, 10 },
        { "in_sequences", "[input, -1]", "[input, [-1]]", "input-layers", 10 },
        { "next_sequence", "stop", "2", DescriptionRules.NotOnDevice, 10 },
        { "write_gap", "8191", "8192", DescriptionRules.ValueRange, 10 },
        { "read_gap", "0", "1", DescriptionRules.NotOnDevice, 10 },
        { "output_width", "8", "16", "output-width", 10 },
        { "output_shift", "15", "16", "output-shift", 10 },
        { "output_shift", "-22", "-23", "output-shift", 10 },
        { "quantization", "4", "3", "weight-bits", 10 },
        { "quantization", "1", "binary", DescriptionRules.NotOnDevice, 10 },
        { "data_format", "little", "cwh", DescriptionRules.ValueRange, 10 },
        { "flatten", "no", "maybe", DescriptionRules.ValueType, 10 },
        { "streaming", "true", "1", DescriptionRules.ValueType, 10 },
        { "bias_group", "[0, 3]", "4", DescriptionRules.ValueRange, 10 },
        { "bias_quadrant", "1", "[1, 1]", DescriptionRules.Unique, 10 },
        { "bias_group", "2", "[]", DescriptionRules.ValueType, 10 },
        { "output", "yes", "2", DescriptionRules.ValueType, 10 },
        { "operands", "1", "2", "operands", 10 },
        { "pool_first", "false", "first", DescriptionRules.ValueType, 10 },
        { "buffer_insert", "1023", "0", DescriptionRules.ValueRange, 10 },
        { "groups", "1", "2", DescriptionRules.NotOnDevice, 10 },
        { "output_pad", "0", "1", "output-padding", 10 },
        { "bypass", "false", "true", DescriptionRules.NotOnDevice, 10 },
        { "calcx4", "off", "on", DescriptionRules.NotOnDevice, 10 },
        { "readahead", "false", "true", DescriptionRules.NotOnDevice, 10 },
        { "tcalc", "false", "true", DescriptionRules.NotOnDevice, 10 },
        { "in_channel_skip", "1024", "1025", DescriptionRules.ValueRange, 10 },
        { "simulated_sequence", "stop", "0", DescriptionRules.ValueRange, 10 },
        { "sequence", "31", "32", "layers", 10 },
        { "sequence", "0", "-1", "layers", 10 },
        { "sequence", "0", "first", DescriptionRules.ValueType, 10 },
        { "name", "conv1", "Stop", DescriptionRules.ValueRange, 10 },
        { "name", "a.b-c d", "7", DescriptionRules.ValueRange, 10 },
        { "name", "conv1", "\"two\\nlines\"", DescriptionRules.ValueRange, 10 },
    };

    [Theory]
    [MemberData(nameof(Borders))]
    public void Border_IsHeldOnBothSides(string key, string accepted, string refused, string rule, int line)
    {
        YamlFixture.ReadLayer((key, accepted));
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer((key, refused)));
        Assert.Equal(rule, error.RuleId);
        Assert.Equal(line, error.Line);
        Assert.Equal(0, error.Layer);
        Assert.Contains($"layer 0", error.Message, StringComparison.Ordinal);
        Assert.Contains($"(probe.yaml line {line}, column ", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
        Assert.Equal(DeviceLimits.All.SingleOrDefault(limit => limit.Id == rule), error.Limit);
    }

    [Fact]
    public void SnoopSequence_IsRefusedByName()
    {
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer(("snoop_sequence", "1")));
        Assert.Equal(DescriptionRules.NotOnDevice, error.RuleId);
        Assert.Contains("snoop_sequence", error.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv1d", LayerOperator.Conv1d, null)]
    [InlineData("ConvTranspose2d", LayerOperator.ConvTranspose2d, null)]
    [InlineData("none", LayerOperator.None, null)]
    [InlineData("passthrough", LayerOperator.None, null)]
    [InlineData("add", LayerOperator.None, ElementwiseKind.Add)]
    [InlineData("Sub", LayerOperator.None, ElementwiseKind.Sub)]
    [InlineData("xor", LayerOperator.None, ElementwiseKind.Xor)]
    [InlineData("bitwisexor", LayerOperator.None, ElementwiseKind.Xor)]
    [InlineData("bitwise_xor", LayerOperator.None, ElementwiseKind.Xor)]
    [InlineData("or", LayerOperator.None, ElementwiseKind.Or)]
    [InlineData("bitwiseor", LayerOperator.None, ElementwiseKind.Or)]
    [InlineData("bitwise_or", LayerOperator.None, ElementwiseKind.Or)]
    public void EveryOperator_IsRead(string op, LayerOperator expected, ElementwiseKind? elementwise)
    {
        LayerDescription layer = YamlFixture.ReadLayer(("op", op), ("kernel_size", null), ("pad", "0"));
        Assert.Equal((expected, elementwise, elementwise is null ? 1 : 2), (layer.Operator, layer.Elementwise, layer.Operands));
    }

    [Theory]
    [InlineData("add", ElementwiseKind.Add)]
    [InlineData("SUB", ElementwiseKind.Sub)]
    [InlineData("or", ElementwiseKind.Or)]
    [InlineData("xor", ElementwiseKind.Xor)]
    public void ElementwiseOperation_StandsInFrontOfAConvolution(string word, ElementwiseKind kind)
    {
        LayerDescription layer = YamlFixture.ReadLayer(("eltwise", word), ("operands", "16"));
        Assert.Equal((LayerOperator.Conv2d, kind, 16), (layer.Operator, layer.Elementwise, layer.Operands));
        Assert.Equal("operands", YamlFixture.TheError(YamlFixture.OneLayer(("eltwise", word), ("operands", "17"))).RuleId);
        Assert.Equal("operands", YamlFixture.TheError(YamlFixture.OneLayer(("eltwise", word), ("operands", "1"))).RuleId);
    }

    [Fact]
    public void OperatorAndElementwiseKey_NameTheSameOperation()
    {
        Assert.Equal(ElementwiseKind.Add, YamlFixture.ReadLayer(("op", "add"), ("eltwise", "add"), ("kernel_size", null), ("pad", null)).Elementwise);
        Assert.Equal(DescriptionRules.Combination, YamlFixture.TheError(YamlFixture.OneLayer(("op", "add"), ("eltwise", "sub"), ("kernel_size", null), ("pad", null))).RuleId);
    }

    [Fact]
    public void OneDimensionalConvolution_HasLengthAndDilation()
    {
        LayerDescription layer = YamlFixture.ReadLayer(("op", "conv1d"), ("kernel_size", "9"), ("dilation", "3"));
        Assert.Equal((9, 1, 3), (layer.KernelRows, layer.KernelColumns, layer.Dilation));
        Assert.Equal(2, YamlFixture.ReadLayer(("op", "conv1d"), ("kernel_size", "2"), ("dilation", "[2, 1]")).Dilation);
        Assert.Equal("conv1d-kernel", YamlFixture.TheError(YamlFixture.OneLayer(("op", "conv1d"), ("kernel_size", "10"))).RuleId);
        Assert.Equal(DescriptionRules.ValueRange, YamlFixture.TheError(YamlFixture.OneLayer(("op", "conv1d"), ("kernel_size", "3"), ("dilation", "[2, 3]"))).RuleId);
    }

    [Fact]
    public void TransposedConvolution_HasStrideTwoAndOutputPaddingOne()
    {
        Assert.Equal(LayerOperator.ConvTranspose2d, YamlFixture.ReadLayer(("op", "convtranspose2d"), ("stride", "[2, 2]"), ("output_pad", "1")).Operator);
        Assert.Equal("transposed-kernel", YamlFixture.TheError(YamlFixture.OneLayer(("op", "convtranspose2d"), ("stride", "1"))).RuleId);
        Assert.Equal("transposed-kernel", YamlFixture.TheError(YamlFixture.OneLayer(("op", "convtranspose2d"), ("kernel_size", "1x1"))).RuleId);
        Assert.Equal("output-padding", YamlFixture.TheError(YamlFixture.OneLayer(("op", "convtranspose2d"), ("output_pad", "0"))).RuleId);
    }

    [Fact]
    public void ChwData_IsReadByTheFirstLayerThroughFirstProcessorsOnly()
    {
        Assert.Equal(DataFormat.Chw, YamlFixture.ReadLayer(("data_format", "CHW"), ("processors", "0x1111")).DataFormat);
        Assert.Equal("chw-processors", YamlFixture.TheError(YamlFixture.OneLayer(("data_format", "big"), ("processors", "0x3"))).RuleId);
        DescriptionError second = YamlFixture.TheError(YamlFixture.OneLayer() + YamlFixture.Entry(("data_format", "CHW"), ("processors", "0x1")));
        Assert.Equal(("chw-first-layer", 1), (second.RuleId, second.Layer));
    }

    [Fact]
    public void OutputShift_CountsWithTheWeightBits()
    {
        Assert.Equal(8, YamlFixture.ReadLayer(("output_shift", "8"), ("quantization", "1")).OutputShift);
        Assert.Equal("output-shift", YamlFixture.TheError(YamlFixture.OneLayer(("output_shift", "9"), ("quantization", "1"))).RuleId);
        Assert.Equal("output-shift", YamlFixture.TheError(YamlFixture.OneLayer(("output_shift", "-16"), ("quantization", "8"))).RuleId);
    }

    [Fact]
    public void WideOutput_HasNoActivation()
    {
        Assert.Equal(32, YamlFixture.ReadLayer(("output_width", "32"), ("activate", null)).OutputWidth);
        Assert.Equal("wide-activation", YamlFixture.TheError(YamlFixture.OneLayer(("output_width", "32"))).RuleId);
    }

    [Fact]
    public void OneByOneKernel_NeedsPaddingZero()
    {
        Assert.Equal(1, YamlFixture.ReadLayer(("kernel_size", "1x1"), ("pad", "0")).KernelRows);
        Assert.Equal("padding-below-kernel", YamlFixture.TheError(YamlFixture.OneLayer(("kernel_size", "1x1"))).RuleId);
        Assert.Contains("pad is missing", YamlFixture.TheError(YamlFixture.OneLayer(("kernel_size", "1x1"), ("pad", null))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("FC")]
    [InlineData("Mlp")]
    public void LinearLayer_HasNoKernelAndMayFlatten(string op)
    {
        LayerDescription layer = YamlFixture.ReadLayer(("op", op), ("kernel_size", null), ("pad", null), ("flatten", "true"));
        Assert.Equal((LayerOperator.Linear, true), (layer.Operator, layer.Flatten));
        Assert.Equal(DescriptionRules.Combination, YamlFixture.TheError(YamlFixture.OneLayer(("op", op), ("pad", null))).RuleId);
        Assert.Equal("flatten-pooling", YamlFixture.TheError(YamlFixture.OneLayer(("op", op), ("kernel_size", null), ("pad", null), ("flatten", "true"), ("max_pool", "2"))).RuleId);
    }

    [Fact]
    public void TwoKindsOfPooling_MaximumHolds_AndThatIsNoticed()
    {
        NetworkDescription network = YamlFixture.Read(YamlFixture.OneLayer(("avg_pool", "3"), ("max_pool", "2"), ("pool_stride", "2")));
        Assert.Equal(new Pooling(PoolingKind.Max, 2, 2, 2), network.Layers[0].Pooling);
        Assert.Contains(network.Notices, notice => notice.Contains("avg_pool is not used", StringComparison.Ordinal));
    }

    [Fact]
    public void Pooling_KeepsRowsColumnsAndStride()
    {
        Assert.Equal(new Pooling(PoolingKind.Average, 2, 3, 4), YamlFixture.ReadLayer(("avg_pool", "[2, 3]"), ("pool_stride", "[4, 4]")).Pooling);
        Assert.Equal(new Pooling(PoolingKind.Max, 1, 1, 3), YamlFixture.ReadLayer(("pool_stride", "3")).Pooling);
        Assert.Null(YamlFixture.ReadLayer(("max_pool", "1")).Pooling);
    }

    [Fact]
    public void PoolDilation_IsOneAndNeedsAWindow()
    {
        Assert.NotNull(YamlFixture.ReadLayer(("max_pool", "2"), ("pool_dilation", "1")).Pooling);
        Assert.Equal("pool-dilation", YamlFixture.TheError(YamlFixture.OneLayer(("max_pool", "2"), ("pool_dilation", "2"))).RuleId);
        Assert.Equal(DescriptionRules.Combination, YamlFixture.TheError(YamlFixture.OneLayer(("pool_dilation", "1"))).RuleId);
    }
}
