// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Placement;

/// <summary>
/// The kernel memories of all processors as byte grids: position <c>9 * word + j</c> is byte <c>8 - j</c> of the 72-bit word, counted from its
/// most significant end (machine.md section 7.1).
/// </summary>
public sealed class KernelMemory
{
    private const int Bytes = MemoryMap.KernelWords * MemoryMap.KernelWordBytes;
    private readonly byte[][] _grids = [.. Enumerable.Range(0, MemoryMap.Processors).Select(_ => new byte[Bytes])];
    private readonly bool[][] _occupied = [.. Enumerable.Range(0, MemoryMap.Processors).Select(_ => new bool[MemoryMap.KernelWords])];

    internal KernelMemory()
    {
    }

    /// <summary>Whether a kernel word holds data of a layer.</summary>
    /// <param name="processor">Processor, 0..63.</param>
    /// <param name="word">Word, 0..767.</param>
    /// <returns>True if it does.</returns>
    public bool IsOccupied(int processor, int word) => _occupied[processor][word];

    /// <summary>The nine bytes of a word, most significant first.</summary>
    /// <param name="processor">Processor, 0..63.</param>
    /// <param name="word">Word, 0..767.</param>
    /// <returns>The bytes b0 to b8.</returns>
    public byte[] Word(int processor, int word)
    {
        byte[] bytes = _grids[processor].AsSpan(word * MemoryMap.KernelWordBytes, MemoryMap.KernelWordBytes).ToArray();
        Array.Reverse(bytes);
        return bytes;
    }

    /// <summary>Highest occupied word of a processor, or -1.</summary>
    /// <param name="processor">Processor, 0..63.</param>
    /// <returns>The word.</returns>
    public int LastWord(int processor) => Array.LastIndexOf(_occupied[processor], true);

    internal bool IsFree(int processor, int first, int count) => _occupied[processor].AsSpan(first, count).IndexOf(true) < 0;

    internal void Occupy(int processor, int word) => _occupied[processor][word] = true;

    internal void SetBits(int processor, int position, int bit, uint value) => _grids[processor][position] |= (byte)(value << bit);
}
