// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>
/// Kernel memory as the accelerator loads and reads it, written from the manual's description of the hardware and not from the generator:
/// the stream fills 72-bit words from their most significant byte on, and positions count from the least significant byte. Plain records have four
/// bus words for each kernel word (section 7.6). Words that the program has cleared before are zero.
/// </summary>
internal sealed class KernelReading
{
    private readonly Dictionary<(int Processor, int Word), byte[]> _words = [];

    private readonly bool _cleared;

    public KernelReading(IReadOnlyList<uint> stream, bool express = true, bool cleared = false)
    {
        _cleared = cleared;
        int at = 0;
        while (stream[at] != 0)
        {
            uint address = stream[at++];
            int count = (int)stream[at++];
            int processor = (int)(address - 0x50180000 >> 22) * 16 + (int)(address >> 14 & 0xf), word = (int)(address & 0x3fff) >> (express ? 2 : 4);
            byte[] bytes = [.. Enumerable.Range(0, 4 * count).Where(i => express || i % 16 is >= 3 and < 12).Select(i => (byte)(stream[at + i / 4] >> (24 - 8 * (i % 4))))];
            at += count;
            for (int i = 0; i + 9 <= bytes.Length; i += 9) _words.Add((processor, word++), bytes[i..(i + 9)]);
        }

        Assert.Equal(stream.Count - 1, at);
    }

    /// <summary>Tap of a kernel: width, kernel size and counter start as in the layer's registers.</summary>
    public int Weight(int processor, int bits, int size, int counterStart, int startInGrid, int kernel, int tap)
    {
        int position = size * (counterStart / 8) + startInGrid + size * (kernel * bits / 8) + size - 1 - tap;
        if (!_words.TryGetValue((processor, position / 9), out byte[]? word)) return _cleared ? 0 : throw new KeyNotFoundException($"Processor {processor} has no kernel word {position / 9}.");
        int value = word[8 - position % 9] >> (kernel * bits % 8) & ((1 << bits) - 1);
        return value >= 1 << (bits - 1) ? value - (1 << bits) : value;
    }
}
