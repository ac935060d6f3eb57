// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>
/// Finds what a layer reads (network-yaml.md sections 3.3 and 3.4): its sources, how they are joined, and the shape of one operand. Broken
/// limits are collected; the answer is null where no shape can be given.
/// </summary>
internal sealed class InputResolver(NetworkDescription description, FeatureShape sample, QuantizationOptions options, ICollection<LimitViolation> violations)
{
    /// <summary>What a layer reads, or null if that makes no sense.</summary>
    /// <param name="index">The layer.</param>
    /// <param name="before">The layers in front of it.</param>
    /// <param name="weights">Shape of its weights, or null without weights.</param>
    public ReadMap? Resolve(int index, IReadOnlyList<QuantizedLayer> before, WeightShape? weights)
    {
        LayerDescription layer = description.Layers[index];
        string where = description.Where(index);
        ImmutableArray<int> inputs = layer.InputLayers.IsDefaultOrEmpty ? [Previous(index)] : layer.InputLayers;
        foreach (int input in inputs)
        {
            if (input < index && input >= -1 - description.DataBuffers.Length) continue;
            violations.Add(new(DeviceLimits.InputLayers, where, input < -1 ? "there is no such data buffer" : Text($"it reads layer {input}"), "Correct in_sequences."));
            return null;
        }

        if (index == 0 && inputs is not [-1])
        {
            violations.Add(new(DeviceLimits.FirstInput, where, inputs.Contains(-1) ? "in_sequences lists more than the input" : "in_sequences does not name the input", "Remove in_sequences, or put a layer that reads the input in front."));
            return null;
        }

        FeatureShape[] sources = [.. inputs.Select(input => Source(input, before))];
        int? wanted = layer.InputChannels ?? (layer.Flatten ? null : weights?.Inputs);
        if (Joined(layer, where, sources, wanted) is not FeatureShape joined) return null;
        bool first = inputs.Contains(-1);
        if (Operand(layer, where, joined, sources.Length, wanted, first) is not FeatureShape operand) return null;
        FeatureShape kept = Channels(layer, where, operand);
        return Dimensions(layer, where, kept) is FeatureShape shape ? new ReadMap(inputs, shape) : null;
    }

    private int Previous(int index)
    {
        for (int source = index - 2; source >= 0; source--)
        {
            if (description.Layers[source].SimulatedSequence == index) return source;
        }

        return index - 1;
    }

    private FeatureShape Source(int input, IReadOnlyList<QuantizedLayer> before)
    {
        if (input >= 0) return before[input].Output;
        if (input == -1) return sample;
        DataBuffer buffer = description.DataBuffers[-2 - input];
        return new(buffer.Rows, buffer.Columns, buffer.Channels);
    }

    // Several sources become one map: operands and concatenated channels behind each other, or pixels end to end.
    private FeatureShape? Joined(LayerDescription layer, string where, FeatureShape[] sources, int? wanted)
    {
        FeatureShape head = sources[0];
        if (sources.Length == 1) return head;
        long channels = sources.Sum(s => (long)s.Channels), pixels = sources.Sum(s => (long)s.Pixels);
        string shapes = Text($"the sources are {string.Join(", ", sources)}");
        bool sameChannels = sources.All(s => s.Channels == head.Channels);
        bool samePixels = sources.All(s => layer.InputDimensions is null ? (s.Rows, s.Columns) == (head.Rows, head.Columns) : s.Pixels == head.Pixels);
        if (layer.Elementwise is not null)
        {
            if (samePixels && (sameChannels || sources.Length != layer.Operands)) return head with { Channels = (int)channels };
            violations.Add(new(DeviceLimits.OperandShapes, where, shapes, "Give the sources the same number of channels and the same dimensions."));
            return null;
        }

        bool endToEnd = sameChannels && wanted == head.Channels && layer.InputDimensions is (int rows, int columns)
            && (rows + (long)layer.Crop.Top + layer.Crop.Bottom) * columns == pixels;
        if (endToEnd) return new((int)(pixels / layer.InputDimensions!.Value.Columns), layer.InputDimensions.Value.Columns, head.Channels);
        if (samePixels) return head with { Channels = (int)channels };
        violations.Add(new(DeviceLimits.JoinedShapes, where, shapes, "Give the sources the same dimensions, or write in_channels and an in_dim that holds all their pixels."));
        return null;
    }

