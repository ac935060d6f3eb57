// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>The four input FIFOs and the fast FIFO with their control registers (machine.md sections 2, 3.2 and 9.3).</summary>
/// <param name="depth">Words that one FIFO holds.</param>
internal sealed class InputFifos(int depth)
{
    private const uint FastFull = 1u << 1;

    private readonly Queue<uint>[] _queues = [.. Enumerable.Range(0, MemoryMap.Quadrants + 1).Select(_ => new Queue<uint>())];

    /// <summary>Number of the fast FIFO among the others.</summary>
    public static int Fast => MemoryMap.Quadrants;

    /// <summary>Value of the control register.</summary>
    public uint Control { get; set; }

    /// <summary>Value of the fast FIFO's control register.</summary>
    public uint FastControl { get; set; }

    /// <summary>Value of the fast FIFO's interrupt enable register.</summary>
    public uint FastInterruptEnable { get; set; }

    /// <summary>Takes over the control registers; the FIFOs stay empty.</summary>
    public void CopyControlFrom(InputFifos other) =>
        (Control, FastControl, FastInterruptEnable) = (other.Control, other.FastControl, other.FastInterruptEnable);

    /// <summary>The FIFO whose data register is at an address, or -1.</summary>
    public static int At(uint address) => address switch
    {
        >= MemoryMap.FifoData and < MemoryMap.FifoData + 4 * MemoryMap.Quadrants => (int)(address - MemoryMap.FifoData) / 4,
        MemoryMap.FastFifoData => Fast,
        _ => -1,
    };

    public bool IsFull(int fifo) => _queues[fifo].Count >= depth;

    public int Count(int fifo) => _queues[fifo].Count;

    /// <summary>True if the FIFO is switched on. The fast FIFO needs its control register written.</summary>
    public bool IsEnabled(int fifo) =>
        fifo == Fast ? FastControl != 0 : (RegisterFile.Extract(AlwaysOnRegisters.FifoControl, "fifo_en", Control) >> fifo & 1) == 1;

    public void Put(int fifo, uint word) => _queues[fifo].Enqueue(word);

    public uint Take(int fifo) => _queues[fifo].Dequeue();

    /// <summary>The status register: one bit for each FIFO that is full.</summary>
    public uint Status()
    {
        uint status = 0;
        for (int fifo = 0; fifo < MemoryMap.Quadrants; fifo++)
            status |= IsFull(fifo) ? 1u << fifo : 0;
        return status;
    }

    /// <summary>The fast FIFO's status register.</summary>
    public uint FastStatus() => IsFull(Fast) ? FastFull : 0;
}
