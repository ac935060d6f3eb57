// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>Which part of the accelerator an address belongs to (machine.md section 2), data memory excepted.</summary>
/// <param name="Block">The part.</param>
/// <param name="Quadrant">0..3.</param>
/// <param name="Register">For registers: which.</param>
/// <param name="Processor">For kernel memory and row cache: 0..63.</param>
/// <param name="Index">Bias byte, row cache word or kernel word (plain window).</param>
/// <param name="Part">For the plain kernel window: 0..3.</param>
internal readonly record struct BusPlace(BusBlock Block, int Quadrant, RegisterPlace Register = default, int Processor = 0, int Index = 0, int Part = 0)
{
    private const uint RegisterBytes = 0x1004;
    private const uint KernelWindowBytes = MemoryMap.KernelWords * MemoryMap.KernelWordWindow;

    /// <summary>Finds the place of an aligned address, or null if nothing is there.</summary>
    public static BusPlace? Find(uint address)
    {
        switch (address)
        {
            case MemoryMap.AlwaysOnControl:
                return new BusPlace(BusBlock.AlwaysOn, 0);
            case >= MemoryMap.FifoControl and < MemoryMap.FifoData + 16:
            case MemoryMap.FastFifoControl or MemoryMap.FastFifoStatus or MemoryMap.FastFifoInterruptEnable or MemoryMap.FastFifoData:
                return new BusPlace(BusBlock.Fifo, 0);
            case < MemoryMap.Registers or >= MemoryMap.Base + (MemoryMap.Quadrants + 1) * MemoryMap.QuadrantStride:
                return null;
        }

        uint offset = address - MemoryMap.Base;
        int quadrant = (int)(offset / MemoryMap.QuadrantStride);
        if (quadrant >= MemoryMap.Quadrants)
            return null;
        uint inside = offset % MemoryMap.QuadrantStride + MemoryMap.Base;
        return Inside(inside, quadrant);
    }

    private static BusPlace? Inside(uint address, int quadrant)
    {
        if (address is >= MemoryMap.Registers and < MemoryMap.Registers + RegisterBytes)
            return RegisterFile.Find(address - MemoryMap.Registers) is RegisterPlace register ? new BusPlace(BusBlock.Register, quadrant, register) : null;
        if (address is >= MemoryMap.BiasMemory and < MemoryMap.BiasMemory + 4 * MemoryMap.BiasBytes)
            return new BusPlace(BusBlock.Bias, quadrant, Index: (int)(address - MemoryMap.BiasMemory) / 4);
        if (address is >= MemoryMap.TransferMemory and < MemoryMap.TransferMemory + MemoryMap.ProcessorsPerQuadrant * MemoryMap.ProcessorStride)
        {
            (int processor, int place) = Unit(address - MemoryMap.TransferMemory, quadrant);
            return place < 4 * MemoryMap.TransferWords ? new BusPlace(BusBlock.Transfer, quadrant, Processor: processor, Index: place / 4) : null;
        }

        if (address is >= MemoryMap.KernelMemory and < MemoryMap.KernelMemory + MemoryMap.ProcessorsPerQuadrant * MemoryMap.ProcessorStride)
        {
            (int processor, int place) = Unit(address - MemoryMap.KernelMemory, quadrant);
            return place < KernelWindowBytes
                ? new BusPlace(BusBlock.Kernel, quadrant, default, processor, place / MemoryMap.KernelWordWindow, place / 4 % 4)
                : null;
        }

        return null;
    }

    private static (int Processor, int Place) Unit(uint offset, int quadrant) => (
        quadrant * MemoryMap.ProcessorsPerQuadrant + (int)(offset / MemoryMap.ProcessorStride), (int)(offset % MemoryMap.ProcessorStride));
}

/// <summary>Parts of the accelerator that the bus reaches.</summary>
internal enum BusBlock
{
    Register,
    Bias,
    Transfer,
    Kernel,
    AlwaysOn,
    Fifo,
}
