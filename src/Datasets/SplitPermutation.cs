// SPDX-License-Identifier: MIT
using System.Numerics;

namespace Ai8x.Datasets;

/// <summary>The permutation that cuts the official training part in two (training-flow.md section 4.1).</summary>
public static class SplitPermutation
{
    /// <summary>Seed of the published split.</summary>
    public const uint SplitSeed = 42;

    /// <summary>Shuffles 0 .. <paramref name="count"/> - 1 with the Mersenne Twister, from the last place down.</summary>
    /// <param name="count">Number of samples, 0 or more.</param>
    /// <param name="seed">Seed of the generator, which is used for this permutation alone.</param>
    /// <returns>The samples in their new order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static int[] Make(int count, uint seed = SplitSeed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;

        var generator = new Mt19937(seed);
        for (int i = count - 1; i >= 1; i--)
        {
            uint mask = uint.MaxValue >> BitOperations.LeadingZeroCount((uint)i);
            uint place;
            do
            {
                place = generator.Next() & mask;
            }
            while (place > (uint)i);

            (order[i], order[place]) = (order[place], order[i]);
        }

        return order;
    }

    /// <summary>How many of the first samples of the permutation are held out: a tenth, rounded up.</summary>
    /// <param name="count">Number of samples, 0 or more.</param>
    /// <returns>Size of the hold-out part.</returns>
    public static int HoldOut(int count) => (count / 10) + (count % 10 == 0 ? 0 : 1);
}
