// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>The trees of sixteen chains at once: those of one chain after the other.</summary>
public sealed unsafe class LaneTree512Tests
{
    private const int Lanes = LaneBlocks.Lanes;

    [Fact]
    public void SumsAddedToMemory_AnyNumberOfChains_AreTheTreesAndNothingElseChanges()
    {
        Assert.SkipUnless(LaneTree512.Takes<Vector512<float>>(), "this processor has no AVX-512");
        var random = new Random(3);
        for (int count = 1; count <= Lanes; count++)
        {
            float[] chains = Chains(random, count), before = LaneBlocks.Values(random, count + 1), after = [.. before];
            Array.Resize(ref chains, Lanes * Lanes);
            fixed (float* to = after) LaneTree512.AddTo(Sums(chains), count, to);
            for (int i = 0; i < count; i++) Assert.Equal(Bits(before[i] + Tree(chains, i)), Bits(after[i]));
            Assert.Equal(Bits(before[count]), Bits(after[count]));
        }
    }

    [Fact]
    public void SumsOfNines_OneToThreeKernels_AreTheTreesAndNothingElseChanges()
    {
        Assert.SkipUnless(LaneTree512.Takes<Vector512<float>>(), "this processor has no AVX-512");
        const int Stride = 14;
        var random = new Random(4);
        for (int kernels = 1; kernels <= 3; kernels++)
        {
            float[] chains = Chains(random, 27), sums = new float[3 * Stride];
            Array.Fill(sums, 7);
            fixed (float* from = chains, to = sums) LaneTree512.SumNines(from, kernels, to, Stride);
            for (int i = 0; i < sums.Length; i++)
            {
                bool written = i / Stride < kernels && i % Stride < 9;
                Assert.Equal(Bits(written ? Tree(chains, i / Stride * 9 + i % Stride) : 7), Bits(sums[i]));
            }
        }
    }

    [Fact]
    public void RowsOfSums_AnyRowsAndColumns_AreStoredAndNothingElseChanges()
    {
        Assert.SkipUnless(LaneTree512.Takes<Vector512<float>>(), "this processor has no AVX-512");
        const int Stride = 9;
        float[] sums = LaneBlocks.Values(new Random(5), Lanes);
        for (int rows = 1; rows <= 4; rows++)
            for (int columns = 1; columns <= 4; columns++)
            {
                var stored = new float[4 * Stride];
                Array.Fill(stored, 7);
                fixed (float* to = stored) LaneTree512.Store(Vector512.Create(sums), rows, columns, to, Stride);
                for (int i = 0; i < stored.Length; i++) Assert.Equal(Bits(i / Stride < rows && i % Stride < columns ? sums[i / Stride * 4 + i % Stride] : 7), Bits(stored[i]));
            }
    }

    private static Vector512<float> Sums(float[] c) => LaneTree512.Sums(
        Of(c, 0), Of(c, 1), Of(c, 2), Of(c, 3), Of(c, 4), Of(c, 5), Of(c, 6), Of(c, 7), Of(c, 8), Of(c, 9), Of(c, 10), Of(c, 11), Of(c, 12), Of(c, 13), Of(c, 14), Of(c, 15));

    private static Vector512<float> Of(float[] chains, int index) => Vector512.Create(chains, index * Lanes);

    /// <summary>Chains of which some are of zeros of either sign, whose sum is +0.</summary>
    private static float[] Chains(Random random, int count)
    {
        float[] chains = LaneBlocks.Values(random, count * Lanes);
        for (int i = 0; i < chains.Length; i++)
            if (i / Lanes % 5 == 4) chains[i] = i / Lanes % 10 == 4 ? -0f : 0f;
        return chains;
    }

    /// <summary>The tree as the contract says: lanes i and i + 8, then i + 4, i + 2, i + 1.</summary>
    private static float Tree(float[] chains, int index)
    {
        float[] lanes = chains[(index * Lanes)..((index + 1) * Lanes)];
        for (int half = Lanes / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0] + 0f;
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
}
