// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning;

/// <summary>Kernel memory as a plan fills it: a layer takes the same words on all of its processors, from a multiple of four on (machine.md section 7.4).</summary>
internal sealed class KernelRoom
{
    private const int Step = 4;
    private readonly int[] _words = new int[MemoryMap.Processors];
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

    /// <summary>Most words that a processor of a map has taken so far.</summary>
    public int Fullest(ulong map) => new ProcessorMap(map).Processors().Max(processor => _words[processor]);

    /// <summary>Takes the first words with enough room on all processors of a map.</summary>
    /// <returns>Whether there are any.</returns>
    public bool TryTake(ulong map, int words)
    {
        int start = Find(map, words);
        if (start < 0) return false;
        foreach (int processor in new ProcessorMap(map).Processors())
        {
            _words[processor] += words;
            for (int step = start / Step; step < (start + words + Step - 1) / Step; step++) _taken[processor, step] = true;
        }

        return true;
    }
}
