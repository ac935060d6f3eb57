// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>
/// Kernel memory as the accelerator loads and reads it, written from the manual's description of the hardware and not from the generator:
/// the stream fills 72-bit words from their most significant byte on, and positions count from the least significant byte.
/// </summary>
internal sealed class KernelReading
{
    private readonly Dictionary<(int Processor, int Word), byte[]> _words = [];

    public KernelReading(IReadOnlyList<uint> stream)
    {
        int at = 0;
        while (stream[at] != 0)
        {
            uint address = stream[at++];
            int count = (int)stream[at++];
            int processor = (int)(address - 0x50180000 >> 22) * 16 + (int)(address >> 14 & 0xf), word = (int)(address & 0x3fff) >> 2;
            byte[] bytes = [.. Enumerable.Range(0, 4 * count).Select(i => (byte)(stream[at + i / 4] >> (24 - 8 * (i % 4))))];
            at += count;
            for (int i = 0; i + 9 <= bytes.Length; i += 9) _words.Add((processor, word++), bytes[i..(i + 9)]);
        }

        Assert.Equal(stream.Count - 1, at);
    }

    /// <summary>Tap of a kernel: width, kernel size and counter start as in the layer's registers.</summary>
    public int Weight(int processor, int bits, int size, int counterStart, int startInGrid, int kernel, int tap)
    {
        int position = size * (counterStart / 8) + startInGrid + size * (kernel * bits / 8) + size - 1 - tap;
        int value = _words[(processor, position / 9)][8 - position % 9] >> (kernel * bits % 8) & ((1 << bits) - 1);
        return value >= 1 << (bits - 1) ? value - (1 << bits) : value;
    }
}
