// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Finds where a layer writes (machine.md sections 11.5 and 11.6).</summary>
internal sealed class OutputPlanner(LayerConfiguration layer, BufferLayout buffers)
{
    private const int PointerMask = MemoryMap.InstanceWords - 1;
    private const int LanesPerWord = 4;

    private int Pixels => layer.OutputRows * layer.OutputColumns;

    private int Step => layer.Quadrants[0].Increment * (layer.PassThrough ? layer.Passes : layer.Wide ? LanesPerWord : 1);

    public OutputPlan Plan()
    {
        List<OutputBlock> blocks = layer.PassThrough ? PassThrough() : Convolution();
        return new OutputPlan([.. blocks.Select(Placed)], Step, Pixels, layer.Wide);
    }

    /// <summary>The block where it really goes: into the buffer of the next layer if it lies in that layer's circular buffer.</summary>
    private OutputBlock Placed(OutputBlock block)
    {
        int inside = block.FirstWord & PointerMask;
        long span = (long)(Pixels - 1) * Step + (layer.Wide ? block.Count - 1 : 0);
        if (buffers.Circular(layer.Index + 1, block.Instance) is BufferLayout.Area area && area.Contains(block.FirstWord))
        {
            if (inside - area.Pointer + span >= area.Words)
                throw Outside($"slots {block.FirstSlot} to {block.FirstSlot + block.Count - 1} end at word {inside - area.Pointer + span} of the next layer's image, which has {area.Words}");
            return block with { FirstWord = area.First + inside - area.Pointer };
        }

        if (inside + span > PointerMask)
            throw Outside($"slots {block.FirstSlot} to {block.FirstSlot + block.Count - 1} end at word {inside + span} of their instance, which has {MemoryMap.InstanceWords}");
        return block;
    }

    private List<OutputBlock> Convolution()
    {
        var blocks = new List<OutputBlock>();
        for (int first = 0, expansion = 0; first < layer.Slots; first += layer.SlotsPerExpansion, expansion++)
        {
            int slots = Math.Min(layer.SlotsPerExpansion, layer.Slots - first);
            for (int slot = 0; slot < slots; slot += LanesPerWord)
            {
                int word = Word(layer.Quadrants[0].WritePointer, (slot / LanesPerWord, layer.MaskOffset), (expansion, layer.ChannelOffset));
                blocks.Add(new OutputBlock(word, word / MemoryMap.InstanceWords, first + slot, Math.Min(LanesPerWord, slots - slot), expansion));
            }
        }

        return blocks;
    }

    private List<OutputBlock> PassThrough()
    {
        var blocks = new List<OutputBlock>();
        int slot = 0;
        for (int pass = 0; pass < layer.Passes; pass++)
        {
            foreach (QuadrantConfiguration quadrant in layer.Quadrants)
            {
                int processors = int.PopCount(quadrant.Processors);
                for (int done = 0; done < processors; done += LanesPerWord)
                {
                    int count = Math.Min(LanesPerWord, processors - done);
                    int word = Word(quadrant.WritePointer, (done / LanesPerWord, quadrant.TimeSlotOffset), (pass, quadrant.Increment));
                    blocks.Add(new OutputBlock(word, word / MemoryMap.InstanceWords, slot, count, pass));
                    slot += count;
                }
            }
        }

        return blocks;
    }

    /// <summary>
    /// The global word address of a block. Words inside the instance must not run over into the instance number: what the hardware does then is not
    /// known.
    /// </summary>
    private int Word(int pointer, params ReadOnlySpan<(int Count, int Offset)> steps)
    {
        long inside = pointer & PointerMask;
        long total = pointer;
        foreach ((int count, int offset) in steps)
        {
            inside += (long)count * (offset & PointerMask);
            total += (long)count * offset;
        }

        if (inside > PointerMask || total >= Memories.DataMemory.PhysicalWords)
            throw Outside($"the write pointer 0x{pointer:x} with its offsets reaches word 0x{total:x}, word {inside} of its instance");
        return (int)total;
    }

    private SimulationException Outside(string message) =>
        new(SimulationFault.DataOutsideMemory, message, new FaultContext(Register: LayerRegisters.WritePointer.Name, Layer: layer.Index));
}
