// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>
/// Checks that every layer reads its values where the layers they come from wrote them: offsets, maps, passes, gaps, crop and order of joined
/// sources together (machine.md sections 9, 10.1 and 10.1a). Addresses are linear in the pixel, so the ends of each part stand for all of it.
/// </summary>
internal sealed class ConnectionCheck(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, int maximumProcessors, List<LimitViolation> violations)
{
    public static void Run(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, SynthesisOptions options, List<LimitViolation> violations)
    {
        ConnectionCheck check = new(layers, description, options.MaximumProcessors, violations);
        foreach (LayerPlacement layer in layers) check.Check(layer);
    }

    private void Check(LayerPlacement layer)
    {
        int index = layer.Layer.Index;
        if (index == 0 || !Fits(layer.InputMap, layer.InputPasses)) return;
        foreach (int source in layer.Layer.Inputs.Distinct())
        {
            if (source < -1 ? new BufferPlaces(Buffer(source), maximumProcessors).Fits : source == -1 ? Fits(layers[0].InputMap, layers[0].InputPasses) : Fits(layers[source].OutputMap, layers[source].OutputPasses)) CheckSource(layer, source);
        }
    }

    private static bool Fits(ProcessorMap map, ChannelPasses passes) => map.Count == passes.PerPass;

    private void CheckSource(LayerPlacement layer, int source)
    {
        if (source == -1 && (layers[0].Source != InputPath.Memory || layers[0].Format == DataFormat.Chw))
        {
            Add(layer, "it reads the network input, which the first layer takes from a FIFO or as CHW data", "Let only the first layer read the input, or load it as HWC data.");
            return;
        }

        QuantizedLayer reader = layer.Layer;
        for (int operand = 0; operand < reader.Operands; operand++)
        {
            for (int channel = 0; channel < reader.Input.Channels; channel++)
            {
                foreach (int pixel in Ends(reader))
                {
                    Origin origin = OriginOf(reader, channel, pixel, operand);
                    if (origin.Source != source) continue;
                    DataSlot written = Written(reader, origin), read = layer.InputSlot(channel, pixel, operand);
                    if ((written.Address, written.Lane) == (read.Address, read.Lane)) continue;
                    Report(layer, origin, written, read, Text($"channel {channel}{(reader.Operands > 1 ? Text($" of operand {operand}") : "")}, pixel {pixel}"));
                    return;
                }
            }
        }
    }

    private DataSlot Written(QuantizedLayer reader, Origin origin)
    {
        if (origin.Source < -1)
        {
            // A shift reads the buffer from some rows further on.
            DataBuffer buffer = Buffer(origin.Source);
            return new BufferPlaces(buffer, maximumProcessors).Slot(origin.Channel, origin.Pixel + (description.Layers[reader.Index].BufferShift ?? 0) * buffer.Columns);
        }

        if (origin.Source >= 0) return layers[origin.Source].OutputSlot(origin.Channel, origin.Pixel);
        (int operand, int channel) = Math.DivRem(origin.Channel, layers[0].Layer.Input.Channels);
        return layers[0].InputSlot(channel, origin.Pixel, operand);
    }

    /// <summary>First and last pixel of the map, and of each part that is joined end to end.</summary>
    private IEnumerable<int> Ends(QuantizedLayer reader)
    {
        SortedSet<int> ends = [0, reader.Input.Pixels - 1];
        int start = -reader.Crop.Top * reader.Input.Columns;
        foreach (int source in reader.Inputs)
        {
            ends.Add(start);
            start += Shape(source).Pixels;
            ends.Add(start - 1);
        }

        return ends.Where(pixel => pixel >= 0 && pixel < reader.Input.Pixels);
    }

