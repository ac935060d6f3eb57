// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class RectifiedPoolKernelTests
{
    internal static readonly Activation[] Chains =
    [
        Activation.Rectifier, Activation.Rectifier with { Low = -1, High = 0.5f }, Activation.Rectifier with { Low = 0, High = 0.4f }, Activation.Rectifier with { High = 1e-30f },
    ];

    /// <summary>Pooling first gives the values, and the pixels that get the gradient, of the references in the network's order: values at the bounds, and above them twice in a window, included.</summary>
    [Theory]
    [MemberData(nameof(RoutedPoolKernelTests.Shapes), MemberType = typeof(RoutedPoolKernelTests))]
    public void PoolingAndChain_AllWidths_EqualTheReferencesInTheOtherOrderBitForBit(int channels, int height, int width, int rows, int columns)
    {
        var shape = new PoolingShape(channels, height, width, rows, columns, rows);
        var random = new Random(channels + 10 * height + 100 * rows);
        int pixels = channels * shape.InputPixels;
        foreach (Activation chain in Chains)
            foreach (int lanes in LaneBlocks.LaneCounts)
                for (int round = 0; round < 4; round++)
                {
                    float[] x = LaneBlocks.Random(random, pixels, lanes), dy = LaneBlocks.Random(random, channels * shape.OutputPixels, lanes);
                    (_, _, float[] y, float[] dx) = RoutedPoolKernelTests.ChainThenPooling(shape, chain, x, dy, lanes);
                    foreach (VectorWidth vector in LaneBlocks.Widths)
                    {
                        float[] output = LaneBlocks.Filled(dy.Length), inferred = LaneBlocks.Filled(dy.Length), gradient = LaneBlocks.Filled(x.Length);
                        ushort[] routes = [.. Enumerable.Repeat((ushort)0xa5a5, pixels)];
                        RectifiedPoolKernel.Forward(vector, shape, chain, x, lanes, output, routes);
                        LaneBlocks.AssertSameBits(y, output, lanes, $"{vector} {chain}");
                        RectifiedPoolKernel.Forward(vector, shape, chain, x, lanes, inferred, []);
                        LaneBlocks.AssertSameBits(y, inferred, lanes, $"{vector} {chain} inference");
                        RoutedPoolKernel.Backward(vector, shape, chain.Scale, dy, routes, lanes, gradient);
                        LaneBlocks.AssertSameBits(dx, gradient, lanes, $"{vector} {chain} gradient");
                        Assert.DoesNotContain(routes, route => route >> lanes != 0);
                    }
                }
    }

    /// <summary>Numbers that are none, infinities and the smallest numbers, in every place of a window: as the kernels in the network's order.</summary>
    [Theory]
    [InlineData(6, 8, 8, 2)]
    [InlineData(4, 9, 6, 3)]
    public void SpecialValues_InEveryPlace_EqualTheKernelsInTheOtherOrderBitForBit(int channels, int height, int width, int side)
    {
        // Without those above a bound a whole vector lies below it.
        float[] small = [float.Epsilon, -float.Epsilon, 0, -0f, 2 * float.Epsilon];
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, 0, -0f, 0.5f, 0.25f, float.MaxValue, MathF.BitIncrement(0.5f), MathF.BitDecrement(0.5f)];
        var random = new Random(4);
        var shape = new PoolingShape(channels, height, width, side, side, side);
        int pixels = channels * shape.InputPixels;
        foreach (Activation chain in Chains)
            for (int round = 0; round < 8; round++)
            {
                float[] x = new float[pixels * LaneLayout.Lanes];
                float[] values = round % 2 == 0 ? special : small;
                for (int i = 0; i < x.Length; i++) x[i] = values[random.Next(values.Length)];
                float[] chained = new float[x.Length], y = new float[x.Length / (side * side)];
                var passes = new ushort[pixels];
                foreach (VectorWidth vector in LaneBlocks.Widths)
                {
                    ActivationKernel.Forward(vector, chain, x, pixels, LaneLayout.Lanes, chained, passes);
                    RoutedPoolKernel.Forward(vector, shape, chained, LaneLayout.Lanes, y, passes);
                    float[] output = LaneBlocks.Filled(y.Length);
                    var routes = new ushort[pixels];
                    RectifiedPoolKernel.Forward(vector, shape, chain, x, LaneLayout.Lanes, output, routes);
                    LaneBlocks.AssertSameBits(y, output, $"{vector} {chain}");
                    Assert.Equal(passes, routes);
                }
            }
    }

    [Fact]
    public void ChainsThatMayChangeTheOrder_AreNotTaken()
    {
        Assert.All(Chains, chain => Assert.True(RectifiedPoolKernel.Takes(chain)));
        Activation[] others =
        [
            Activation.Identity, Activation.Identity with { Low = -1, High = 1 }, Activation.Rectifier with { Scale = 2 }, Activation.Rectifier with { Low = 0.1f }, Activation.Rectifier with { Low = -1, High = 0 },
        ];
        Assert.All(others, chain => Assert.False(RectifiedPoolKernel.Takes(chain)));
        var shape = new PoolingShape(1, 4, 4, 2, 2, 2);
        Assert.All(others, chain => Assert.Throws<ArgumentException>(() => RectifiedPoolKernel.Forward(VectorWidth.Scalar, shape, chain, new float[256], 16, new float[64], [])));
    }

    [Fact]
    public void WindowsThatDoNotTile_AndTooLittleMemory_AreRefused()
    {
        PoolingShape tiling = new(1, 4, 4, 2, 2, 2), overlapping = new(1, 4, 4, 3, 3, 1);
        void Refuse(PoolingShape shape, int x, int y, int routes) =>
            Assert.Throws<ArgumentException>(() => RectifiedPoolKernel.Forward(VectorWidth.Scalar, shape, Activation.Rectifier, new float[x], 16, new float[y], new ushort[routes]));
        Refuse(overlapping, 256, 64, 16);
        Refuse(tiling, 255, 64, 16);
        Refuse(tiling, 256, 63, 16);
        Refuse(tiling, 256, 64, 15);
    }
}
