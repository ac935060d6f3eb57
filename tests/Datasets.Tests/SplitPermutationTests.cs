// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Tests;

public sealed class SplitPermutationTests
{
    [Theory]
    [InlineData(10, 42u, new[] { 8, 1, 5, 0, 7, 2, 9, 4 })]
    [InlineData(60_000, 42u, new[] { 12_628, 37_730, 39_991, 8_525 })]
    [InlineData(50_000, 42u, new[] { 33_553, 9_427, 199, 12_447 })]
    [InlineData(54_000, 10u, new[] { 5_745, 8_515, 47_304, 15_801, 42_706 })]
    public void Permutation_StartsAsPublished(int count, uint seed, int[] first)
    {
        int[] order = SplitPermutation.Make(count, seed);
        Assert.Equal(first, order[..first.Length]);
        Assert.Equal(Enumerable.Range(0, count), order.Order());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(60_000, 6_000)]
    [InlineData(int.MaxValue, 214_748_365)]
    public void HoldOut_IsATenthRoundedUp(int count, int expected) => Assert.Equal(expected, SplitPermutation.HoldOut(count));

    [Fact]
    public void Permutation_OfNothingOrOne_IsTrivial()
    {
        Assert.Empty(SplitPermutation.Make(0));
        Assert.Equal([0], SplitPermutation.Make(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SplitPermutation.Make(-1));
    }
}
