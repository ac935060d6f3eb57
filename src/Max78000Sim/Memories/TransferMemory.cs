// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Memories;

/// <summary>The row caches as a window of 16-bit words. Their content never reaches a result (machine.md section 5.5).</summary>
internal sealed class TransferMemory
{
    /// <summary>Null as long as nobody has stored a word: hardly any program does.</summary>
    private ushort[]? _words;

    public void Store(int processor, int word, ushort value) =>
        (_words ??= new ushort[MemoryMap.Processors * MemoryMap.TransferWords])[processor * MemoryMap.TransferWords + word] = value;

    public ushort Load(int processor, int word) => _words is null ? (ushort)0 : _words[processor * MemoryMap.TransferWords + word];

    /// <summary>Takes over all words.</summary>
    public void CopyFrom(TransferMemory other) => _words = (ushort[]?)other._words?.Clone();

    /// <summary>Sets the row caches of one quadrant to zero.</summary>
    public void Clear(int quadrant)
    {
        const int Words = MemoryMap.ProcessorsPerQuadrant * MemoryMap.TransferWords;
        if (_words is not null)
            Array.Clear(_words, quadrant * Words, Words);
    }
}
