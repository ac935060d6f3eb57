// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim;
using Ai8x.Networks;

namespace Ai8x.Flow;

/// <summary>Which slot of a layer holds which channel: it follows from the description's output map alone (machine.md section 10.1).</summary>
/// <param name="OutputMap">Processors that the layer writes for.</param>
/// <param name="Channels">Channels of the layer.</param>
internal sealed record ChannelSlots(ProcessorMap OutputMap, int Channels)
{
    /// <summary>Position of a channel's slot, or -1 if the layer wrote none for it.</summary>
    public int Find(ImmutableArray<OutputSlot> slots, int channel)
    {
        int expansion = channel / OutputMap.Count;
        int processor = OutputMap.Processors().ElementAt(channel % OutputMap.Count);
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i].Expansion == expansion && slots[i].Processor == processor) return i;
        }

        return -1;
    }

    /// <summary>Slots in the order of the channels.</summary>
    /// <exception cref="FlowException">The layer wrote nothing for a channel: the description belongs to another program.</exception>
    public ImmutableArray<int> Order(LayerSnapshot snapshot) =>
    [
        .. Enumerable.Range(0, Channels).Select(channel => Find(snapshot.Slots, channel) is >= 0 and var slot
            ? slot
            : throw new FlowException($"Layer {snapshot.Layer} wrote nothing for channel {channel} of its description. The description (--config-file) belongs to another program.")),
    ];
}
