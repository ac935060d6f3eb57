// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Finds where each enabled processor reads (machine.md section 11.3).</summary>
internal static class InputPlanner
{
    private const int WordBytes = 4;

    public static InputPlan Plan(LayerConfiguration layer)
    {
        CheckExtent(layer);
        var channels = new List<InputChannel>();
        for (int pass = 0; pass < layer.Passes; pass++)
        {
            foreach (QuadrantConfiguration quadrant in layer.Quadrants)
            {
                foreach (int processor in quadrant.Numbers(Working(layer, quadrant)))
                    channels.Add(new InputChannel(processor, pass, FirstByte(layer, quadrant, processor, pass)));
            }
        }

        int pixelStride = layer.ChannelFirst ? 1 : layer.Passes * layer.Operands * WordBytes;
        return new InputPlan(layer, [.. channels], pixelStride);
    }

    /// <summary>Processors whose data takes part in the result.</summary>
    private static int Working(LayerConfiguration layer, QuadrantConfiguration quadrant) =>
        layer.PassThrough ? quadrant.Processors : quadrant.Summed ? quadrant.Processors & quadrant.KernelProcessors : 0;

    private static int FirstByte(LayerConfiguration layer, QuadrantConfiguration quadrant, int processor, int pass)
    {
        int instance = processor / MemoryMap.ProcessorsPerInstance * MemoryMap.InstanceWords;
        int word = instance + quadrant.ReadPointer + pass * layer.Operands;
        return word * WordBytes + (layer.ChannelFirst ? 0 : processor % MemoryMap.ProcessorsPerInstance);
    }

    private static void CheckExtent(LayerConfiguration layer)
    {
        long pixels = (long)layer.Rows * layer.Columns;
        long words = layer.ChannelFirst ? (pixels + WordBytes - 1) / WordBytes : pixels * layer.Passes * layer.Operands;
        foreach (QuadrantConfiguration quadrant in layer.Quadrants)
        {
            if (quadrant.Processors != 0 && quadrant.ReadPointer + words > MemoryMap.InstanceWords)
            {
                throw new SimulationException(
                    SimulationFault.DataOutsideMemory,
                    $"quadrant {quadrant.Quadrant} reads {words} words from word {quadrant.ReadPointer} on; an instance ends at word {MemoryMap.InstanceWords}",
                    new FaultContext(Register: LayerRegisters.ReadPointer.Name, Layer: layer.Index));
            }
        }
    }
}
