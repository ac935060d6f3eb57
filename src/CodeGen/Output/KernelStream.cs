// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Output;

/// <summary>The kernel words as the packed stream that the program loads (machine.md section 7.5).</summary>
internal static class KernelStream
{
    /// <summary>Makes one record of address, length and words for each run of occupied kernel words, closed by a zero.</summary>
    public static ImmutableArray<uint> Make(KernelMemory kernels)
    {
        List<uint> stream = [];
        for (int processor = 0; processor < MemoryMap.Processors; processor++)
        {
            int end = kernels.LastWord(processor) + 1;
            for (int word = 0; word < end;)
            {
                if (!kernels.IsOccupied(processor, word))
                {
                    word++;
                    continue;
                }

                int first = word;
                while (word < end && kernels.IsOccupied(processor, word)) word++;
                Record(stream, kernels, processor, first, word);
            }
        }

        stream.Add(0);
        return [.. stream];
    }

    private static void Record(List<uint> stream, KernelMemory kernels, int processor, int first, int end)
    {
        byte[] bytes = [.. Enumerable.Range(first, end - first).SelectMany(word => kernels.Word(processor, word))];
        uint memory = MemoryMap.KernelMemory
            + (uint)(processor / MemoryMap.ProcessorsPerQuadrant) * MemoryMap.QuadrantStride
            + (uint)(processor % MemoryMap.ProcessorsPerQuadrant) * MemoryMap.ProcessorStride;
        stream.Add(memory | (uint)(4 * first));
        stream.Add((uint)(bytes.Length + 3) / 4);
        for (int i = 0; i < bytes.Length; i += 4)
        {
            uint value = 0;
            for (int j = 0; j < 4; j++) value = value << 8 | (i + j < bytes.Length ? bytes[i + j] : 0u);
            stream.Add(value);
        }
    }
}
