// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Registers;

/// <summary>The accesses of <c>cnn_init</c> that clear memories (machine.md section 6.2).</summary>
internal static class MemoryClearing
{
    private const int RowMemoryWords = 768;

    private static readonly (string Memory, string Label)[] Tests =
        [("data", "Data SRAM BIST"), ("kernel", "Mask SRAM BIST"), ("tram", "Tornado SRAM BIST"), ("bias", "Bias Rfile BIST")];

    /// <summary>Zeros to the first words of a quadrant's row caches.</summary>
    public static IEnumerable<ProgramAccess> RowMemories(int quadrant)
    {
        for (uint processor = 0; processor < MemoryMap.ProcessorsPerQuadrant; processor++)
        {
            uint address = MemoryMap.TransferMemory + (uint)quadrant * MemoryMap.QuadrantStride + processor * MemoryMap.ProcessorStride;
            yield return new(AccessOperation.FillZero, address, 0, "Clear row memory", RowMemoryWords) { Rule = "6.2" };
        }
    }

    /// <summary>
    /// Zeros to the rolling buffers, once before the first inference: they begin empty (network-yaml.md section 6), and data memory has no defined contents
    /// after power-up. Rows behind the first one that a shift moves in are zero as well.
    /// </summary>
    public static IEnumerable<ProgramAccess> Buffers(NetworkDescription description, int maximumProcessors)
    {
        foreach (DataBuffer buffer in description.DataBuffers)
        {
            BufferPlaces places = new(buffer, maximumProcessors);
            int rows = buffer.Rows + (buffer == description.DataBuffers[0] ? RollingBufferRules.ZeroRows(description) : 0);
            foreach (int instance in places.Instances())
            {
                yield return new(AccessOperation.FillZero, DataMemory.Address(instance * MemoryMap.ProcessorsPerInstance, buffer.Offset), 0, "Empty data buffer", places.Bytes(rows) / 4) { Rule = "6.2" };
            }
        }
    }

    /// <summary>The built-in self-test of all memories, which leaves them zero; always in all quadrants.</summary>
    public static IEnumerable<ProgramAccess> SelfTest()
    {
        foreach ((string memory, string label) in Tests)
        {
            uint run = RegisterWord.Of(GlobalRegisters.Test, (memory + "_run", 1)), done = RegisterWord.Of(GlobalRegisters.Test, (memory + "_done", 1), ("done", 1));
            uint fail = RegisterWord.Of(GlobalRegisters.Test, (memory + "_fail", 1));
            foreach (ProgramAccess access in Each(AccessOperation.Write, run, label)) yield return access;
            foreach (ProgramAccess access in Each(AccessOperation.Wait, done, "Wait for BIST")) yield return access with { Mask = done };
            foreach (ProgramAccess access in Each(AccessOperation.Check, 0, "Return on BIST error")) yield return access with { Mask = fail };
            foreach (ProgramAccess access in Each(AccessOperation.Write, 0, "Reset BIST")) yield return access;
        }
    }

    private static IEnumerable<ProgramAccess> Each(AccessOperation operation, uint value, string label)
    {
        for (uint quadrant = 0; quadrant < MemoryMap.Quadrants; quadrant++)
        {
            yield return new(operation, MemoryMap.Registers + quadrant * MemoryMap.QuadrantStride + GlobalRegisters.Test.Offset, value, label) { Rule = "6.2" };
        }
    }
}
