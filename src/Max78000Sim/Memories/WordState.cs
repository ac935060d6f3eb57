// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Memories;

/// <summary>
/// What is known about a data word: never written, or which byte lanes hold a meaningful value. A lane is <em>broken</em> when its value depends on
/// something that was never loaded or written, and merely undefined when it belongs to no channel at all.
/// </summary>
/// <param name="Bits">Bits 3:0 defined lanes, bits 7:4 broken lanes, bit 8 written.</param>
internal readonly record struct WordState(ushort Bits)
{
    private const int WrittenBit = 0x100;

    /// <summary>Written by the bus: all four lanes count.</summary>
    public static WordState FromBus => new(WrittenBit | 0xf);

    public static WordState FromLayer(int definedLanes, int brokenLanes) => new((ushort)(definedLanes | (brokenLanes << 4) | WrittenBit));

    public bool Written => (Bits & WrittenBit) != 0;

    public bool AnyBroken => (Bits & 0xf0) != 0;

    public bool IsDefined(int lane) => (Bits >> lane & 1) != 0;

    public bool IsBroken(int lane) => (Bits >> (lane + 4) & 1) != 0;
}