    private FeatureShape? Operand(LayerDescription layer, string where, FeatureShape joined, int sources, int? wanted, bool first)
    {
        int operands = layer.Operands;
        bool elementwise = layer.Elementwise is not null;
        if (elementwise ? operands is < 2 or > DeviceLimits.MaximumOperands : operands != 1)
        {
            violations.Add(new(DeviceLimits.Operands, where, Text($"operands is {operands}"), elementwise ? "Use 2 to 16 operands." : "Remove operands, or name an element-wise operation."));
            return null;
        }

        if (!elementwise) return joined;
        bool byChannel = sources > 1 || (first && wanted != joined.Channels) || (wanted is int channels && joined.Channels == (long)channels * operands);
        if (byChannel)
        {
            if (joined.Channels % operands == 0) return joined with { Channels = joined.Channels / operands };
            violations.Add(new(DeviceLimits.OperandShapes, where, Text($"{joined.Channels} channels are split into {operands} operands"), "Supply as many channels for every operand."));
            return null;
        }

        // The operands lie behind each other in memory: pixel p of operand k is pixel p * operands + k of what the layer before wrote.
        if (joined.Pixels % operands == 0 && layer.InputDimensions is not null) return joined with { Rows = joined.Pixels / operands, Columns = 1 };
        violations.Add(new(
            DeviceLimits.OperandShapes,
            where,
            Text($"{operands} operands are read from one map of {joined}"),
            "List one source for each operand in in_sequences, or write in_dim for the size of one operand."));
        return null;
    }

    private FeatureShape Channels(LayerDescription layer, string where, FeatureShape data)
    {
        int wanted = layer.InputChannels ?? data.Channels;
        if (!options.ReshapeInputs)
        {
            if (layer.InputChannelSkip != 0) throw new QuantizationException(where, Text($"in_channel_skip is {layer.InputChannelSkip}."), "It needs the option --reshape-inputs.");
            if (wanted == data.Channels) return data;
            throw new QuantizationException(where, Text($"in_channels is {wanted}, but the layer reads {data.Channels} channels."), "Correct or remove in_channels.");
        }

        if (wanted >= 1 && layer.InputChannelSkip >= 0 && (long)wanted + layer.InputChannelSkip <= data.Channels) return data with { Channels = wanted };
        throw new QuantizationException(
            where, Text($"in_channels {wanted} and in_channel_skip {layer.InputChannelSkip} go beyond the {data.Channels} channels that the layer reads."), "Keep fewer channels.");
    }

    private FeatureShape? Dimensions(LayerDescription layer, string where, FeatureShape data)
    {
        (int top, int bottom) = layer.Crop;
        long dropped = (long)top + bottom;
        if (top < 0 || bottom < 0 || (top == 0) != (bottom == 0) || (layer.InputDimensions is null && dropped >= data.Rows))
        {
            violations.Add(new(DeviceLimits.Crop, where, Text($"in_crop is [{top}, {bottom}] and the map has {data.Rows} rows"), "Correct in_crop."));
            return null;
        }

        if (layer.InputDimensions is not (int rows, int columns)) return data with { Rows = data.Rows - (int)dropped };
        if (rows < 1 || columns < 1 || (rows + dropped) * columns != data.Pixels)
        {
            string actual = dropped == 0
                ? Text($"in_dim is {rows}x{columns}, but the layer reads {data.Rows}x{data.Columns}")
                : Text($"in_dim {rows}x{columns} and {dropped} dropped rows make another number than the {data.Pixels} pixels that the layer reads");
            violations.Add(new(DeviceLimits.ReshapePixels, where, actual, Text($"Choose rows and columns whose product is {data.Pixels}{(dropped == 0 ? "" : " with the dropped rows")}.")));
            return null;
        }

        return data with { Rows = rows, Columns = columns };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
