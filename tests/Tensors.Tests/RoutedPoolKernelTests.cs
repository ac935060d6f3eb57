// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class RoutedPoolKernelTests
{
    /// <summary>Channels, height, width, window rows and columns.</summary>
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 1, 2, 2, 2, 2 }, { 3, 8, 6, 2, 2 }, { 2, 28, 28, 2, 2 }, { 4, 9, 6, 3, 3 }, { 2, 5, 5, 5, 5 }, { 3, 4, 4, 1, 1 }, { 1, 4, 8, 4, 4 },
    };

    /// <summary>Chain and pooling at once give the values and gradients that the references give one after the other.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void ChainAndPooling_AllWidths_EqualTheReferencesBitForBit(int channels, int height, int width, int rows, int columns)
    {
        var shape = new PoolingShape(channels, height, width, rows, columns, rows);
        var random = new Random(channels + 10 * height + 100 * rows);
        int pixels = channels * shape.InputPixels;
        foreach (Activation chain in new[] { Activation.Rectifier with { Low = -0.4f, High = 0.4f, Scale = 2 }, Activation.Identity with { Low = -0.5f, High = 0.5f }, Activation.Rectifier })
            foreach (int lanes in LaneBlocks.LaneCounts)
            {
                float[] x = LaneBlocks.Random(random, pixels, lanes), dy = LaneBlocks.Random(random, channels * shape.OutputPixels, lanes);
                (float[] chained, ushort[] passes, float[] y, float[] dx) = ChainThenPooling(shape, chain, x, dy, lanes);
                foreach (VectorWidth vector in LaneBlocks.Widths)
                {
                    float[] output = LaneBlocks.Filled(dy.Length), gradient = LaneBlocks.Filled(x.Length);
                    var routes = (ushort[])passes.Clone();
                    RoutedPoolKernel.Forward(vector, shape, chained, lanes, output, routes);
                    LaneBlocks.AssertSameBits(y, output, lanes, $"{vector} {chain}");
                    RoutedPoolKernel.Backward(vector, shape, chain.Scale, dy, routes, lanes, gradient);
                    LaneBlocks.AssertSameBits(dx, gradient, lanes, $"{vector} {chain} gradient");
                }
            }
    }

    /// <summary>The references in the network's order: the map behind the chain, where the gradient passes it, the pooled map, and the gradient in front of the chain.</summary>
    internal static (float[] Chained, ushort[] Passes, float[] Y, float[] Dx) ChainThenPooling(PoolingShape shape, Activation chain, float[] x, float[] dy, int lanes)
    {
        float[] chained = new float[x.Length], y = new float[dy.Length], unpooled = new float[x.Length], dx = new float[x.Length];
        int pixels = shape.Channels * shape.InputPixels;
        var passes = new ushort[pixels];
        ActivationReference.Forward(chain, x, pixels, lanes, chained, passes);
        PoolingReference.MaximumForward(shape, chained, lanes, y);
        PoolingReference.MaximumBackward(shape, chained, dy, lanes, unpooled);
        ActivationReference.Backward(chain.Scale, unpooled, passes, pixels, lanes, dx);
        return (chained, passes, y, dx);
    }

    /// <summary>The same with dropout between chain and pooling: its references are those of the chain's gradient, forwards and backwards.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void ChainDropoutAndPooling_AllWidths_EqualTheReferencesBitForBit(int channels, int height, int width, int rows, int columns)
    {
        const float Factor = 1 / (1 - 0.3f);
        var shape = new PoolingShape(channels, height, width, rows, columns, rows);
        var random = new Random(channels + 10 * height + 100 * rows);
        int pixels = channels * shape.InputPixels;
        Activation chain = Activation.Identity with { Low = -0.5f, High = 0.5f };
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, pixels, lanes), dy = LaneBlocks.Random(random, channels * shape.OutputPixels, lanes);
            ushort[] kept = [.. Enumerable.Range(0, pixels).Select(_ => (ushort)(random.Next(1 << 16) & ((1 << lanes) - 1)))];
            float[] chained = new float[x.Length], dropped = new float[x.Length], y = new float[dy.Length], unpooled = new float[x.Length], dx = new float[x.Length];
            var passes = new ushort[pixels];
            ActivationReference.Forward(chain, x, pixels, lanes, chained, passes);
            ActivationReference.Backward(Factor, chained, kept, pixels, lanes, dropped);
            PoolingReference.MaximumForward(shape, dropped, lanes, y);
            PoolingReference.MaximumBackward(shape, dropped, dy, lanes, unpooled);
            ActivationReference.Backward(Factor, unpooled, kept, pixels, lanes, dx);
            ActivationReference.Backward(chain.Scale, dx, passes, pixels, lanes, dx);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] output = LaneBlocks.Filled(dy.Length), gradient = LaneBlocks.Filled(x.Length);
                var routes = (ushort[])passes.Clone();
                RoutedPoolKernel.Forward(vector, shape, chained, kept, Factor, lanes, output, routes);
                LaneBlocks.AssertSameBits(y, output, lanes, $"{vector}");
                RoutedPoolKernel.Backward(vector, shape, Factor, dy, routes, lanes, gradient);
                LaneBlocks.AssertSameBits(dx, gradient, lanes, $"{vector} gradient");
            }
        }
    }

    [Fact]
    public void WindowsThatDoNotTile_AndTooLittleMemory_AreRefused()
    {
        var overlapping = new PoolingShape(1, 4, 4, 3, 3, 1);
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.Forward(VectorWidth.Scalar, overlapping, new float[256], 16, new float[64], new ushort[16]));
        var tiling = new PoolingShape(1, 4, 4, 2, 2, 2);
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.Forward(VectorWidth.Scalar, tiling, new float[255], 16, new float[64], new ushort[16]));
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.Forward(VectorWidth.Scalar, tiling, new float[256], 16, new float[64], new ushort[15]));
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.Forward(VectorWidth.Scalar, tiling, new float[256], new ushort[15], 1, 16, new float[64], new ushort[16]));
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.Backward(VectorWidth.Scalar, tiling, 1, new float[63], new ushort[16], 16, new float[256]));
    }
}
