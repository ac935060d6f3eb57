// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using CsCheck;

namespace Ai8x.Autograd.Tests;

public sealed class RegionLayoutTests
{
    private const int Line = 16;

    [Fact]
    public void Place_AnyRegions_ThoseInUseAtTheSameMomentDoNotTouch() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 12], Gen.Int[0, 12]).List[1, 30].Sample(list =>
        {
            Region[] regions = [.. list.Select(item => New(item.Item1, item.Item2, item.Item3))];
            long total = RegionLayout.Place(regions);
            for (int moment = 0; moment <= 12; moment++)
            {
                var taken = new bool[total];
                foreach (Region region in regions.Where(region => region.First <= moment && moment <= region.Last))
                {
                    Assert.Equal(0, region.Offset % Line);
                    for (int i = 0; i < region.Length; i++)
                    {
                        Assert.False(taken[region.Offset + i]);
                        taken[region.Offset + i] = true;
                    }
                }
            }
        });

    [Fact]
    public void Place_AChainOfMaps_NeedsTwoOfThem()
    {
        Region[] regions = [.. Enumerable.Range(0, 9).Select(i => New(160, i, i + 1))];
        Assert.Equal(320, RegionLayout.Place(regions));
    }

    [Fact]
    public void Place_SmallRegions_FillTheGapsOfLargeOnes()
    {
        // The large ones stand at both ends of time; the small one lies in the middle, where neither is in use.
        Region[] regions = [New(320, 0, 3), New(320, 6, 9), New(160, 4, 5), New(160, 4, 5)];
        Assert.Equal(320, RegionLayout.Place(regions));
    }

    [Fact]
    public void Place_TooManyValues_IsRefused()
    {
        Region[] regions = [New(int.MaxValue - 100, 0, 3), New(int.MaxValue - 100, 1, 3)];
        Assert.Contains("use smaller maps", Assert.Throws<ArgumentException>(() => RegionLayout.Place(regions)).Message, StringComparison.Ordinal);
    }

    /// <summary>What a step reads only in its first half makes room for what it writes in the second.</summary>
    [Fact]
    public void Place_InTheSecondHalfOfAStep_LiesWhereTheFirstHalfRead()
    {
        int backward = Moment.Backward(3), second = Moment.SecondHalf(backward);
        Assert.Equal(second, Moment.SecondHalf(second));
        Assert.True(backward < second && second < Moment.Backward(2));
        Region input = New(160, Moment.Forward(2), backward), output = New(160, Moment.Backward(4), second), gradient = New(160, second, Moment.Backward(2));
        Assert.Equal(320, RegionLayout.Place([input, output, gradient]));
        Assert.Equal(input.Offset, gradient.Offset);
        using var context = new Tensors.ComputeContext(1);
        var workspace = new Workspace(320, 0, context, 0, 0, _ => null!) { Moment = second };
        Assert.Throws<InvalidOperationException>(() => { workspace.Floats(input); });
    }

    [Fact]
    public void Floats_OutsideOfThePlannedTime_AreRefused()
    {
        using var context = new Tensors.ComputeContext(1);
        Region region = New(16, Moment.Forward(2), Moment.Forward(4));
        var workspace = new Workspace(RegionLayout.Place([region]), 0, context, 0, 0, _ => null!) { Moment = Moment.Forward(4) };
        Assert.Equal(16, workspace.Floats(region).Length);
        workspace.Moment = Moment.Forward(5);
        Assert.Throws<InvalidOperationException>(() => workspace.Floats(region).Length);
        workspace.Moment = Moment.Backward(3);
        Assert.Throws<InvalidOperationException>(() => workspace.Floats(region).Length);
    }

    private static Region New(int length, int a, int b)
    {
        var region = new Region(length);
        region.UseAt(a);
        region.UseAt(b);
        return region;
    }
}
