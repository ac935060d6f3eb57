// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels.Single;
using Xunit;

namespace Ai8x.Tensors.Tests;

/// <summary>Whether the layers of an image are shared.</summary>
public sealed class SharingChoiceTests
{
    [Theory]
    [InlineData(100, 160, true)]
    [InlineData(160, 100, false)]
    [InlineData(100, 100, false)]
    public void TheFasterKindRunsBehindTheTrials(long shared, long alone, bool expected)
    {
        var choice = new SharingChoice();
        Try(choice, shared, alone);
        for (int run = 2 * SharingChoice.Trials; run < SharingChoice.Period; run++)
        {
            Assert.Equal(expected, choice.Shares);
            choice.Took(1);
        }
    }

    [Fact]
    public void OneUndisturbedTrialIsEnough()
    {
        var choice = new SharingChoice();
        for (int run = 0; run < 2 * SharingChoice.Trials; run++) choice.Took(run == SharingChoice.Trials - 1 ? 99 : run < SharingChoice.Trials ? 100_000 : 100);
        Assert.True(choice.Shares);
    }

    [Fact]
    public void BothAreTriedAgainAfterAPeriod()
    {
        var choice = new SharingChoice();
        Try(choice, shared: 100, alone: 160);
        for (int run = 2 * SharingChoice.Trials; run < SharingChoice.Period; run++) choice.Took(1);
        Try(choice, shared: 200, alone: 160);
        Assert.False(choice.Shares);
    }

    private static void Try(SharingChoice choice, long shared, long alone)
    {
        for (int run = 0; run < 2 * SharingChoice.Trials; run++)
        {
            Assert.Equal(run < SharingChoice.Trials, choice.Shares);
            choice.Took(choice.Shares ? shared : alone);
        }
    }
}
