// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Finds where each enabled processor reads (machine.md sections 9.3, 11.3 and 12.3).</summary>
internal sealed class InputPlanner(LayerConfiguration layer, BufferLayout buffers)
{
    private const int WordBytes = 4;

    public InputPlan Plan()
    {
        if (layer.Source == InputSource.Memory)
            CheckExtent();
        else
            CheckFifo();
        var channels = new List<InputChannel>();
        for (int pass = 0; pass < layer.Passes; pass++)
        {
            foreach (QuadrantConfiguration quadrant in layer.Quadrants)
            {
                foreach (int processor in quadrant.Numbers(Working(quadrant)))
                    channels.Add(new InputChannel(processor, pass, FirstByte(quadrant, processor, pass)));
            }
        }

        int pixelStride = layer.ChannelFirst ? 1 : layer.Passes * layer.Operands * WordBytes;
        return new InputPlan(layer, [.. channels], pixelStride);
    }

    /// <summary>Words of one instance or FIFO that the layer reads.</summary>
    private long Words
    {
        get
        {
            long pixels = (long)layer.Rows * layer.Columns;
            return layer.ChannelFirst ? (pixels + WordBytes - 1) / WordBytes : pixels * layer.Passes * layer.Operands;
        }
    }

    /// <summary>Processors whose data takes part in the result.</summary>
    private int Working(QuadrantConfiguration quadrant) =>
        layer.PassThrough ? quadrant.Processors : quadrant.Summed || layer.QuadFanOut ? quadrant.Processors & quadrant.KernelProcessors : 0;

    private int FirstByte(QuadrantConfiguration quadrant, int processor, int pass)
    {
        int lane = layer.ChannelFirst ? 0 : processor % MemoryMap.ProcessorsPerInstance;
        return layer.Source switch
        {
            InputSource.Memory => (FirstWord(quadrant, processor / MemoryMap.ProcessorsPerInstance) + pass * layer.Operands) * WordBytes + lane,
            InputSource.Fifos => Frame(quadrant.Quadrant, MemoryMap.FifoData + 4 * (uint)quadrant.Quadrant) * WordBytes + lane,
            InputSource.FastFifoGroup => Frame(0, MemoryMap.FastFifoData) * WordBytes + lane,
            _ => Frame(0, MemoryMap.FastFifoData) * WordBytes + quadrant.Quadrant,
        };
    }

    private int Frame(int fifo, uint dataRegister) => buffers.AddFrame(fifo, dataRegister, (int)Words);

    private int FirstWord(QuadrantConfiguration quadrant, int instance) => layer.CircularWords == 0
        ? instance * MemoryMap.InstanceWords + quadrant.ReadPointer
        : buffers.AddCircular(layer.Index, instance, (int)Words, quadrant.ReadPointer, layer.CircularWords);

    private void CheckExtent()
    {
        long words = layer.CircularWords > 0 ? layer.CircularWords : Words;
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

        int window = (layer.PoolRows - 1) * layer.Columns + layer.PoolColumns;
        if (layer.CircularWords > 0 && layer.CircularWords < window * layer.Passes * layer.Operands)
        {
            throw new SimulationException(
                SimulationFault.InconsistentRegisters,
                $"the circular buffer of {layer.CircularWords} words does not hold the {window * layer.Passes * layer.Operands} words under one pooling window",
                new FaultContext(Register: LayerRegisters.FrameBuffer.Name, Layer: layer.Index));
        }
    }

    private void CheckFifo()
    {
        if (layer.Passes > 1 || layer.Operands > 1)
            throw Fault($"FIFO input has one pass and one operand, not {layer.Passes} passes and {layer.Operands} operands");
        bool first = layer.ChannelFirst || layer.Source == InputSource.FastFifoSpread;
        int reachable = first ? 1 : 0xf;
        foreach (QuadrantConfiguration quadrant in layer.Quadrants)
        {
            bool fed = layer.Source != InputSource.FastFifoGroup || quadrant.Quadrant == 0 || layer.QuadFanOut;
            int outside = quadrant.Processors & ~(fed ? reachable : 0);
            if (outside != 0)
            {
                throw Fault(
                    $"processors 0x{outside:x4} of quadrant {quadrant.Quadrant} are enabled but no FIFO feeds them; it feeds {(fed ? first ? "processor 0" : "processors 0 to 3" : "none")} of the quadrant");
            }
        }

        if (Words > BufferLayout.MaximumWords)
            throw Fault($"the frame takes {Words} words; at most {BufferLayout.MaximumWords} are executed");
    }

    private SimulationException Fault(string message) =>
        new(SimulationFault.InconsistentRegisters, message, new FaultContext(Register: LayerRegisters.Enable.Name, Layer: layer.Index));
}
