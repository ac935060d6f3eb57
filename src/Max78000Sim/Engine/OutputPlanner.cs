// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Finds where a layer writes (machine.md sections 11.5 and 11.6).</summary>
internal static class OutputPlanner
{
    private const int PointerMask = MemoryMap.InstanceWords - 1;
    private const int LanesPerWord = 4;

    public static OutputPlan Plan(LayerConfiguration layer)
    {
        List<OutputBlock> blocks = layer.PassThrough ? PassThrough(layer) : Convolution(layer);
        int increment = layer.Quadrants[0].Increment;
        int step = increment * (layer.PassThrough ? layer.Passes : layer.Wide ? LanesPerWord : 1);
        int pixels = layer.OutputRows * layer.OutputColumns;
        foreach (OutputBlock block in blocks)
        {
            long last = (block.FirstWord & PointerMask) + (long)(pixels - 1) * step + (layer.Wide ? block.Count - 1 : 0);
            if (last > PointerMask)
                throw Outside(layer, $"slots {block.FirstSlot} to {block.FirstSlot + block.Count - 1} end at word {last} of their instance, which has {MemoryMap.InstanceWords}");
        }

        return new OutputPlan([.. blocks], step, pixels, layer.Wide);
    }

    private static List<OutputBlock> Convolution(LayerConfiguration layer)
    {
        var blocks = new List<OutputBlock>();
        for (int first = 0, expansion = 0; first < layer.Slots; first += layer.SlotsPerExpansion, expansion++)
        {
            int slots = Math.Min(layer.SlotsPerExpansion, layer.Slots - first);
            for (int slot = 0; slot < slots; slot += LanesPerWord)
            {
                int word = Word(layer, layer.Quadrants[0].WritePointer, (slot / LanesPerWord, layer.MaskOffset), (expansion, layer.ChannelOffset));
                blocks.Add(new OutputBlock(word, first + slot, Math.Min(LanesPerWord, slots - slot), expansion));
            }
        }

        return blocks;
    }

    private static List<OutputBlock> PassThrough(LayerConfiguration layer)
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
                    int word = Word(layer, quadrant.WritePointer, (done / LanesPerWord, quadrant.TimeSlotOffset), (pass, quadrant.Increment));
                    blocks.Add(new OutputBlock(word, slot, count, pass));
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
    private static int Word(LayerConfiguration layer, int pointer, params ReadOnlySpan<(int Count, int Offset)> steps)
    {
        long inside = pointer & PointerMask;
        long total = pointer;
        foreach ((int count, int offset) in steps)
        {
            inside += (long)count * (offset & PointerMask);
            total += (long)count * offset;
        }

        if (inside > PointerMask || total >= Memories.DataMemory.PhysicalWords)
            throw Outside(layer, $"the write pointer 0x{pointer:x} with its offsets reaches word 0x{total:x}, word {inside} of its instance");
        return (int)total;
    }

    private static SimulationException Outside(LayerConfiguration layer, string message) =>
        new(SimulationFault.DataOutsideMemory, message, new FaultContext(Register: LayerRegisters.WritePointer.Name, Layer: layer.Index));
}
