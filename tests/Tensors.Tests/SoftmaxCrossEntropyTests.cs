// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class SoftmaxCrossEntropyTests
{
    /// <summary>Larger logits stand before the label, and of equal ones the lower classes.</summary>
    [Fact]
    public void Rank_OfEqualLogits_FollowsTheClasses()
    {
        float[] logits = [3, 5, 3, 3, 1, 5];
        int[] expected = [2, 0, 3, 4, 5, 1];
        for (int lane = 0; lane < LaneBlocks.Lanes; lane += 7)
        {
            float[] block = LaneBlocks.Filled(logits.Length * LaneBlocks.Lanes);
            for (int c = 0; c < logits.Length; c++) block[c * LaneBlocks.Lanes + lane] = logits[c];
            for (int label = 0; label < logits.Length; label++) Assert.Equal(expected[label], SoftmaxCrossEntropy.Forward(block, logits.Length, lane, label).Rank);
        }
    }

    [Fact]
    public void Loss_OfLargeLogits_NeitherOverflowsNorLosesTheLabel()
    {
        float[] block = LaneBlocks.Filled(3 * LaneBlocks.Lanes);
        (block[0], block[LaneBlocks.Lanes], block[2 * LaneBlocks.Lanes]) = (1e30f, -1e30f, 1e30f);
        Assert.Equal(Math.Log(2), SoftmaxCrossEntropy.Forward(block, 3, 0, 2).Loss, 1e-6);
        Assert.Equal(2e30f, SoftmaxCrossEntropy.Forward(block, 3, 0, 1).Loss);
    }
}
