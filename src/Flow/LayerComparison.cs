// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Max78000Sim;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.Flow;

/// <summary>
/// Compares what the simulated chip wrote for a layer, slot by slot, with the channels of the integer reference. Which slot holds which
/// channel follows from the description's output map alone (machine.md section 10.1).
/// </summary>
internal sealed class LayerComparison
{
    private readonly QuantizedLayer _layer;
    private readonly ChannelSlots _slots;

    public LayerComparison(QuantizedLayer layer, ProcessorMap outputMap)
    {
        _layer = layer;
        _slots = new ChannelSlots(outputMap, layer.Output.Channels);
    }

    /// <summary>The first value that differs, in words, or null if all agree.</summary>
    public string? FirstDifference(LayerSnapshot snapshot, ReadOnlySpan<int> expected)
    {
        FeatureShape shape = _layer.Output;
        if (snapshot.Rows != shape.Rows || snapshot.Columns != shape.Columns)
        {
            return string.Create(CultureInfo.InvariantCulture, $"layer {_layer.Index} \"{_layer.Name}\" wrote {snapshot.Rows}x{snapshot.Columns} pixels, expected {shape.Rows}x{shape.Columns}");
        }

        for (int channel = 0; channel < shape.Channels; channel++)
        {
            int slot = _slots.Find(snapshot.Slots, channel);
            if (slot < 0) return string.Create(CultureInfo.InvariantCulture, $"layer {_layer.Index} \"{_layer.Name}\" wrote nothing for channel {channel}");
            ReadOnlySpan<int> actual = snapshot.Values.AsSpan(slot * shape.Pixels, shape.Pixels);
            ReadOnlySpan<int> wanted = expected.Slice(channel * shape.Pixels, shape.Pixels);
            int common = actual.CommonPrefixLength(wanted);
            if (common == shape.Pixels) continue;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"layer {_layer.Index} \"{_layer.Name}\", channel {channel}, row {common / shape.Columns}, column {common % shape.Columns}: simulated {actual[common]}, integer reference {wanted[common]}");
        }

        return null;
    }
}
