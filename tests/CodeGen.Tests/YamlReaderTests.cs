// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests;

/// <summary>Keys, order of layers, names, notices, and how errors are gathered.</summary>
public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("padd", "Did you mean pad?")]
    [InlineData("max_pol", "Did you mean max_pool?")]
    [InlineData("Processors", "Did you mean processors?")]
    [InlineData("ouptut_shift", "Did you mean output_shift?")]
    [InlineData("xylophone", "docs/network-yaml.md")]
    public void UnknownLayerKey_IsRefusedWithTheNearestName(string key, string remedy)
    {
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer((key, "1")));
        Assert.Equal((DescriptionRules.UnknownKey, 10, 3), (error.RuleId, error.Line, error.Column));
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownTopKey_IsRefusedWithTheNearestName()
    {
        DescriptionError error = YamlFixture.TheError("datset: x\n" + YamlFixture.OneLayer());
        Assert.Equal((DescriptionRules.UnknownKey, 1, null), (error.RuleId, error.Line, error.Layer));
        Assert.Contains("Did you mean dataset?", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("op", "operation")]
    [InlineData("op", "convolution")]
    [InlineData("activate", "activation")]
    public void TwoNamesOfOneKey_AreRefused(string first, string second)
    {
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer((second, "none")));
        Assert.Equal((DescriptionRules.DuplicateKey, 10), (error.RuleId, error.Line));
        Assert.Contains($"{second} and {first} on line", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DuplicateKey_IsRefusedAtEveryLevel()
    {
        Assert.Equal(DescriptionRules.DuplicateKey, YamlFixture.TheError("arch: a\n" + YamlFixture.OneLayer()).RuleId);
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer() + "  pad: 2\n");
        Assert.Equal((DescriptionRules.DuplicateKey, 10), (error.RuleId, error.Line));
        Assert.Contains("first on line 7", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arch")]
    [InlineData("dataset")]
    [InlineData("layers")]
    public void MissingTopKey_IsNamed(string key)
    {
        string text = string.Join('\n', "arch: a\ndataset: b\nlayers: [{processors: 1, out_offset: 0}]".Split('\n').Where(line => !line.StartsWith(key, StringComparison.Ordinal)));
        Assert.Contains($"The key {key} is missing.", YamlFixture.TheError(text).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("layers:", "layers: []")]
    [InlineData("layers:", "layers: 3")]
    [InlineData("arch: test", "arch: [test]")]
    [InlineData("arch: test", "arch:")]
    public void TopValueOfAWrongType_IsRefused(string old, string text) =>
        Assert.Contains(YamlFixture.Refused(YamlFixture.Head.Replace(old, text, StringComparison.Ordinal) + (old == "layers:" ? "" : YamlFixture.Entry())).Errors, error => error.RuleId == DescriptionRules.ValueType);

    [Fact]
    public void Snoop_IsRefusedByName() => Assert.Equal(DescriptionRules.NotOnDevice, YamlFixture.TheError("snoop: []\n" + YamlFixture.OneLayer()).RuleId);

    [Fact]
    public void WeightAndBiasLabels_BelongToTheTestArchitecture()
    {
        NetworkDescription network = YamlFixture.Read("weights: w\nbias: b\n" + YamlFixture.OneLayer());
        Assert.Equal(2, network.Notices.Length);
        Assert.Equal(DescriptionRules.Combination, YamlFixture.TheError(("weights: w\n" + YamlFixture.OneLayer()).Replace("arch: test", "arch: net", StringComparison.Ordinal)).RuleId);
    }

    [Fact]
    public void Layers_AreTakenInAscendingSequenceWithoutGaps()
    {
        string text = YamlFixture.Head + YamlFixture.Entry(("sequence", "20"), ("name", "c")) + YamlFixture.Entry(("sequence", "3"), ("name", "a")) + YamlFixture.Entry(("name", "b"));
        NetworkDescription network = YamlFixture.Read(text);
        Assert.Equal(["a", "b", "c"], network.Layers.Select(layer => layer.Name));
        Assert.Equal([12, 20, 4], network.Layers.Select(layer => layer.Line));
    }

    [Fact]
    public void SequenceNumber_IsUsedOnce()
    {
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer(("sequence", "1")) + YamlFixture.Entry(("sequence", "1")));
        Assert.Equal(DescriptionRules.Unique, error.RuleId);
        Assert.Contains("line 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsInReorderedLayers_CarryTheIndexOfExecution()
    {
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer(("sequence", "5"), ("pad", "3"), ("name", "late")) + YamlFixture.Entry(("sequence", "2")));
        Assert.Equal((1, "late", 7), (error.Layer, error.LayerName, error.Line));
        Assert.StartsWith("layer 1 \"late\" (probe.yaml line 7, column 8): Padding", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThirtyTwoLayers_AreRead_ThirtyThree_AreRefused()
    {
        string entry = YamlFixture.Entry();
        Assert.Equal(32, YamlFixture.Read(YamlFixture.Head + string.Concat(Enumerable.Repeat(entry, 32))).Layers.Length);
        DescriptionError error = YamlFixture.TheError(YamlFixture.Head + string.Concat(Enumerable.Repeat(entry, 33)));
        Assert.Equal(("layers", 32), (error.RuleId, error.Layer));
    }

    [Fact]
    public void Names_AreUniqueWithoutRegardToCase()
    {
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer(("name", "Conv")) + YamlFixture.Entry(("name", "conv")));
        Assert.Equal((DescriptionRules.Unique, 1), (error.RuleId, error.Layer));
    }

    [Fact]
    public void SourcesAndSuccessors_MaySpellOutTheOrder()
    {
        string text = YamlFixture.OneLayer(("name", "a"), ("next_sequence", "1")) + YamlFixture.Entry(("name", "b"), ("in_sequences", "A"), ("next_sequence", "stop"));
        Assert.Equal([0], YamlFixture.Read(text).Layers[1].InputLayers);
        Assert.Equal([-1], YamlFixture.Read(text.Replace("in_sequences: A", "in_sequences: [-1]", StringComparison.Ordinal)).Layers[1].InputLayers);
        Assert.Equal("input-layers", YamlFixture.TheError(text.Replace("in_sequences: A", "in_sequences: b", StringComparison.Ordinal)).RuleId);
        Assert.Equal(DescriptionRules.NotOnDevice, YamlFixture.TheError(text.Replace("next_sequence: 1", "next_sequence: stop", StringComparison.Ordinal)).RuleId);
    }

    [Fact]
    public void Defaults_AreNoticed()
    {
        NetworkDescription network = YamlFixture.Read(YamlFixture.OneLayer(("op", null), ("activate", null), ("out_offset", null), ("avg_pool", "2")));
        Assert.Equal(LayerOperator.Conv2d, network.Layers[0].Operator);
        Assert.Equal(new Pooling(PoolingKind.Average, 2, 2, 1), network.Layers[0].Pooling);
        foreach (string key in (string[])["op", "activate", "out_offset", "pool_stride"]) Assert.Contains(network.Notices, notice => notice.Contains($": {key} is missing", StringComparison.Ordinal) && notice.StartsWith("layer 0 (probe.yaml line 4", StringComparison.Ordinal));
        Assert.Empty(YamlFixture.Read(YamlFixture.OneLayer()).Notices);
    }

    [Fact]
    public void AllErrorsOfAFile_AreGathered()
    {
        string text = YamlFixture.OneLayer(("pad", "3"), ("padd", "1"), ("name", "first")) + YamlFixture.Entry(("processors", null), ("groups", "2"));
        DescriptionException refusal = YamlFixture.Refused(text);
        Assert.Equal(["padding", DescriptionRules.UnknownKey, DescriptionRules.MissingKey, DescriptionRules.NotOnDevice], refusal.Errors.Select(error => error.RuleId));
        Assert.Equal("padding", Assert.Single(refusal.Violations).Rule.Id);
        Assert.All(refusal.Errors, error => Assert.Contains(error.Message, refusal.Message, StringComparison.Ordinal));
        Assert.Equal(["first", "first", null, null], refusal.Errors.Select(error => error.LayerName));
    }

    [Fact]
    public void ErrorsOfALimit_EqualItsViolation()
    {
        DescriptionError error = YamlFixture.TheError(YamlFixture.OneLayer(("pad", "3")));
        Assert.Equal(error.Message, error.Violation!.Message);
    }

    [Fact]
    public void EveryKeyWithAMember_ReachesIt()
    {
        LayerDescription layer = YamlFixture.ReadLayer(
            ("name", "all"), ("output_processors", "0xf0"), ("activate", "Abs"), ("in_channels", "3"), ("out_channels", "4"), ("in_dim", "[8, 9]"), ("in_offset", "0x10"),
            ("output_shift", "-1"), ("quantization", "2"), ("bias_group", "[1, 0]"), ("output", "true"));
        Assert.Equal("all", layer.Name);
        Assert.Equal(new ProcessorMap(0xf0), layer.OutputProcessors);
        Assert.Equal(ActivationKind.Abs, layer.Activation);
        Assert.Equal((3, 4, (8, 9), 0x10, 0x2000, -1, 2, true), (layer.InputChannels, layer.OutputChannels, layer.InputDimensions, layer.InputOffset, layer.OutputOffset, layer.OutputShift, layer.WeightBits, layer.IsOutput));
        Assert.Equal([1, 0], layer.BiasQuadrants);
        Assert.Equal((3, 3, 1), (layer.KernelRows, layer.KernelColumns, layer.Padding));
        Assert.Equal(new ProcessorMap(0x3), YamlFixture.Read("output_map: 3\n" + YamlFixture.OneLayer()).OutputMap);
    }
}
