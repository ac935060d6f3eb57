// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Memories;

/// <summary>
/// The kernel memories of all 64 processors. A word of 72 bits is kept as the nine positions of the kernel byte grid: position
/// <c>9k + j</c> is byte <c>8 - j</c> of word <c>k</c>, so the least significant byte comes first (machine.md section 7.1).
/// </summary>
internal sealed class KernelMemory
{
    /// <summary>Grid positions of one processor.</summary>
    public const int GridBytes = MemoryMap.KernelWords * MemoryMap.KernelWordBytes;

    private readonly byte[] _grid = new byte[MemoryMap.Processors * GridBytes];
    private readonly bool[] _loaded = new bool[MemoryMap.Processors * MemoryMap.KernelWords];
    private readonly Latch[] _latches = [.. Enumerable.Range(0, MemoryMap.Processors).Select(_ => new Latch())];

    /// <summary>The byte grid of one processor.</summary>
    public ReadOnlySpan<byte> Grid(int processor) => _grid.AsSpan(processor * GridBytes, GridBytes);

    /// <summary>True if all of these kernel words of a processor were loaded.</summary>
    public bool AreLoaded(int processor, int firstWord, int lastWord) =>
        !_loaded.AsSpan(processor * MemoryMap.KernelWords + firstWord, lastWord - firstWord + 1).Contains(false);

    public bool IsLoaded(int processor, int word) => _loaded[processor * MemoryMap.KernelWords + word];

    /// <summary>Takes over all kernel words; a stream that is not finished stays behind.</summary>
    public void CopyFrom(KernelMemory other)
    {
        other._grid.CopyTo(_grid, 0);
        other._loaded.CopyTo(_loaded, 0);
    }

    /// <summary>Sets the kernel memories of one quadrant to zero, loaded.</summary>
    public void Clear(int quadrant)
    {
        int first = quadrant * MemoryMap.ProcessorsPerQuadrant;
        Array.Clear(_grid, first * GridBytes, MemoryMap.ProcessorsPerQuadrant * GridBytes);
        Array.Fill(_loaded, true, first * MemoryMap.KernelWords, MemoryMap.ProcessorsPerQuadrant * MemoryMap.KernelWords);
        for (int processor = first; processor < first + MemoryMap.ProcessorsPerQuadrant; processor++)
            _latches[processor].Word = -1;
    }

    /// <summary>The byte store that sets the start word of the packed stream (machine.md section 7.5).</summary>
    public void SetAddress(int processor, int word)
    {
        _latches[processor].Word = word;
        _latches[processor].Count = 0;
    }

    /// <summary>
    /// One 32-bit store of the packed stream: four bytes, most significant first, nine to a kernel word. Bytes that do not complete a word are dropped
    /// at the next set-address, as the padding at the end of a record is.
    /// </summary>
    /// <returns>False if no start address was set or the stream runs past the memory's end.</returns>
    public bool StorePacked(int processor, uint value)
    {
        Latch latch = _latches[processor];
        bool completes = latch.Count + 4 >= MemoryMap.KernelWordBytes;
        if (latch.Word < 0 || (completes && latch.Word >= MemoryMap.KernelWords))
            return false;
        Span<byte> bytes = latch.Bytes;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.Slice(latch.Count, 4), value);
        latch.Count += 4;
        if (!completes)
            return true;
        Commit(processor, latch.Word++, bytes[..MemoryMap.KernelWordBytes]);
        latch.Count -= MemoryMap.KernelWordBytes;
        bytes.Slice(MemoryMap.KernelWordBytes, latch.Count).CopyTo(bytes);
        return true;
    }

    /// <summary>One 32-bit store of the plain window; the store of the fourth word commits (machine.md section 7.6).</summary>
    public void StorePlain(int processor, int word, int part, uint value)
    {
        Latch latch = _latches[processor];
        Span<byte> bytes = latch.Bytes;
        switch (part)
        {
            case 0:
                bytes[0] = (byte)value;
                break;
            case 1:
                BinaryPrimitives.WriteUInt32BigEndian(bytes[1..5], value);
                break;
            case 2:
                BinaryPrimitives.WriteUInt32BigEndian(bytes[5..9], value);
                break;
            default:
                Commit(processor, word, bytes);
                break;
        }
    }

    /// <summary>Reads back through the plain window.</summary>
    public uint LoadPlain(int processor, int word, int part)
    {
        ReadOnlySpan<byte> grid = Grid(processor).Slice(word * MemoryMap.KernelWordBytes, MemoryMap.KernelWordBytes);
        return part switch
        {
            0 => grid[8],
            1 => BinaryPrimitives.ReadUInt32LittleEndian(grid[4..8]),
            2 => BinaryPrimitives.ReadUInt32LittleEndian(grid[0..4]),
            _ => 0,
        };
    }

    private void Commit(int processor, int word, ReadOnlySpan<byte> bytes)
    {
        Span<byte> grid = _grid.AsSpan(processor * GridBytes + word * MemoryMap.KernelWordBytes, MemoryMap.KernelWordBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(grid, BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]));
        grid[8] = bytes[0];
        _loaded[processor * MemoryMap.KernelWords + word] = true;
    }

    private sealed class Latch
    {
        /// <summary>The bytes of the word that is being put together, with room for those of a store that belong to the next one.</summary>
        public byte[] Bytes { get; } = new byte[MemoryMap.KernelWordBytes + 3];

        public int Word { get; set; } = -1;

        public int Count { get; set; }
    }
}
