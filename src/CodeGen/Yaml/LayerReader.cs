// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Reads one layer of a description and checks everything that depends on this layer alone (network-yaml.md section 2).</summary>
internal sealed class LayerReader(KeyedValues values, int index, List<string> notices)
{
    /// <summary>The layer; what names other layers is still missing.</summary>
    public LayerDescription Read()
    {
        LayerDescription layer = new()
        {
            Line = values.Self.Line,
            Name = ReadName(),
            Processors = ReadProcessors(),
            OutputProcessors = values.Map("output_processors"),
            Pooling = new PoolingReader(values, Notice).Read(),
            InputChannels = values.Channels("in_channels"),
            InputChannelSkip = values.Integer("in_channel_skip", 0, DeviceLimits.MaximumChannels) ?? 0,
            OutputChannels = values.Channels("out_channels"),
            InputDimensions = values.Dimensions("in_dim"),
            Crop = ReadCrop(),
            InputOffset = values.Offset("in_offset"),
            OutputOffset = ReadOutputOffset(),
            OutputWidth = values.Width("output_width", DeviceLimits.OutputWidth, 8, 32) ?? 8,
            OutputShift = values.WideInteger("output_shift"),
            WeightBits = ReadWeightBits(),
            WriteGap = values.Integer("write_gap", 0, DeviceLimits.DataInstanceBytes / 4 - 1) ?? 0,
            DataFormat = values.Choice("data_format", "hwc", "little", "chw", "big") is 2 or 3 ? DataFormat.Chw : DataFormat.Hwc,
            Flatten = values.Boolean("flatten") ?? false,
            Streaming = values.Boolean("streaming") ?? false,
            BufferShift = values.Integer("buffer_shift", 1, DeviceLimits.MaximumDimension),
            BufferInsert = values.Integer("buffer_insert", 1, DeviceLimits.MaximumDimension),
            BiasQuadrants = ReadBiasQuadrants(),
            IsOutput = values.Boolean("output") ?? false,
        };
        layer = new OperatorReader(values, Notice).Into(layer);
        new ForeignKeys(values).CheckLayer();
        new LayerLimits(values).Check(layer, index);
        return layer;
    }

    private void Notice(string text) => notices.Add($"{new DescriptionError(values.Errors.Source, values.Self.Line, values.Self.Column, index, values.Self.LayerName, "", "", "", "").Where}: {text}");

    private string? ReadName()
    {
        if (values.Text("name") is not string name) return null;
        LayerNames.CheckReserved(values, name);
        return name;
    }

    private ProcessorMap ReadProcessors()
    {
        if (!values.Has("processors")) values.Errors.Add(values.Self, DescriptionRules.MissingKey, "Each layer says which processors read its input.", "the layer has no processors", "Add the key processors with one bit for each input channel.");
        return values.Map("processors") ?? new ProcessorMap(1);
    }

    private (int Top, int Bottom) ReadCrop()
    {
        if (values.Node("in_crop") is not YamlNode node) return (0, 0);
        if (node is not YamlList { Items.Count: 2 } list) values.WrongType("in_crop", node, "a list of two numbers");
        else if (Rows(list.Items[0]) is int top && Rows(list.Items[1]) is int bottom) return (top, bottom);
        return (0, 0);

        int? Rows(YamlNode item) => values.Integer("in_crop", item, 0, DeviceLimits.MaximumDimension);
    }

    private int ReadOutputOffset()
    {
        if (!values.Has("out_offset")) Notice("out_offset is missing; 0 is assumed.");
        return values.Offset("out_offset") ?? 0;
    }

    private int? ReadWeightBits()
    {
        if (values.Node("quantization") is YamlScalar { Text: string word } && (word.Equals("bin", StringComparison.OrdinalIgnoreCase) || word.Equals("binary", StringComparison.OrdinalIgnoreCase)))
        {
            values.Errors.Add(values.At("quantization"), DescriptionRules.NotOnDevice, "Binary weights of -1 and 1 do not exist on the MAX78000.", $"quantization cannot be '{word}'", "Use 1, 2, 4 or 8 bits.");
            return null;
        }

        return values.Width("quantization", DeviceLimits.WeightBits, 1, 2, 4, 8);
    }

    private ImmutableArray<int> ReadBiasQuadrants()
    {
        if (values.Node("bias_group") is not YamlNode node) return [];
        IReadOnlyList<YamlNode> items = node is YamlList list ? list.Items : [node];
        ImmutableArray<int>.Builder quadrants = ImmutableArray.CreateBuilder<int>();
        if (items.Count == 0) values.WrongType("bias_group", node, "a quadrant or a list of quadrants");
        foreach (YamlNode item in items)
        {
            if (values.Integer("bias_group", item, 0, 3) is not int quadrant) continue;
            if (quadrants.Contains(quadrant)) values.Errors.Add(values.At(item), DescriptionRules.Unique, "A quadrant stands once in bias_group.", $"{DescriptionText.Number(quadrant)} stands twice", "Remove one of the two.");
            else quadrants.Add(quadrant);
        }

        return quadrants.ToImmutable();
    }
}
