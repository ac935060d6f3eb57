// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// Goes through all first processors of all blocks, depth first: a branch ends where kernels or data of the blocks placed so far have no room, where a layer that passes data
/// on would leave its quadrants, or where the cycles that are certain reach those of the best plan. When it comes to its end, what it has not found does not exist
/// (<c>docs/planner.md</c>).
/// </summary>
internal sealed class ExactChoice
{
    private const int PartialSteps = 400;
    private readonly ImmutableArray<DataBlock> _blocks;
    private readonly PassedQuadrants _quadrants;
    private readonly LayerNeed[][] _readers;
    private readonly long[] _rest;
    private readonly int[] _starts;
    private int _steps;

    /// <param name="arrangement">The blocks and what the layers ask for.</param>
    /// <param name="steps">Most places that are tried.</param>
    public ExactChoice(PlanArrangement arrangement, int steps)
    {
        (ImmutableArray<DataBlock> blocks, ImmutableArray<LayerNeed> needs) = (arrangement.Blocks, arrangement.Needs);
        (_blocks, _steps) = (blocks, steps);
        _quadrants = new(needs);
        _readers = [.. Enumerable.Range(0, blocks.Length).Select(block => needs.Where(need => need.InputBlock == block).ToArray())];
        _starts = new int[blocks.Length];
        Array.Fill(_starts, -1);
        _rest = new long[blocks.Length + 1];
        for (int block = blocks.Length - 1; block >= 0; block--) _rest[block] = _rest[block + 1] + _readers[block].Sum(need => need.LeastCycles(blocks[block]));
    }

    /// <summary>Choices in which kernels and data fit, as far as layers do not share kernels.</summary>
    /// <param name="bound">Cycles that a choice must stay below, asked for again and again.</param>
    public IEnumerable<int[]> All(Func<long> bound) => Next(0, CycleEstimate.Startup, bound);

    private IEnumerable<int[]> Next(int block, long cycles, Func<long> bound)
    {
        if (block == _blocks.Length)
        {
            yield return [.. _starts];
            yield break;
        }

        foreach ((int start, long cost) in Places(block))
        {
            if (cycles + cost + _rest[block + 1] >= bound()) break;
            if (_steps-- <= 0) yield break;
            _starts[block] = start;
            if (!HasRoom(block)) continue;
            foreach (int[] found in Next(block + 1, cycles + cost, bound)) yield return found;
        }

        _starts[block] = -1;
    }

    /// <summary>First processors with the cycles of the layers that read the block, the fewest first.</summary>
    private List<(int Start, long Cycles)> Places(int block)
    {
        List<(int Start, long Cycles)> places = [];
        foreach (int start in _blocks[block].Starts())
        {
            _starts[block] = start;
            if (_quadrants.Hold(_starts, block)) places.Add((start, _readers[block].Sum(need => need.Cycles(_blocks[block].Mask << start, kernelStart: 0))));
        }

        _starts[block] = -1;
        return [.. places.OrderBy(place => place.Cycles)];
    }

    private bool HasRoom(int last)
    {
        var room = new KernelRoom();
        for (int block = 0; block <= last; block++)
        {
            foreach (LayerNeed need in _readers[block])
            {
                if (!room.TryTake(_blocks[block].Mask << _starts[block], need.KernelWords)) return false;
            }
        }

        (int[]? offsets, bool proven) = OffsetSearch.Run(_blocks[..(last + 1)], _starts, PartialSteps);
        return offsets is not null || !proven;
    }
}
