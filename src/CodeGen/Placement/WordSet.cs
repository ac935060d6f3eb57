// SPDX-License-Identifier: MIT
using System.Numerics;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Placement;

/// <summary>A set of words of the data memory, numbered through all instances.</summary>
internal sealed class WordSet
{
    private const int Words = MemoryMap.DataInstances * MemoryMap.InstanceWords;
    private readonly ulong[] _bits = new ulong[Words / 64];

    /// <summary>Number of words in the set.</summary>
    public int Count => _bits.Sum(BitOperations.PopCount);

    /// <summary>Lowest word of a set that is not empty.</summary>
    public int First
    {
        get
        {
            int at = Array.FindIndex(_bits, bits => bits != 0);
            return 64 * at + BitOperations.TrailingZeroCount(_bits[at]);
        }
    }

    /// <summary>Adds words that follow each other; what lies outside the data memory is left out.</summary>
    public void Add(int first, int count)
    {
        for (int word = Math.Max(0, first); word < Math.Min(first + count, Words); word++) _bits[word / 64] |= 1ul << (word % 64);
    }

    /// <summary>The words of both sets.</summary>
    public WordSet Intersect(WordSet other)
    {
        WordSet both = new();
        for (int i = 0; i < _bits.Length; i++) both._bits[i] = _bits[i] & other._bits[i];
        return both;
    }
}
