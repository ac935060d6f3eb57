// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;
using CsCheck;

namespace Ai8x.Tensors.Tests;

/// <summary>The order in which blocks end is left to chance; which sums are added is not.</summary>
public sealed class BlockTreeTests
{
    // More than is added at a time, and a rest.
    private const int Floats = 2 * 4096 + 24;

    /// <summary>A batch: the number of blocks and of workers, and the seed of the order in which they begin and end.</summary>
    private static readonly Gen<(int Blocks, int Workers, int Seed)> Batches = Gen.Select(Gen.Int[1, 40], Gen.Int[1, 6], Gen.Int[0, 1 << 20]);

    [Fact]
    public void Sum_AnyOrderOfBlocks_AddsPairwise() => Batches.Sample(
        batch =>
        {
            var tree = new BlockTree(Floats, batch.Blocks, batch.Workers);
            var random = new Random(batch.Seed);
            // The second batch is shorter, and meets what the first left in memory.
            Assert.Equal(Run(tree, batch.Blocks, batch.Workers, random, out float[] first), first);
            int rest = random.Next(1, batch.Blocks + 1);
            Assert.Equal(Run(tree, rest, batch.Workers, random, out float[] second), second);
        },
        iter: 200);

    /// <summary>Workers that end blocks at the same moment, each now and then while another one looks for its sum.</summary>
    [Fact]
    public void Sum_BlocksThatEndAtTheSameTime_AddsPairwise()
    {
        const int Workers = 4, Blocks = 37;
        var tree = new BlockTree(Floats, Blocks, Workers);
        using var context = new ComputeContext(Workers);
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            float[] values = [.. Enumerable.Range(0, Blocks).Select(_ => random.NextSingle())];
            tree.Begin(Blocks);
            context.For(Blocks, (block, worker) =>
            {
                LaneMemory memory = tree.Take(worker);
                memory.All.Fill(values[block]);
                tree.End(block, memory, worker);
            });
            float[] sum = new float[Floats];
            tree.Sum(0, sum);
            Assert.Equal(Pairwise(values), sum);
        }
    }

    [Fact]
    public void Sum_RangeOfTheGradient_StartsWhereItWasAsked()
    {
        var tree = new BlockTree(Floats, 2, 1);
        tree.Begin(2);
        for (int block = 0; block < 2; block++)
        {
            LaneMemory memory = tree.Take(0);
            for (int i = 0; i < Floats; i++) memory.All[i] = i;
            tree.End(block, memory, 0);
        }

        float[] sum = new float[3];
        tree.Sum(7, sum);
        Assert.Equal([14f, 16f, 18f], sum);
    }

    [Fact]
    public void Take_WorkerThatEndedAPair_GetsTheMemoryItFreed()
    {
        var tree = new BlockTree(Floats, 16, 2);
        tree.Begin(16);
        LaneMemory[] memory = [tree.Take(1), tree.Take(1)];
        tree.End(15, memory[0], 1);
        tree.End(14, memory[1], 1);
        Assert.Same(memory[0], tree.Take(1));
    }

    /// <summary>Two workers take blocks from both ends, one of them now and then a block more than half.</summary>
    [Fact]
    public void Take_ManyBatches_UsesNoMoreMemoryThanWasNeededAtOnce()
    {
        var tree = new BlockTree(Floats, 16, 2);
        var random = new Random(3);
        var seen = new HashSet<LaneMemory>();
        for (int batch = 0; batch < 100; batch++)
        {
            tree.Begin(16);
            int first = 0, last = 15;
            while (first <= last)
            {
                bool front = random.Next(2) == 0;
                int other = front ? last : first;
                (int Block, int Worker) one = front ? (first++, 0) : (last--, 1);
                LaneMemory memory = tree.Take(one.Worker);
                seen.Add(memory);
                // The other worker has a block at the same time, if one is left.
                LaneMemory? beside = first <= last ? tree.Take(1 - one.Worker) : null;
                if (beside is not null)
                {
                    seen.Add(beside);
                    if (front) last--;
                    else first++;
                    tree.End(other, beside, 1 - one.Worker);
                }

                tree.End(one.Block, memory, one.Worker);
            }
        }

        Assert.InRange(seen.Count, 2, 8);
    }

    [Fact]
    public void Begin_BatchThatEndedInAnError_LeavesNothingBehind()
    {
        var tree = new BlockTree(Floats, 5, 2);
        for (int failed = 0; failed < 5; failed++)
        {
            tree.Begin(5);
            for (int block = 0; block <= failed; block++)
            {
                LaneMemory memory = tree.Take(block & 1);
                memory.All.Fill(float.NaN);
                // The last one taken does not end.
                if (block < failed) tree.End(block, memory, block & 1);
            }
        }

        Assert.Equal(Run(tree, 5, 2, new Random(1), out float[] sum), sum);
    }

    /// <summary>Lets blocks begin and end in any order, not more at the same time than there are workers; gives the sum of a plain tree.</summary>
    private static float[] Run(BlockTree tree, int blocks, int workers, Random random, out float[] sum)
    {
        tree.Begin(blocks);
        float[] values = [.. Enumerable.Range(0, blocks).Select(_ => random.NextSingle())];
        int[] order = [.. Enumerable.Range(0, blocks)];
        random.Shuffle(order);
        var running = new (int Block, LaneMemory Memory)?[workers];
        int next = 0, ended = 0;
        while (ended < blocks)
        {
            int worker = random.Next(workers);
            if (running[worker] is var (block, memory))
            {
                tree.End(block, memory, worker);
                running[worker] = null;
                ended++;
            }
            else if (next < blocks)
            {
                running[worker] = (order[next], tree.Take(worker));
                running[worker]!.Value.Memory.All.Fill(values[order[next++]]);
            }
        }

        sum = new float[Floats];
        tree.Sum(0, sum);
        return Pairwise(values);
    }

    private static float[] Pairwise(float[] values)
    {
        while (values.Length > 1) values = [.. values.Chunk(2).Select(pair => pair.Length == 2 ? pair[0] + pair[1] : pair[0])];
        return [.. Enumerable.Repeat(values[0], Floats)];
    }
}
