// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// Chooses the first processor of each block. Cycles come first: they depend on the place only where a layer passes data on; then the choice differs by
/// what it spreads, kernels or data, and one choice after another is tried until all of the data finds room.
/// </summary>
internal sealed class ProcessorChoice
{
    private const int Random = 24;
    private readonly ImmutableArray<DataBlock> _blocks;
    private readonly ImmutableArray<LayerNeed> _needs;
    private readonly PassedQuadrants _quadrants;

    // Blocks that begin at the same processor have the same leader: with those that a layer only passes data between, or without.
    private readonly int[] _tied;
    private readonly int[] _loose;

    /// <param name="arrangement">The blocks and what the layers ask for.</param>
    public ProcessorChoice(PlanArrangement arrangement)
    {
        (ImmutableArray<DataBlock> blocks, ImmutableArray<LayerNeed> needs) = (arrangement.Blocks, arrangement.Needs);
        _blocks = blocks;
        _needs = needs;
        _quadrants = new(needs);
        _tied = [.. Enumerable.Range(0, blocks.Length)];
        _loose = [.. Enumerable.Range(0, blocks.Length)];
        foreach (LayerNeed need in needs.Where(need => need.PassesOn))
        {
            bool holes = blocks[need.OutputBlock].Step > MemoryMap.ProcessorsPerInstance;
            if (holes || blocks[need.InputBlock].Mask == blocks[need.OutputBlock].Mask) Tie(_tied, need.InputBlock, need.OutputBlock);
            if (holes) Tie(_loose, need.InputBlock, need.OutputBlock);
        }
    }

    /// <summary>Choices, the most promising first. Kernels fit in each of them, as far as layers do not share any.</summary>
    public IEnumerable<int[]> All(PlanObjective objective)
    {
        Spread[] first = objective switch
        {
            PlanObjective.Energy => [Spread.Nothing, Spread.Kernels, Spread.Data],
            PlanObjective.Memory => [Spread.Data, Spread.Kernels, Spread.Nothing],
            _ => [Spread.Kernels, Spread.Data, Spread.Nothing],
        };
        foreach (int[] leaders in _tied.SequenceEqual(_loose) ? [_tied] : new[] { _tied, _loose })
        {
            foreach (Spread spread in first)
            {
                if (Choose(leaders, spread, largestFirst: false, seed: 0) is int[] inOrder) yield return inOrder;
                if (Choose(leaders, spread, largestFirst: true, seed: 0) is int[] bySize) yield return bySize;
            }
        }

        for (int seed = 1; seed <= Random; seed++) if (Choose(seed % 3 == 0 ? _loose : _tied, Spread.Kernels, largestFirst: seed % 2 == 0, seed) is int[] other) yield return other;
    }

    private static void Tie(int[] leaders, int a, int b)
    {
        int from = leaders[b], to = leaders[a];
        for (int i = 0; i < leaders.Length; i++) if (leaders[i] == from) leaders[i] = to;
    }

    private int[]? Choose(int[] leaders, Spread spread, bool largestFirst, int seed)
    {
        var starts = new int[_blocks.Length];
        Array.Fill(starts, -1);
        var room = new KernelRoom();
        var random = seed > 0 ? new Mixer((uint)seed) : null;
        foreach (int leader in Order(leaders, largestFirst))
        {
            int[] group = [.. Enumerable.Range(0, _blocks.Length).Where(block => leaders[block] == leader)];
            LayerNeed[] readers = [.. _needs.Where(need => group.Contains(need.InputBlock))];
            if (Cheapest(group, readers, starts, room, spread, random) is not int best) return null;
            foreach (int block in group) starts[block] = best;
            if (!readers.OrderByDescending(reader => reader.KernelWords).All(reader => room.TryTake(Map(reader, best), reader.KernelWords))) return null;
        }

        return starts;
    }

    /// <summary>The first processor of a group with the fewest cycles, then the most room by what is spread; null where none has room for the kernels.</summary>
    private int? Cheapest(int[] group, LayerNeed[] readers, int[] starts, KernelRoom room, Spread spread, Mixer? random)
    {
        int? best = null;
        (long, long, long, int) least = (long.MaxValue, 0, 0, 0);
        foreach (int start in group.Select(block => _blocks[block].Starts()).Aggregate((all, places) => all.Intersect(places)))
        {
            if (!PassesOnWithin(group, starts, start)) continue;
            int[] words = [.. readers.Select(reader => room.Find(Map(reader, start), reader.KernelWords))];
            if (words.Contains(-1)) continue;
            long cycles = readers.Zip(words, (reader, word) => reader.Cycles(Map(reader, start), word)).Sum();
            long kernels = random is null ? room.Fullest(group.Aggregate(0ul, (mask, block) => mask | _blocks[block].Mask << start)) : random.Next(), crowd = Crowd(group, starts, start);
            (long, long, long, int) cost = spread switch
            {
                Spread.Kernels => (cycles, kernels, crowd, start),
                Spread.Data => (cycles, crowd, kernels, start),
                _ => (cycles, start, 0, 0),
            };
            if (cost.CompareTo(least) < 0) (best, least) = (start, cost);
        }

        return best;
    }

    private ulong Map(LayerNeed reader, int start) => _blocks[reader.InputBlock].Mask << start;

    private bool PassesOnWithin(int[] group, int[] starts, int start)
    {
        int[] tried = [.. starts];
        foreach (int block in group) tried[block] = start;
        return Array.TrueForAll(group, block => _quadrants.Hold(tried, block));
    }

    // Blocks on all processors first, as their kernels are placed first.
    private IEnumerable<int> Order(int[] leaders, bool largestFirst)
    {
        IEnumerable<int> groups = leaders.Distinct();
        return largestFirst
            ? groups.OrderByDescending(leader => _needs.Where(need => leaders[need.InputBlock] == leader).Sum(need => need.KernelWords)).ThenBy(leader => leader)
            : groups.OrderBy(leader => _blocks[leader].Span == MemoryMap.Processors ? 0 : 1).ThenBy(leader => leader);
    }

    /// <summary>Bytes of other live data in the instances that a group would touch, the fullest one counted.</summary>
    private long Crowd(int[] group, int[] starts, int start)
    {
        long most = 0;
        foreach (int block in group)
        {
            uint touched = _blocks[block].Instances(start);
            for (int instance = 0; instance < MemoryMap.DataInstances; instance++)
            {
                if ((touched >> instance & 1) == 0) continue;
                long bytes = _blocks[block].Bytes;
                for (int other = 0; other < _blocks.Length; other++)
                {
                    if (starts[other] >= 0 && _blocks[other].MeetsInTime(_blocks[block]) && (_blocks[other].Instances(starts[other]) >> instance & 1) != 0) bytes += _blocks[other].Bytes;
                }

                most = Math.Max(most, bytes);
            }
        }

        return most;
    }

    private enum Spread
    {
        Kernels,
        Data,
        Nothing,
    }

    /// <summary>A small generator of numbers, so that a plan is the same in every run.</summary>
    private sealed class Mixer(uint seed)
    {
        private uint _state = seed * 0x9e3779b9 + 1;

        public uint Next()
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return BitOperations.RotateLeft(_state, 7) >> 8;
        }
    }
}
