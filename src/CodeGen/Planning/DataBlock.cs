// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// Data that finds its place in data memory as a whole: the output of a layer, or several that one layer joins. Maps and offsets of the members are
/// relative to the block's first processor and first byte.
/// </summary>
internal sealed record DataBlock
{
    /// <summary>The outputs in it; tensor -1 is the network input.</summary>
    public required ImmutableArray<BlockMember> Members { get; init; }

    /// <summary>Bytes from the offset on, in each instance.</summary>
    public required int Bytes { get; init; }

    /// <summary>Bytes in front of the offset that are written too (folded one-dimensional convolutions).</summary>
    public int Before { get; init; }

    /// <summary>Layer that writes first, -1 for the network input.</summary>
    public required int Birth { get; init; }

    /// <summary>Layer that reads last; the number of layers for data that is kept.</summary>
    public required int Death { get; init; }

    /// <summary>Words between the words of one member.</summary>
    public int Gap { get; init; }

    /// <summary>Its first processor is a multiple of this: 4; 16 where its map has the holes of a quadrant; 64 where a FIFO feeds it.</summary>
    public int Step { get; init; } = MemoryMap.ProcessorsPerInstance;

    /// <summary>Order of the bytes.</summary>
    public DataFormat Format { get; init; }

    /// <summary>Whether only a few rows are there at a time, in a ring that a streaming layer reads.</summary>
    public bool IsRing { get; init; }

    /// <summary>All processors, relative.</summary>
    public ulong Mask => Members.Aggregate(0ul, (mask, member) => mask | member.Mask);

    /// <summary>Processors from the first to the last.</summary>
    public int Span => 64 - BitOperations.LeadingZeroCount(Mask);

    /// <summary>First processors that come into question.</summary>
    public IEnumerable<int> Starts()
    {
        for (int start = 0; start + Span <= MemoryMap.Processors; start += Step) yield return start;
    }

    /// <summary>The lowest processors, as a mask.</summary>
    public static ulong Lowest(int count) => count >= MemoryMap.Processors ? ulong.MaxValue : (1ul << count) - 1;

    /// <summary>Instances that it touches when it begins at a processor, as a mask of 16.</summary>
    public uint Instances(int start)
    {
        ulong mask = Mask << start;
        uint instances = 0;
        for (int i = 0; i < MemoryMap.DataInstances; i++) if ((mask >> (i * MemoryMap.ProcessorsPerInstance) & 0xf) != 0) instances |= 1u << i;
        return instances;
    }

    /// <summary>Whether both hold live data at the same time.</summary>
    public bool MeetsInTime(DataBlock other) => Birth <= other.Death && other.Birth <= Death;
}

/// <summary>One output in a block.</summary>
/// <param name="Tensor">Layer that writes it, -1 for the network input.</param>
/// <param name="Mask">Its processors, relative to the block's first.</param>
/// <param name="Offset">Its first byte, relative to the block's.</param>
internal sealed record BlockMember(int Tensor, ulong Mask, int Offset);
