// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Cycles of worked examples.</summary>
public sealed class CycleEstimateTests
{
    [Fact]
    public void MnistNetwork_TakesTheseCycles()
    {
        CycleEstimate cycles = CycleEstimate.Of(Placer.Place(Networks.Mnist(new Random(3))));
        Assert.Equal([48956, 16664, 4012, 332, 192], cycles.Layers);
        Assert.Equal(70157, cycles.Total);
    }

    [Theory]
    [InlineData(64, 20, 2, 2, 16, 2, 3049)]
    [InlineData(3, 65, 16, 4, 32, 1, 49010)]
    [InlineData(3, 32, 1, 1, 64, 1, 67981)]
    [InlineData(3, 32, 1, 1, 64, 0, 59773)]
    [InlineData(3, 32, 2, 2, 64, 0, 13885)]
    [InlineData(1, 28, 1, 1, 8, 1, 8189)]
    [InlineData(1, 1, 1, 1, 1, 1, 29)]
    public void Convolution_TakesTheseCycles(int channels, int side, int window, int stride, int outputs, int pad, long total)
    {
        LayerDescription layer = Networks.Conv(channels == 64 ? ulong.MaxValue : (1ul << channels) - 1, 0x4400, pad: pad) with
        {
            Pooling = window == 1 ? null : new(PoolingKind.Max, window, window, stride),
        };
        Assert.Equal(total, Total(new(side, side, channels), layer, [outputs, channels, 3, 3]));
    }

    [Theory]
    [InlineData(4, 10, 193)]
    [InlineData(8, 10, 770)]
    public void FlattenedLayer_TakesTheseCycles(int side, int outputs, long total) =>
        Assert.Equal(total, Total(new(side, side, 12), Networks.Linear(0xfff, 0x2000), [outputs, 12 * side * side]));

    [Fact]
    public void LinearLayer_TakesTheseCycles() => Assert.Equal(20, Total(new(1, 1, 12), Networks.Linear(0xfff, 0x2000, flatten: false), [17, 12]));

    private static long Total(FeatureShape input, LayerDescription layer, int[] weights) =>
        CycleEstimate.Of(Placer.Place(Networks.Network(input, Networks.Description(layer), Networks.Arrays(weights, i => i % 7)))).Total;
}
