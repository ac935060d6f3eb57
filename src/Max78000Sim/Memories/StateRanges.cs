// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Ai8x.Max78000Sim.Memories;

/// <summary>States of many words as runs of neighbours, so that they are compared and set as blocks.</summary>
internal sealed class StateRanges
{
    private readonly (int First, WordState[] States)[] _ranges;

    /// <summary>Collects the words whose flag is set.</summary>
    /// <param name="chosen">One flag for each word.</param>
    /// <param name="states">One state for each word.</param>
    public StateRanges(ReadOnlySpan<bool> chosen, ReadOnlySpan<WordState> states)
    {
        var ranges = new List<(int, WordState[])>();
        int first = 0;
        while (first < chosen.Length)
        {
            int start = chosen[first..].IndexOf(true);
            if (start < 0)
                break;
            first += start;
            int length = chosen[first..].IndexOf(false);
            if (length < 0)
                length = chosen.Length - first;
            ranges.Add((first, states.Slice(first, length).ToArray()));
            first += length;
        }

        _ranges = [.. ranges];
    }

    /// <summary>True if all words are in these states.</summary>
    public bool Match(ReadOnlySpan<WordState> states)
    {
        foreach ((int first, WordState[] expected) in _ranges)
        {
            if (!MemoryMarshal.Cast<WordState, ushort>(states.Slice(first, expected.Length)).SequenceEqual(MemoryMarshal.Cast<WordState, ushort>(expected)))
                return false;
        }

        return true;
    }

    /// <summary>Puts all words into these states.</summary>
    public void Apply(Span<WordState> states)
    {
        foreach ((int first, WordState[] values) in _ranges)
            values.CopyTo(states[first..]);
    }
}