    /// <summary>Which value of which source stands for a value that the layer reads (numerics.md sections 2 and 9).</summary>
    private Origin OriginOf(QuantizedLayer reader, int channel, int pixel, int operand)
    {
        FeatureShape input = reader.Input;
        int pixels = (input.Rows + reader.Crop.Top + reader.Crop.Bottom) * input.Columns, at = pixel + reader.Crop.Top * input.Columns;
        int channels = reader.Inputs.Sum(source => Shape(source).Channels);
        if (reader.Elementwise is not null)
        {
            if (channels != reader.Operands * input.Channels) return new(reader.Inputs[0], channel, at * reader.Operands + operand);
            return InChannels(reader, operand * input.Channels + channel, at);
        }

        bool endToEnd = reader.Inputs.Length > 1 && reader.Inputs.Sum(source => Shape(source).Pixels) == pixels;
        return endToEnd ? InPixels(reader, channel, at) : InChannels(reader, channel + description.Layers[reader.Index].InputChannelSkip, at);
    }

    private Origin InChannels(QuantizedLayer reader, int channel, int pixel)
    {
        foreach (int source in reader.Inputs)
        {
            int channels = Shape(source).Channels;
            if (channel < channels) return new(source, channel, pixel);
            channel -= channels;
        }

        throw new InvalidOperationException($"Layer {reader.Index} reads more channels than its sources have.");
    }

    private Origin InPixels(QuantizedLayer reader, int channel, int pixel)
    {
        foreach (int source in reader.Inputs)
        {
            int pixels = Shape(source).Pixels;
            if (pixel < pixels) return new(source, channel, pixel);
            pixel -= pixels;
        }

        throw new InvalidOperationException($"Layer {reader.Index} reads more pixels than its sources have.");
    }

    private FeatureShape Shape(int source)
    {
        if (source >= 0) return layers[source].Layer.Output;
        if (source == -1) return layers[0].Layer.Input with { Channels = layers[0].Layer.Input.Channels * layers[0].Layer.Operands };
        DataBuffer buffer = Buffer(source);
        return new(buffer.Rows, buffer.Columns, buffer.Channels);
    }

    private DataBuffer Buffer(int source) => description.DataBuffers[-2 - source];

    private void Report(LayerPlacement layer, Origin origin, DataSlot written, DataSlot read, string value)
    {
        (string writer, ProcessorMap map) = origin.Source switch
        {
            >= 0 => (Text($"layer {origin.Source}"), layers[origin.Source].OutputMap),
            -1 => ("the network input", layers[0].InputMap),
            _ => ($"the data buffer {Buffer(origin.Source).Name}", Buffer(origin.Source).Processors),
        };
        bool alone = layer.Layer.Inputs.Length == 1 && layer.Layer.Operands == 1 && origin.Channel == 0 && map.Count == layer.InputMap.Count;
        if (layer.Layer.Inputs.Length == 1 && layer.Layer.Operands == 1 && map != layer.InputMap)
        {
            Add(layer, Text($"processors is {layer.InputMap}, and {writer} lies at {map}"), "Give both the same processors (output_processors of the layer that writes).");
        }
        else if (alone)
        {
            long offset = layer.InputOffset + (long)written.Address - read.Address;
            Add(layer, Text($"in_offset is 0x{layer.InputOffset:x4}, and its data ({writer}) begins at 0x{offset:x4}"), Text($"Use in_offset: 0x{offset:x4}, or write the data elsewhere or without write_gap."));
        }
        else
        {
            Add(
                layer,
                Text($"{value} is read from 0x{read.Address:x8} lane {read.Lane}, and {writer} has it at 0x{written.Address:x8} lane {written.Lane}"),
                "Make processors and in_offset fit output_processors, out_offset and write_gap of the layers it reads: operands of an element-wise layer interleave word by word, joined channels lie side by side in the order of in_sequences.");
        }
    }

    private void Add(LayerPlacement layer, string actual, string remedy) => violations.Add(new(GeneratorLimits.ConnectedLayers, description.Where(layer.Layer.Index), actual, remedy));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Origin(int Source, int Channel, int Pixel);
}
