// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Memories;

/// <summary>The bias bytes of the four quadrants (machine.md section 8).</summary>
internal sealed class BiasMemory
{
    private readonly byte[] _bytes = new byte[MemoryMap.Quadrants * MemoryMap.BiasBytes];
    private readonly bool[] _loaded = new bool[MemoryMap.Quadrants * MemoryMap.BiasBytes];

    public void Store(int quadrant, int index, byte value)
    {
        _bytes[quadrant * MemoryMap.BiasBytes + index] = value;
        _loaded[quadrant * MemoryMap.BiasBytes + index] = true;
    }

    public byte Load(int quadrant, int index) => _bytes[quadrant * MemoryMap.BiasBytes + index];

    public bool IsLoaded(int quadrant, int index) => _loaded[quadrant * MemoryMap.BiasBytes + index];

    /// <summary>Takes over all bytes.</summary>
    public void CopyFrom(BiasMemory other)
    {
        other._bytes.CopyTo(_bytes, 0);
        other._loaded.CopyTo(_loaded, 0);
    }

    /// <summary>Sets the bias memory of one quadrant to zero, loaded.</summary>
    public void Clear(int quadrant)
    {
        Array.Clear(_bytes, quadrant * MemoryMap.BiasBytes, MemoryMap.BiasBytes);
        Array.Fill(_loaded, true, quadrant * MemoryMap.BiasBytes, MemoryMap.BiasBytes);
    }
}
