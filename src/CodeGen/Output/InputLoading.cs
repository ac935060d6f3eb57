// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Output;

/// <summary>The accesses that bring one sample to the accelerator (machine.md section 9).</summary>
internal static class InputLoading
{
    private const uint FastFifoFull = 2;

    public static ImmutableArray<ProgramAccess> Make(ImmutableArray<InputBlock> blocks)
    {
        if (!blocks[0].IsFifo) return [.. blocks.Select(block => new ProgramAccess(AccessOperation.CopyWords, block.Address, 0, "", block.Words.Length, SourceName: Name(block)) { Rule = "9" })];
        List<ProgramAccess> accesses = [new(AccessOperation.Loop, 0, 0, "", blocks[0].Words.Length) { Rule = "9.3" }];
        foreach (InputBlock block in blocks)
        {
            bool fast = block.Address == MemoryMap.FastFifoData;
            accesses.Add(fast
                ? new(AccessOperation.Wait, MemoryMap.FastFifoStatus, 0, "Wait for FIFO", Mask: FastFifoFull) { Rule = "9.3" }
                : new(AccessOperation.Wait, MemoryMap.FifoStatus, 0, Text($"Wait for FIFO {block.Number}"), Mask: 1u << block.Number) { Rule = "9.3" });
            accesses.Add(new(AccessOperation.WriteNext, block.Address, 0, Text($"Write FIFO {block.Number}"), SourceName: Name(block)) { Rule = "9.3" });
        }

        accesses.Add(new(AccessOperation.EndLoop, 0, 0, "") { Rule = "9.3" });
        return [.. accesses];
    }

    private static string Name(InputBlock block) => Text($"input_{block.Number}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
