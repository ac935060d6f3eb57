// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// Finds offsets for blocks whose processors are chosen, so that no two that are live at the same time share a byte of an instance. If there are such offsets at all, there
/// are some with every block pushed down onto zero or onto the end of a lower block that it meets: the search places blocks in the order of their first bytes at exactly
/// these offsets, so it proves that there are none when it comes to its end (<c>docs/planner.md</c>).
/// </summary>
internal sealed class OffsetSearch
{
    private readonly ImmutableArray<DataBlock> _blocks;
    private readonly bool[,] _meets;
    private readonly int[] _offsets;
    private readonly int _end;
    private int _steps;

    private OffsetSearch(ImmutableArray<DataBlock> blocks, int[] starts, int steps, int end)
    {
        _blocks = blocks;
        _end = end;
        _steps = steps;
        _offsets = new int[blocks.Length];
        Array.Fill(_offsets, -1);
        _meets = new bool[blocks.Length, blocks.Length];
        for (int a = 0; a < blocks.Length; a++)
            for (int b = 0; b < blocks.Length; b++)
                _meets[a, b] = a != b && blocks[a].MeetsInTime(blocks[b]) && (blocks[a].Instances(starts[a]) & blocks[b].Instances(starts[b])) != 0;
    }

    /// <summary>Searches.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="starts">First processor of each.</param>
    /// <param name="steps">Most placements to try.</param>
    /// <param name="end">Bytes of an instance that may be used.</param>
    /// <returns>Offset of each block, or null; and whether null is a proof that there is none.</returns>
    public static (int[]? Offsets, bool Proven) Run(ImmutableArray<DataBlock> blocks, int[] starts, int steps, int end = DeviceLimits.DataInstanceBytes)
    {
        // In the order of time it mostly works at once.
        foreach (int[] order in new[] { Enumerable.Range(0, blocks.Length).ToArray(), [.. Enumerable.Range(0, blocks.Length).OrderByDescending(block => blocks[block].Bytes).ThenBy(block => block)] })
        {
            var simple = new OffsetSearch(blocks, starts, steps, end);
            if (Array.TrueForAll(order, simple.PlaceLowest)) return (simple._offsets, false);
        }

        var search = new OffsetSearch(blocks, starts, steps, end);
        return search.Next(0, 0) ? (search._offsets, false) : (null, search._steps > 0);
    }

    /// <summary>Moves the highest byte down, as far as a few more searches find.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="starts">First processor of each.</param>
    /// <param name="offsets">Offsets that were found.</param>
    /// <param name="steps">Most placements to try in each search.</param>
    public static int[] Lower(ImmutableArray<DataBlock> blocks, int[] starts, int[] offsets, int steps)
    {
        while (Run(blocks, starts, steps, Peak(blocks, offsets) - 4).Offsets is int[] lower) offsets = lower;
        return offsets;
    }

    /// <summary>Bytes up to the highest that is used.</summary>
    public static int Peak(ImmutableArray<DataBlock> blocks, int[] offsets) => Enumerable.Range(0, blocks.Length).Max(block => offsets[block] + blocks[block].Bytes);

    private bool PlaceLowest(int block)
    {
        _offsets[block] = Lowest(block);
        return _offsets[block] + _blocks[block].Bytes <= _end;
    }

    private bool Next(int placed, int last)
    {
        if (placed == _blocks.Length) return true;
        for (int block = 0; block < _blocks.Length && _steps > 0; block++)
        {
            if (_offsets[block] >= 0) continue;
            foreach (int offset in Candidates(block, last))
            {
                if (_steps-- <= 0) return false;
                _offsets[block] = offset;
                if (Next(placed + 1, offset - _blocks[block].Before)) return true;
                _offsets[block] = -1;
            }
        }

        return false;
    }

    /// <summary>Zero and the ends of placed blocks that it meets, where it fits; no lower than the block placed last.</summary>
    private int[] Candidates(int block, int last)
    {
        int before = _blocks[block].Before;
        IEnumerable<int> ends = Enumerable.Range(0, _blocks.Length).Where(other => _offsets[other] >= 0 && _meets[block, other]).Select(other => _offsets[other] + _blocks[other].Bytes + before);
        return [.. ends.Append(before).Where(offset => offset - before >= last && offset + _blocks[block].Bytes <= _end && IsFree(block, offset)).Distinct().Order()];
    }

    private bool IsFree(int block, int offset)
    {
        for (int other = 0; other < _blocks.Length; other++)
        {
            if (_offsets[other] < 0 || !_meets[block, other]) continue;
            if (offset - _blocks[block].Before < _offsets[other] + _blocks[other].Bytes && _offsets[other] - _blocks[other].Before < offset + _blocks[block].Bytes) return false;
        }

        return true;
    }

    /// <summary>The lowest offset over all placed blocks that it meets.</summary>
    private int Lowest(int block)
    {
        int offset = _blocks[block].Before;
        bool moved = true;
        while (moved)
        {
            moved = false;
            for (int other = 0; other < _blocks.Length; other++)
            {
                if (_offsets[other] < 0 || !_meets[block, other]) continue;
                int from = _offsets[other] - _blocks[other].Before, to = _offsets[other] + _blocks[other].Bytes;
                if (offset - _blocks[block].Before >= to || offset + _blocks[block].Bytes <= from) continue;
                offset = to + _blocks[block].Before;
                moved = true;
            }
        }

        return offset;
    }
}
