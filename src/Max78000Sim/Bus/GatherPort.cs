// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Bus;

/// <summary>
/// The MLAT read port of one quadrant: gathers one byte lane of four successive words. Each read delivers what the read before it fetched, so that the first one after loading the
/// address is thrown away (machine.md section 10.3).
/// </summary>
internal sealed class GatherPort
{
    private const int Words = 4;

    private int _fetched = -1;
    private int _next = -1;

    /// <summary>A rising edge of <c>mlat_ld</c> loads the address.</summary>
    /// <param name="writePointer">Global word address, from the write pointer of layer 0.</param>
    public void Load(int writePointer)
    {
        _fetched = -1;
        _next = writePointer;
    }

    /// <summary>One read of the port.</summary>
    /// <param name="lane">Byte lane.</param>
    /// <param name="step">Words from one byte to the next.</param>
    /// <param name="read">Reads a word of the data memory.</param>
    /// <returns>What the read before fetched; null if no address was loaded.</returns>
    public uint? Read(int lane, int step, Func<int, uint> read)
    {
        if (_next < 0)
            return null;
        uint result = 0;
        for (int i = 0; i < Words && _fetched >= 0; i++)
            result |= (read(_fetched + i * step) >> (8 * lane) & 0xff) << (8 * i);
        _fetched = _next;
        _next += Words * step;
        return result;
    }
}
