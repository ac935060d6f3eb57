// SPDX-License-Identifier: MIT
namespace Ai8x.Optim.Tests;

public class EpochOrderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Shuffled_IsAPermutation(int count) =>
        Assert.Equal(Enumerable.Range(0, count), EpochOrder.Shuffled(count, 5, 3).Order());

    [Fact]
    public void Shuffled_DependsOnSeedAndEpochOnly()
    {
        int[] order = EpochOrder.Shuffled(100, 5, 3);

        Assert.Equal(order, EpochOrder.Shuffled(100, 5, 3));
        Assert.NotEqual(order, EpochOrder.Shuffled(100, 5, 4));
        Assert.NotEqual(order, EpochOrder.Shuffled(100, 6, 3));
        Assert.NotEqual(order, EpochOrder.InOrder(100));
    }

    [Fact]
    public void Shuffled_OnSeveralThreadsAtOnce_IsTheSame()
    {
        int[] expected = EpochOrder.Shuffled(500, 9, 1);
        int[][] orders = new int[8][];

        Parallel.For(0, orders.Length, i => orders[i] = EpochOrder.Shuffled(500, 9, 1));

        Assert.All(orders, order => Assert.Equal(expected, order));
    }

    [Fact]
    public void Shuffled_OverManyEpochs_PutsEverySampleEverywhere()
    {
        int[,] seen = new int[5, 5];
        const int Epochs = 5000;
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            int[] order = EpochOrder.Shuffled(5, 1, epoch);
            for (int place = 0; place < 5; place++) seen[order[place], place]++;
        }

        // Expected 1000 each with a standard deviation of 28.
        Assert.All(seen.Cast<int>(), times => Assert.InRange(times, 860, 1140));
    }
}
