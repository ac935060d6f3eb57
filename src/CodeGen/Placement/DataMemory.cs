// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Placement;

/// <summary>Addresses in data memory (machine.md section 2).</summary>
internal static class DataMemory
{
    /// <summary>Absolute address of a byte offset in the instance that a processor reads.</summary>
    public static uint Address(int processor, int offset)
    {
        int quadrant = processor / MemoryMap.ProcessorsPerQuadrant;
        int instance = processor % MemoryMap.ProcessorsPerQuadrant / MemoryMap.ProcessorsPerInstance;
        return MemoryMap.DataMemory + (uint)quadrant * MemoryMap.QuadrantStride + (uint)instance * MemoryMap.InstanceStride + (uint)offset;
    }
}
