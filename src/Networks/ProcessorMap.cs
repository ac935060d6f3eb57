// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Numerics;

namespace Ai8x.Networks;

/// <summary>A set of the 64 processors; bit <c>p</c> stands for processor <c>p</c>, <c>p / 16</c> is its quadrant (network-yaml.md section 1.2).</summary>
/// <param name="Bits">The set as a bit mask.</param>
public readonly record struct ProcessorMap(ulong Bits)
{
    /// <summary>Number of processors in the set.</summary>
    public int Count => BitOperations.PopCount(Bits);

    /// <summary>Lowest processor; 64 for the empty set.</summary>
    public int First => BitOperations.TrailingZeroCount(Bits);

    /// <summary>Highest processor; -1 for the empty set.</summary>
    public int Last => 63 - BitOperations.LeadingZeroCount(Bits);

    /// <summary>Whether a processor belongs to the set.</summary>
    /// <param name="processor">Processor, 0..63.</param>
    /// <returns>True if it does.</returns>
    public bool Contains(int processor) => (Bits >> processor & 1) != 0;

    /// <summary>The 16 bits of one quadrant.</summary>
    /// <param name="quadrant">Quadrant, 0..3.</param>
    /// <returns>Bit <c>j</c> stands for processor <c>16 * quadrant + j</c>.</returns>
    public uint Quadrant(int quadrant) => (uint)(Bits >> (16 * quadrant)) & 0xffff;

    /// <summary>The processors in ascending order.</summary>
    /// <returns>Numbers 0..63.</returns>
    public IEnumerable<int> Processors()
    {
        for (ulong rest = Bits; rest != 0; rest &= rest - 1) yield return BitOperations.TrailingZeroCount(rest);
    }

    /// <inheritdoc/>
    public override string ToString() => "0x" + Bits.ToString("x16", CultureInfo.InvariantCulture);
}
