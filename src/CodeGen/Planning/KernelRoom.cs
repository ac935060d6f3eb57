// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning;

/// <summary>Kernel memory as a plan fills it: a layer takes the same words on all of its processors, from a multiple of four on (machine.md section 7.4).</summary>
internal sealed class KernelRoom
{
    private const int Step = 4;
    private readonly bool[,] _taken = new bool[MemoryMap.Processors, MemoryMap.KernelWords / Step];

    /// <summary>First word with enough room on all processors of a map, or -1.</summary>
    public int Find(ulong map, int words)
    {
        int length = (words + Step - 1) / Step, run = 0;
        int[] processors = [.. new ProcessorMap(map).Processors()];
        for (int step = 0; step < MemoryMap.KernelWords / Step; step++)
        {
            run = Array.Exists(processors, p => _taken[p, step]) ? 0 : run + 1;
            if (run >= length) return (step - length + 1) * Step;
        }

        return length == 0 ? 0 : -1;
    }

    /// <summary>Takes words.</summary>
    public void Take(ulong map, int start, int words)
    {
        foreach (int processor in new ProcessorMap(map).Processors())
            for (int step = start / Step; step < (start + words + Step - 1) / Step; step++) _taken[processor, step] = true;
    }
}
