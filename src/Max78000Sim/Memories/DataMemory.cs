// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Engine;

namespace Ai8x.Max78000Sim.Memories;

/// <summary>
/// The 16 instances of data memory as one run of little-endian bytes, word <c>w</c> of instance <c>i</c> at <c>4 * (8192 * i + w)</c>
/// (machine.md section 2), with the state of every word beside it.
/// </summary>
internal sealed class DataMemory
{
    /// <summary>Words of the physical memory.</summary>
    public const int PhysicalWords = MemoryMap.DataInstances * MemoryMap.InstanceWords;

    private byte[] _bytes = new byte[PhysicalWords * 4];

    /// <summary>Bytes of the physical memory, followed by the buffers of a program that has some.</summary>
    public byte[] Bytes => _bytes;

    /// <summary>State of each word.</summary>
    public WordState[] States { get; private set; } = new WordState[PhysicalWords];

    /// <summary>Why the lanes of a word are broken; only for words that have broken lanes.</summary>
    public Dictionary<int, FaultCause> Causes { get; } = [];

    /// <summary>Makes room for exactly the physical memory and this many words of buffers behind it, or leaves more room as it is.</summary>
    public void Reserve(int words)
    {
        if (words * 4 > _bytes.Length)
            Array.Resize(ref _bytes, words * 4);
        if (words <= States.Length)
            return;
        WordState[] states = States;
        Array.Resize(ref states, words);
        States = states;
    }

    public void Store(int word, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(word * 4, 4), value);
        States[word] = WordState.FromBus;
    }

    public uint Load(int word) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(word * 4, 4));

    /// <summary>Takes over the physical memory.</summary>
    public void CopyFrom(DataMemory other)
    {
        other._bytes.AsSpan(0, PhysicalWords * 4).CopyTo(_bytes);
        other.States.AsSpan(0, PhysicalWords).CopyTo(States);
        foreach ((int word, FaultCause cause) in other.Causes)
            Causes[word] = cause;
    }

    /// <summary>Sets the instances of one quadrant to zero, written.</summary>
    public void Clear(int quadrant)
    {
        const int Words = MemoryMap.InstancesPerQuadrant * MemoryMap.InstanceWords;
        Array.Clear(_bytes, quadrant * Words * 4, Words * 4);
        Array.Fill(States, WordState.FromBus, quadrant * Words, Words);
    }

    /// <summary>Word index of a bus address, or -1 outside the data memory.</summary>
    public static int WordOf(uint address)
    {
        if (address < MemoryMap.DataMemory)
            return -1;
        uint offset = address - MemoryMap.DataMemory;
        uint quadrant = offset / MemoryMap.QuadrantStride;
        uint inside = offset % MemoryMap.QuadrantStride;
        if (quadrant >= MemoryMap.Quadrants || inside >= MemoryMap.InstancesPerQuadrant * MemoryMap.InstanceStride)
            return -1;
        return (int)((quadrant * MemoryMap.InstancesPerQuadrant + inside / MemoryMap.InstanceStride) * MemoryMap.InstanceWords
            + inside % MemoryMap.InstanceStride / 4);
    }

    /// <summary>Bus address of a word index of the physical memory.</summary>
    public static uint AddressOf(int word)
    {
        uint instance = (uint)word / MemoryMap.InstanceWords;
        return MemoryMap.DataMemory + instance / MemoryMap.InstancesPerQuadrant * MemoryMap.QuadrantStride
            + instance % MemoryMap.InstancesPerQuadrant * MemoryMap.InstanceStride + (uint)word % MemoryMap.InstanceWords * 4;
    }
}
