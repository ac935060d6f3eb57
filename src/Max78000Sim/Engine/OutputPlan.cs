// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Where a layer writes: blocks of four output slots, one word a pixel (8-bit) or four (32-bit) (machine.md sections 11.5 and 11.6).</summary>
/// <param name="Blocks">All blocks.</param>
/// <param name="PixelStep">Words from one pixel to the next inside a block.</param>
/// <param name="Pixels">Output pixels.</param>
/// <param name="Wide">32-bit words.</param>
internal sealed record OutputPlan(ImmutableArray<OutputBlock> Blocks, int PixelStep, int Pixels, bool Wide)
{
    /// <summary>Slots of one block: the lanes of a word.</summary>
    public const int BlockSlots = 4;

    /// <summary>All words that are written, with their pixel and the slots behind their lanes.</summary>
    public IEnumerable<(int Word, int Pixel, int FirstSlot, int Count)> Words()
    {
        foreach (OutputBlock block in Blocks)
        {
            for (int pixel = 0; pixel < Pixels; pixel++)
            {
                int word = block.FirstWord + pixel * PixelStep;
                if (!Wide)
                    yield return (word, pixel, block.FirstSlot, block.Count);
                for (int i = 0; Wide && i < block.Count; i++)
                    yield return (word + i, pixel, block.FirstSlot + i, 1);
            }
        }
    }
}

/// <summary>Up to four slots that share a word.</summary>
/// <param name="FirstWord">Word index of pixel 0: in the physical memory or, for a circular buffer, in the buffer in its place.</param>
/// <param name="Instance">Instance that the block is addressed to.</param>
/// <param name="FirstSlot">First slot.</param>
/// <param name="Count">Slots, 1..4.</param>
/// <param name="Expansion">Expansion pass (or pass of a pass-through layer).</param>
internal readonly record struct OutputBlock(int FirstWord, int Instance, int FirstSlot, int Count, int Expansion);
