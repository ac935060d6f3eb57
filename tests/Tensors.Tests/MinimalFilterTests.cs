// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>What every form of minimal filtering shares, the plain one that the kernels are compared with included.</summary>
public sealed class MinimalFilterTests
{
    /// <summary>The plain sequence uses the same transform, so nothing else would notice another order of its additions.</summary>
    [Fact]
    public void Transform_AddsFromTheFirstWeightOn_ColumnsThenRows()
    {
        var random = new Random(21);
        var terms = new float[16];
        for (int run = 0; run < 1000; run++)
        {
            float[] g = LaneBlocks.Values(random, 9);
            float[][] columns = [.. Enumerable.Range(0, 3).Select(column => Four(g[column], g[3 + column], g[6 + column]))];
            float[] expected = [.. Enumerable.Range(0, 4).SelectMany(row => Four(columns[0][row], columns[1][row], columns[2][row]))];
            MinimalFilter.Transform(g, terms);
            LaneBlocks.AssertSameBits(expected, terms, $"run {run}");
        }
    }

    [Theory]
    [InlineData(16, 16, 4, 4, 1, true)]
    [InlineData(15, 16, 4, 4, 1, false)]
    [InlineData(16, 15, 4, 4, 1, false)]
    [InlineData(16, 16, 3, 4, 1, false)]
    [InlineData(16, 16, 4, 3, 1, false)]
    [InlineData(16, 16, 2, 2, 2, true)]
    [InlineData(16, 16, 6, 6, 0, true)]
    [InlineData(16, 16, 6, 5, 0, false)]
    [InlineData(16, 16, 8, 8, -1, false)]
    [InlineData(16, 16, 8, 8, 3, false)]
    public void Takes_AsksForSixteenChannelsAndFourByFourOutputs(int inputs, int outputs, int height, int width, int padding, bool takes)
    {
        Assert.Equal(takes, MinimalFilter.Takes(new ConvolutionShape(inputs, outputs, height, width, 3, 3, padding, padding)));
        Assert.False(MinimalFilter.Takes(new ConvolutionShape(inputs, outputs, height, width, 1, 3, padding, padding)));
        Assert.False(MinimalFilter.Takes(new ConvolutionShape(inputs, outputs, height, width, 3, 1, padding, padding)));
    }

    private static float[] Four(float first, float second, float third)
    {
        float sum = first + second, difference = first - second;
        return [first, (sum + third) / 2, (difference + third) / 2, third];
    }
}
