// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Xunit;

namespace Ai8x.Autograd.Tests;

/// <summary>Into how many shares the end of a batch is cut, for workers that found no images.</summary>
public sealed class ShareCostTests
{
    [Theory]
    [InlineData(14, 0, 8)]
    [InlineData(5, 0, 5)]
    [InlineData(64, 1, 8)]
    [InlineData(64, 7, 16)]
    public void WhatDoesNothingAgainIsCutIntoEightBeforeAnybodyWaits(int blocks, int waiting, int shares) =>
        Assert.Equal(shares, ShareCost.Nothing.Shares(blocks, waiting));

    [Theory]
    [InlineData(14, 0, 4)]
    [InlineData(3, 0, 3)]
    [InlineData(64, 1, 4)]
    [InlineData(64, 3, 8)]
    public void WhatReadsTheWholeInputAgainIsCutIntoFourBeforeAnybodyWaits(int blocks, int waiting, int shares) =>
        Assert.Equal(shares, ShareCost.Input.Shares(blocks, waiting));
}
