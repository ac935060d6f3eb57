// SPDX-License-Identifier: MIT
using System.Numerics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Sum of the blocks' gradients by a fixed pairwise tree: block <c>2j</c> with block <c>2j + 1</c>, repeatedly; an odd last one is passed up unchanged.
/// Whoever ends the second of a pair adds the two at once, while they are in its cache, with all other sums that this makes complete, and takes the memory that this frees for its next block. The last pair is
/// left to <see cref="Sum"/>, so that all workers can share it.
/// </summary>
internal sealed class BlockTree
{
    // Floats that are added at a time, half a first-level cache of the sum and as much of one addend.
    private const int Piece = 1 << 12;

    private readonly Lock _gate = new();

    // As many as there are blocks, so that nobody waits for memory. The system gives pages only to the first ones, which were needed at the same time.
    private readonly LaneMemory[] _all;

    // A worker takes what it freed last.
    private readonly Stack<LaneMemory>[] _free;
    private int _used;

    // A sum that waits for its partner, at the first block that is in it.
    private readonly (LaneMemory? Sum, int Level)[] _waiting;
    private readonly LaneMemory?[] _last = new LaneMemory?[2];

    // What a worker adds up, one for each level at most.
    private readonly LaneMemory[][] _partners;
    private int _blocks;

    /// <summary>Reserves memory.</summary>
    /// <param name="floats">Length of a block's gradient.</param>
    /// <param name="blocks">Most blocks in a sum.</param>
    /// <param name="workers">Number of workers.</param>
    public BlockTree(int floats, int blocks, int workers)
    {
        _all = new LaneMemory[blocks];
        for (int i = 0; i < blocks; i++) _all[i] = new LaneMemory(floats);
        _free = new Stack<LaneMemory>[workers];
        for (int i = 0; i < workers; i++) _free[i] = new Stack<LaneMemory>(blocks);
        _waiting = new (LaneMemory?, int)[blocks];
        _partners = new LaneMemory[workers][];
        for (int i = 0; i < workers; i++) _partners[i] = new LaneMemory[BitOperations.Log2((uint)blocks) + 1];
    }

    /// <summary>Begins a sum; that of the batch before is gone.</summary>
    /// <param name="blocks">Number of blocks, at least 1.</param>
    public void Begin(int blocks)
    {
        _blocks = blocks;
        for (int i = 0; i < _last.Length; i++)
        {
            if (_last[i] is { } memory) _free[i % _free.Length].Push(memory);
            _last[i] = null;
        }

        int free = 0;
        foreach (Stack<LaneMemory> stack in _free) free += stack.Count;
        // Less where a batch ended in an error.
        if (free != _used) Collect();
    }

    /// <summary>Memory for the gradient of a block. What it holds is of earlier blocks.</summary>
    public LaneMemory Take(int worker)
    {
        lock (_gate)
        {
            for (int i = 0; i < _free.Length; i++)
                if (_free[(worker + i) % _free.Length].TryPop(out LaneMemory? memory)) return memory;
            return _all[_used++];
        }
    }

    /// <summary>Adds up what the end of a block makes complete.</summary>
    /// <param name="block">The block.</param>
    /// <param name="sum">Its gradient, which belongs to the tree from now on.</param>
    /// <param name="worker">Who ends it.</param>
    public void End(int block, LaneMemory sum, int worker)
    {
        LaneMemory[] partners = _partners[worker];
        int level = 0, index = block, count = _blocks;
        while (true)
        {
            int found = 0;
            for (; count > _last.Length; count = (count + 1) / 2, index /= 2, level++)
            {
                int partner = index ^ 1;
                if (partner == count) continue;
                if (TakePartner(partner << level, level) is not { } other) break;
                partners[found++] = other;
            }

            Add(partners.AsSpan(0, found), sum, worker);
            if (count <= _last.Length) break;
            if (TakePartner((index ^ 1) << level, level, index << level, sum) is not { } late) return;
            partners[0] = late;
            Add(partners.AsSpan(0, 1), sum, worker);
            (count, index, level) = ((count + 1) / 2, index / 2, level + 1);
        }

        _last[index] = sum;
    }

    /// <summary>A range of the sum of all blocks, each of which has ended.</summary>
    /// <param name="start">First float of the range.</param>
    /// <param name="sum">Receives it.</param>
    public void Sum(int start, Span<float> sum)
    {
        ReadOnlySpan<float> left = _last[0]!.Region(start, sum.Length);
        if (_last[1] is { } right) ElementwiseKernel.Add(left, right.Region(start, sum.Length), sum);
        else left.CopyTo(sum);
    }

    /// <summary>Adds sums one after the other, a piece of all of them at a time: the sum so far stays in the first-level cache, and each of the others is read once. Their memory is free then.</summary>
    private void Add(ReadOnlySpan<LaneMemory> addends, LaneMemory sum, int worker)
    {
        if (addends.IsEmpty) return;
        for (int start = 0; start < sum.Count; start += Piece)
        {
            int length = Math.Min(Piece, sum.Count - start);
            foreach (LaneMemory addend in addends) ElementwiseKernel.AddTo(addend.Region(start, length), sum.Region(start, length));
        }

        lock (_gate)
        {
            foreach (LaneMemory addend in addends) _free[worker].Push(addend);
        }
    }

    /// <summary>The partner's sum where it is complete.</summary>
    private LaneMemory? TakePartner(int partner, int level)
    {
        lock (_gate)
        {
            (LaneMemory? other, int otherLevel) = _waiting[partner];
            if (other is null || otherLevel != level) return null;
            _waiting[partner] = default;
            return other;
        }
    }

    /// <summary>The partner's sum where it is complete; else leaves the own sum for the partner.</summary>
    private LaneMemory? TakePartner(int partner, int level, int own, LaneMemory sum)
    {
        lock (_gate)
        {
            if (TakePartner(partner, level) is { } other) return other;
            _waiting[own] = (sum, level);
            return null;
        }
    }

    private void Collect()
    {
        foreach (Stack<LaneMemory> stack in _free) stack.Clear();
        Array.Clear(_waiting);
        for (int i = 0; i < _used; i++) _free[i % _free.Length].Push(_all[i]);
    }
}
