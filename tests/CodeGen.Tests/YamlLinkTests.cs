// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests;

/// <summary>Keys that name layers and data buffers, and the regions of data memory outside the layers.</summary>
public sealed class YamlLinkTests
{
    private const string Buffer = "data_buffer: [{processors: 0x7, channels: 3, dim: [8, 1], offset: 0x100, name: Roll}]\n";

    [Fact]
    public void LayersAreNamedByNumberOrName_WhateverTheGapsInTheNumbers()
    {
        string text = YamlFixture.OneLayer(("sequence", "3"), ("name", "a")) + YamlFixture.Entry(("sequence", "7"), ("in_sequences", "3"))
            + YamlFixture.Entry(("sequence", "20"), ("name", "c"), ("in_sequences", "[A, 7, input]"), ("weight_source", "a"), ("next_sequence", "21"));
        NetworkDescription network = YamlFixture.Read(text);
        Assert.Equal([0], network.Layers[1].InputLayers);
        Assert.Equal([0, 1, -1], network.Layers[2].InputLayers);
        Assert.Equal(0, network.Layers[2].WeightSource);
        Assert.Equal(("input-layers", 2), (YamlFixture.TheError(text.Replace("A, 7", "A, 8", StringComparison.Ordinal)).RuleId, YamlFixture.TheError(text.Replace("A, 7", "A, 20", StringComparison.Ordinal)).Layer));
        Assert.Equal("weight-source", YamlFixture.TheError(text.Replace("weight_source: a", "weight_source: c", StringComparison.Ordinal)).RuleId);
    }

    [Fact]
    public void SimulatedSequence_NamesALaterLayerOrTheEnd()
    {
        string text = YamlFixture.OneLayer(("simulated_sequence", "last")) + YamlFixture.Entry(("simulated_sequence", "STOP")) + YamlFixture.Entry(("name", "last"));
        Assert.Equal([2, -1, null], YamlFixture.Read(text).Layers.Select(layer => layer.SimulatedSequence));
        Assert.Equal(DescriptionRules.ValueRange, YamlFixture.TheError(text.Replace("STOP", "0", StringComparison.Ordinal)).RuleId);
    }

    [Fact]
    public void DataBuffer_IsReadByNameWithItsMandatoryKeys()
    {
        string text = Buffer + YamlFixture.OneLayer(("in_sequences", "roll"), ("in_offset", "0x100"), ("in_dim", "[8, 1]"), ("in_channels", "3"), ("buffer_shift", "2"), ("op", "none"), ("kernel_size", null), ("pad", null))
            + YamlFixture.Entry(("buffer_insert", "1"));
        NetworkDescription network = YamlFixture.Read(text);
        Assert.Equal(new DataBuffer("Roll", new ProcessorMap(7), 3, 8, 1, 0x100, 8), Assert.Single(network.DataBuffers));
        Assert.Equal([-2], network.Layers[0].InputLayers);
        Assert.Equal((2, 1), (network.Layers[0].BufferShift, network.Layers[1].BufferInsert));
        foreach (string key in (string[])["in_offset: 0x100", "in_dim: [8, 1]", "in_channels: 3"])
        {
            DescriptionException refusal = YamlFixture.Refused(text.Replace("  " + key + "\n", "", StringComparison.Ordinal));
            Assert.All(refusal.Errors, error => Assert.Equal((DescriptionRules.MissingKey, 0), (error.RuleId, error.Layer)));
            Assert.Contains($"Here {key[..key.IndexOf(':', StringComparison.Ordinal)]} is missing", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void NamesOfBuffersAndLayers_DoNotMeet()
    {
        DescriptionError error = YamlFixture.TheError(Buffer + YamlFixture.OneLayer(("name", "roll")));
        Assert.Equal(DescriptionRules.Unique, error.RuleId);
        Assert.Contains("a data buffer is also named", error.Message, StringComparison.Ordinal);
        Assert.Equal(DescriptionRules.ValueRange, YamlFixture.TheError(Buffer.Replace("Roll", "input", StringComparison.Ordinal) + YamlFixture.OneLayer()).RuleId);
    }

    [Fact]
    public void UnloadRanges_AreRead()
    {
        NetworkDescription network = YamlFixture.Read("unload:\n- {processors: 0xf, channels: 4, dim: 5, offset: 0x20}\n- {processors: 1, channels: 1, dim: [2, 3], offset: 0, width: 32, write_gap: 1}\n" + YamlFixture.OneLayer());
        Assert.Equal([new UnloadRange(new ProcessorMap(15), 4, 5, 1, 0x20, 8, 0), new UnloadRange(new ProcessorMap(1), 1, 2, 3, 0, 32, 1)], network.Unload);
    }

    [Theory]
    [InlineData("unload: []", DescriptionRules.ValueType)]
    [InlineData("unload: {processors: 1}", DescriptionRules.ValueType)]
    [InlineData("unload: [1]", DescriptionRules.ValueType)]
    [InlineData("unload: [{channels: 4, dim: 5, offset: 0x20}]", DescriptionRules.MissingKey)]
    [InlineData("unload: [{processors: 1, channels: 4, dim: 5, offset: 2}]", "offset-alignment")]
    [InlineData("unload: [{processors: 1, channels: 1025, dim: 5, offset: 0}]", "channels")]
    [InlineData("unload: [{processors: 1, channels: 1, dim: 1024, offset: 0}]", "dimensions")]
    [InlineData("unload: [{processors: 1, channels: 1, dim: 1, offset: 0, width: 16}]", "output-width")]
    [InlineData("unload: [{processors: 1, channels: 1, dim: 1, offset: 0, name: x}]", DescriptionRules.UnknownKey)]
    [InlineData("data_buffer: [{processors: 1, channels: 1, dim: 1, offset: 0}]", DescriptionRules.MissingKey)]
    [InlineData("data_buffer: [{processors: 1, channels: 1, dim: 1, offset: 0, name: x, write_gap: 1}]", DescriptionRules.UnknownKey)]
    [InlineData("data_buffer: [{processors: 1, channels: 1, dim: 1, offset: 0, name: x}, {processors: 2, channels: 1, dim: 1, offset: 0, name: X}]", DescriptionRules.Unique)]
    public void BrokenRegions_AreRefused(string line, string rule)
    {
        DescriptionError error = YamlFixture.TheError(line + "\n" + YamlFixture.OneLayer());
        Assert.Equal((rule, 1, null), (error.RuleId, error.Line, error.Layer));
    }
}
