// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Output;

/// <summary>The kernel words in the forms in which programs load them (machine.md sections 7.5 and 7.6).</summary>
internal static class KernelStream
{
    /// <summary>Makes one record of address, length and words for each run of occupied kernel words, closed by a zero.</summary>
    /// <param name="kernels">The kernel memories.</param>
    /// <param name="express">Packed words; otherwise four bus words a kernel word.</param>
    /// <param name="skipZeros">Leaves out words that are entirely zero, for memories that the program has cleared.</param>
    public static ImmutableArray<uint> Make(KernelMemory kernels, bool express, bool skipZeros)
    {
        List<uint> stream = [];
        for (int processor = 0; processor < MemoryMap.Processors; processor++)
        {
            int end = kernels.LastWord(processor) + 1;
            for (int word = 0; word < end;)
            {
                if (!IsLoaded(kernels, processor, word, skipZeros))
                {
                    word++;
                    continue;
                }

                int first = word;
                while (word < end && IsLoaded(kernels, processor, word, skipZeros)) word++;
                uint[] words = Words(kernels, processor, first, word, express);
                stream.Add(Address(processor, first, express));
                stream.Add((uint)words.Length);
                stream.AddRange(words);
            }
        }

        stream.Add(0);
        return [.. stream];
    }

    /// <summary>Makes one block for each processor from its first to its last occupied word, with the accesses that load it.</summary>
    public static (ImmutableArray<KernelBlock> Blocks, ImmutableArray<ProgramAccess> Accesses) Blocks(KernelMemory kernels, bool express)
    {
        List<KernelBlock> blocks = [];
        List<ProgramAccess> accesses = [];
        for (int processor = 0; processor < MemoryMap.Processors; processor++)
        {
            int end = kernels.LastWord(processor) + 1;
            if (end == 0) continue;
            int first = Enumerable.Range(0, end).First(word => kernels.IsOccupied(processor, word));
            blocks.Add(new(processor, [.. Words(kernels, processor, first, end, express)]));
            string name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"kernels_{processor}");
            if (express) accesses.Add(new(AccessOperation.WriteByte, Address(processor, first, express) | 1, 1, "Set address") { Rule = "7.6" });
            accesses.Add(new(AccessOperation.CopyWords, Address(processor, express ? 0 : first, express), 0, "", blocks[^1].Words.Length, SourceName: name) { Rule = "7.6" });
        }

        return ([.. blocks], [.. accesses]);
    }

    private static bool IsLoaded(KernelMemory kernels, int processor, int word, bool skipZeros) =>
        kernels.IsOccupied(processor, word) && !(skipZeros && Array.TrueForAll(kernels.Word(processor, word), b => b == 0));

    private static uint Address(int processor, int word, bool express) => MemoryMap.KernelMemory
        + (uint)(processor / MemoryMap.ProcessorsPerQuadrant) * MemoryMap.QuadrantStride
        + (uint)(processor % MemoryMap.ProcessorsPerQuadrant) * MemoryMap.ProcessorStride
        + (uint)((express ? 4 : MemoryMap.KernelWordWindow) * word);

    private static uint[] Words(KernelMemory kernels, int processor, int first, int end, bool express)
    {
        byte[][] words = [.. Enumerable.Range(first, end - first).Select(word => kernels.Word(processor, word))];
        return express ? Packed([.. words.SelectMany(word => word)]) : [.. words.SelectMany(word => Plain(word))];
    }

    private static uint[] Packed(byte[] bytes)
    {
        var words = new uint[(bytes.Length + 3) / 4];
        for (int i = 0; i < bytes.Length; i++) words[i / 4] |= (uint)bytes[i] << (24 - 8 * (i % 4));
        return words;
    }

    // The store of the fourth word commits the kernel word.
    private static uint[] Plain(byte[] word) => [word[0], Packed(word[1..5])[0], Packed(word[5..9])[0], 0];
}
