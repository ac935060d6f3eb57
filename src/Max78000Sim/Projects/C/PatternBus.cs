// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// A data memory in which every byte says where it stands, one part of its number in each run. The unload function runs on it and so tells which byte it fetches; a last run
/// with other contents shows that it fetches them unchanged.
/// </summary>
internal sealed class PatternBus(int run) : ICBus
{
    /// <summary>Runs that a number of a byte takes, and the one that checks.</summary>
    public const int Runs = 4;

    private const uint Mlat = 0x1000, WritePointer = 0x310, LayerControl2 = 0xa10;

    private readonly Dictionary<uint, uint> _words = [];
    private readonly uint[] _next = new uint[MemoryMap.Quadrants];
    private readonly uint[] _latched = new uint[MemoryMap.Quadrants];

    public bool InterruptPending => false;

    public long Microseconds => 1;

    /// <summary>What the buffer holds before a run; nothing else gives these bytes in all runs.</summary>
    public static byte Filler(int run) => (byte)(0xa5 ^ (run * 0x33));

    /// <summary>Contents of a byte of the data memory in a run.</summary>
    public static byte Pattern(int run, int index) =>
        run < Runs - 1 ? (byte)(index + 1 >> (8 * run)) : (byte)((uint)(index + 1) * 2654435761u >> 24);

    public CValue Load(uint address, CPosition at)
    {
        int word = DataMemory.WordOf(address);
        if (word >= 0)
            return new CValue(Word(word));
        uint offset = (address - MemoryMap.Registers) % MemoryMap.QuadrantStride;
        return new CValue(offset == Mlat ? Gather((int)((address - MemoryMap.Registers) / MemoryMap.QuadrantStride)) : _words.GetValueOrDefault(address));
    }

    public void Store(uint address, uint value, int bytes, CPosition at)
    {
        if (DataMemory.WordOf(address) >= 0 || bytes != 4)
            throw at.Error("an unload function does not change the data memory");
        uint old = _words.GetValueOrDefault(address);
        _words[address] = value;
        uint offset = address - MemoryMap.Registers;
        if (offset % MemoryMap.QuadrantStride == 0 && (value & ~old & 1u << 16) != 0)
            _next[offset / MemoryMap.QuadrantStride] = _words.GetValueOrDefault(address + WritePointer);
    }

    public uint Modify(uint address, string symbol, uint value, CPosition at)
    {
        uint result = symbol == "|" ? _words.GetValueOrDefault(address) | value : _words.GetValueOrDefault(address) & value;
        Store(address, result, 4, at);
        return result;
    }

    public bool Decide(CValue test, bool again, CPosition at) => throw at.Error("an unload function decides nothing by what it reads");

    public void Enter(CMachine machine, CFunction function)
    {
    }

    public void Leave()
    {
    }

    private uint Word(int word)
    {
        uint value = 0;
        for (int lane = 0; lane < 4; lane++)
            value |= (uint)Pattern(run, 4 * word + lane) << (8 * lane);
        return value;
    }

    /// <summary>The port that gathers one lane of four words; each read delivers what the one before fetched (machine.md section 10.3).</summary>
    private uint Gather(int quadrant)
    {
        uint control = _words.GetValueOrDefault(MemoryMap.Registers + (uint)quadrant * MemoryMap.QuadrantStride);
        uint step = 1 + (_words.GetValueOrDefault(MemoryMap.Registers + (uint)quadrant * MemoryMap.QuadrantStride + LayerControl2) >> 4 & 15);
        uint result = _latched[quadrant], fetched = 0;
        for (int i = 0; i < 4; i++)
        {
            uint word = Word((int)(_next[quadrant] % (16 * 8192)));
            fetched |= (word >> (int)(8 * (control >> 17 & 3)) & 0xff) << (8 * i);
            _next[quadrant] += step;
        }

        _latched[quadrant] = fetched;
        return result;
    }
}
