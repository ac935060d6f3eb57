// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>Where the values of a rolling buffer lie in data memory: like those of a layer's output (machine.md section 10.1), rows behind each other.</summary>
internal sealed class BufferPlaces(DataBuffer buffer, int maximumProcessors)
{
    private readonly int[] _processors = [.. buffer.Processors.Processors()];

    /// <summary>How the channels are dealt over processors.</summary>
    public ChannelPasses Passes { get; } = ChannelPasses.Of(buffer.Channels, maximumProcessors);

    /// <summary>Whether the map has a processor for each channel of a pass.</summary>
    public bool Fits => _processors.Length == Passes.PerPass;

    /// <summary>Bytes of a number of rows in every instance.</summary>
    public int Bytes(int rows) => 4 * rows * buffer.Columns * Passes.Count;

    /// <summary>Address and lane of a value; rows may lie behind the buffer's last one.</summary>
    public DataSlot Slot(int channel, int pixel)
    {
        int processor = _processors[channel % Passes.PerPass];
        return new(DataMemory.Address(processor, buffer.Offset) + 4 * (uint)(pixel * Passes.Count + channel / Passes.PerPass), processor % MemoryMap.ProcessorsPerInstance, 8);
    }

    /// <summary>Words of some of the rows, in every instance that the buffer uses.</summary>
    public WordSet Words(int firstRow, int rows)
    {
        WordSet words = new();
        foreach (int instance in Instances()) words.Add(instance * MemoryMap.InstanceWords + (buffer.Offset + Bytes(firstRow)) / 4, Bytes(rows) / 4);
        return words;
    }

    /// <summary>Data memory instances that the buffer uses.</summary>
    public IEnumerable<int> Instances() => _processors.Select(p => p / MemoryMap.ProcessorsPerInstance).Distinct();
}
