// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>The order in which an epoch reads its samples.</summary>
public static class EpochOrder
{
    /// <summary>
    /// A random order by the method of Fisher and Yates, from the end: position <c>i</c> is exchanged with position
    /// <c>floor(r * (i + 1) / 2^64)</c>, where the upper and lower word of <c>r</c> are the random bits of elements <c>2i</c> and <c>2i + 1</c> of
    /// the purpose <see cref="RandomPurpose.Shuffle"/> with the epoch as step.
    /// </summary>
    /// <param name="count">Number of samples, 0 .. 2^30.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <returns>Each of 0 .. <paramref name="count"/> - 1 once.</returns>
    public static int[] Shuffled(int count, ulong seed, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1 << 30);
        int[] order = new int[count];
        Shuffle(order, seed, epoch);
        return order;
    }

    /// <summary>Fills memory with the order of <see cref="Shuffled"/>.</summary>
    /// <param name="order">Receives each of 0 .. length - 1 once; at most 2^30 long.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Epoch, from 0.</param>
    internal static void Shuffle(Span<int> order, ulong seed, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order.Length, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        FillInOrder(order);
        var random = new CounterRandom(seed, RandomPurpose.Shuffle);
        for (int i = order.Length - 1; i > 0; i--)
        {
            ulong bits = (ulong)random.Bits(0, epoch, 0, 2 * i) << 32 | random.Bits(0, epoch, 0, 2 * i + 1);
            int other = (int)Math.BigMul(bits, (ulong)(i + 1), out _);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }

    /// <summary>The samples in their own order.</summary>
    /// <param name="count">Number of samples.</param>
    /// <returns>0 .. <paramref name="count"/> - 1.</returns>
    public static int[] InOrder(int count)
    {
        int[] order = new int[count];
        FillInOrder(order);
        return order;
    }

    private static void FillInOrder(Span<int> order)
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
    }
}
