// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Memories;

/// <summary>
/// What is known about a data word: never written, or which byte lanes hold a meaningful value. A lane is <em>broken</em> when its value depends on
/// something that was never loaded or written, and merely undefined when it belongs to no channel at all. A lane that belongs to none because its kernels lie behind the
/// loaded ones is <em>empty</em>: an unload function may fetch it along with its neighbours, a known answer may not ask for it.
/// </summary>
/// <param name="Bits">Bits 3:0 defined lanes, bits 7:4 broken lanes, bit 8 written, bits 12:9 empty lanes.</param>
internal readonly record struct WordState(ushort Bits)
{
    private const int WrittenBit = 0x100;

    /// <summary>Written by the bus: all four lanes count.</summary>
    public static WordState FromBus => new(WrittenBit | 0xf);

    public static WordState FromLayer(int definedLanes, int brokenLanes, int emptyLanes) =>
        new((ushort)(definedLanes | (brokenLanes << 4) | WrittenBit | (emptyLanes << 9)));

    public bool Written => (Bits & WrittenBit) != 0;

    public bool AnyBrokenOrEmpty => (Bits & 0x1ef0) != 0;

    public bool IsDefined(int lane) => (Bits >> lane & 1) != 0;

    /// <summary>True if all lanes of a mask hold something meaningful.</summary>
    public bool AreDefined(int lanes) => (Bits & lanes) == lanes;

    public bool IsBroken(int lane) => (Bits >> (lane + 4) & 1) != 0;

    public bool IsEmpty(int lane) => (Bits >> (lane + 9) & 1) != 0;
}
