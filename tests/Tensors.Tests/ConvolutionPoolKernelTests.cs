// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Pooling in the registers of a convolution. Of the numbers of images half have a bias, others for each shape; with AI8X_SLOW=1 all are taken with a bias and without.</summary>
public sealed class ConvolutionPoolKernelTests
{
    private static readonly bool Slow = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";

    // The last bound lies above some windows and below others, so the clamp changes a vector in one window and not in the next.
    private static readonly Activation[] Chains = [.. RectifiedPoolKernelTests.Chains, Activation.Rectifier with { High = 2 }];

    /// <summary>Inputs, outputs, height, width, kernel rows and columns, padding rows and columns; an even number of output rows and columns.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, int, int, int, int, int>();
            foreach ((int inputs, int outputs) in new[] { (1, 1), (2, 3), (3, 5), (1, 6), (2, 7), (3, 11), (2, 2), (25, 24), (26, 13) })
                foreach ((int height, int width, int rows, int columns, int paddingRows, int paddingColumns) in new[]
                         {
                             // Windows inside the image, at its border, and around all of it.
                             (6, 8, 3, 3, 0, 0), (8, 6, 3, 3, 1, 1), (2, 6, 3, 3, 2, 2), (4, 4, 3, 3, 0, 0), (2, 2, 3, 3, 1, 1), (2, 6, 3, 3, 1, 1), (1, 6, 2, 3, 1, 1), (6, 8, 5, 5, 2, 2), (5, 7, 2, 2, 0, 0), (8, 6, 3, 3, 2, 0),
                             // One tap: windows without any.
                             (4, 6, 1, 1, 0, 0), (2, 4, 1, 1, 1, 1), (2, 2, 1, 1, 2, 2), (2, 4, 1, 1, 3, 0), (2, 2, 1, 1, 0, 3),
                             // Kernels larger than the image, and the largest.
                             (2, 2, 5, 5, 2, 2), (1, 1, 4, 4, 2, 2), (1, 1, 2, 2, 1, 1), (2, 2, 9, 9, 4, 4), (2, 12, 1, 9, 0, 2), (12, 2, 9, 1, 2, 0),
                             // Rows and columns that differ.
                             (6, 4, 3, 1, 1, 0), (4, 2, 3, 1, 2, 1), (4, 6, 1, 3, 0, 1), (2, 4, 1, 3, 1, 2), (2, 4, 1, 3, 2, 1), (4, 8, 3, 3, 1, 2), (4, 8, 1, 3, 0, 0),
                             // Border pixels cut off.
                             (6, 8, 1, 1, -1, -1), (8, 10, 3, 3, -1, -1), (10, 4, 3, 3, -2, 1), (4, 8, 3, 1, 2, -2),
                         })
                    data.Add(inputs, outputs, height, width, rows, columns, paddingRows, paddingColumns);
            // A copy with as many pixels as that of three by three, but six rows of four.
            data.Add(33, 13, 6, 4, 5, 3, 0, 0);
            // A copy where two columns lie outside and all rows inside, and one where windows have no row.
            data.Add(26, 13, 6, 8, 3, 3, 0, 2);
            data.Add(64, 13, 2, 8, 3, 3, 4, 1);
            // So many outputs that sixteen lanes read a copy.
            foreach ((int outputs, int padding) in new[] { (47, 1), (61, 2), (46, -1), (50, 0) }) data.Add(30, outputs, 8, 10, 3, 3, padding, padding);
            data.Add(100, 46, 4, 8, 1, 1, 0, 0);
            data.Add(24, 46, 2, 4, 5, 5, 2, 2);
            // More blocks of every size than a tile computes in one call.
            foreach (int outputs in new[] { 36, 60, 61, 65 })
            {
                data.Add(2, outputs, 4, 6, 3, 3, 1, 1);
                data.Add(2, outputs, 2, 4, 1, 1, 0, 0);
            }

            return data;
        }
    }

    /// <summary>Pooling in the registers gives the values, and the pixels that get the gradient, of convolution, chain and pooling one after the other: equal values in a window included.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void PooledOutputAndRoutes_AllWidths_EqualTheReferencesBitForBit(int inputs, int outputs, int height, int width, int kernelRows, int kernelColumns, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, kernelRows, kernelColumns, paddingRows, paddingColumns);
        var random = new Random(shape.GetHashCode() & 0xff);
        bool next = random.Next(2) == 0;
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            next = !next;
            foreach (bool biased in Slow ? [false, true] : new[] { next })
            {
                float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, biased ? outputs : 0);
                // Sums of few different terms are often equal.
                if (random.Next(2) == 0) (x, weights) = (Array.ConvertAll(x, Coarse), Array.ConvertAll(weights, Coarse));
                var unpooled = new float[outputs * shape.OutputPixels * LaneBlocks.Lanes];
                ConvolutionReference.Forward(shape, x, weights, bias, lanes, unpooled);
                Dictionary<VectorWidth, float[]> packed = LaneBlocks.Widths.ToDictionary(vector => vector, vector => Pack(vector, shape, weights));
                foreach (Activation chain in Chains)
                {
                    (float[] expected, ushort[] expectedRoutes) = ChainThenPooling(Pool(shape), chain, unpooled, lanes);
                    foreach (VectorWidth vector in LaneBlocks.Widths)
                    {
                        float[] trained = LaneBlocks.Filled(expected.Length), inferred = new float[expected.Length];
                        ushort[] routes = Used(expectedRoutes.Length);
                        ConvolutionPoolKernel.Forward(vector, shape, x, packed[vector], bias, chain, lanes, trained, routes);
                        LaneBlocks.AssertSameBits(expected, trained, lanes, $"{vector} {chain} bias {biased}");
                        Assert.Equal(expectedRoutes, routes);
                        // Lanes without an image hold +0 despite the bias.
                        ConvolutionPoolKernel.Forward(vector, shape, x, packed[vector], bias, chain, lanes, inferred, []);
                        LaneBlocks.AssertSameBits(expected, inferred, $"{vector} {chain} bias {biased} inference");
                    }
                }
            }
        }
    }

    /// <summary>Numbers that are none, infinities, zeros of both signs and the smallest numbers, in every place of a window: as the kernels one after the other, pooling first or last.</summary>
    [Fact]
    public void SpecialValues_InEveryPlace_EqualTheKernelsOneAfterTheOtherBitForBit()
    {
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, -float.Epsilon, 1e-40f, 0, -0f, 0.5f, MathF.BitIncrement(0.5f), MathF.BitDecrement(0.5f)];
        var random = new Random(4);
        var shape = new ConvolutionShape(1, 5, 8, 8, 1, 1, 0, 0);
        PoolingShape pool = Pool(shape);
        int pixels = shape.OutputChannels * shape.OutputPixels;
        // A quarter of the smallest numbers is a zero with their sign, which a sum from +0 otherwise never is.
        float[] weights = [1, -1, 0.25f, -0.25f, 1];
        foreach (Activation chain in Chains)
            for (int round = 0; round < 32; round++)
            {
                float[] x = new float[shape.InputPixels * LaneBlocks.Lanes], unpooled = new float[pixels * LaneBlocks.Lanes], chained = new float[unpooled.Length], y = new float[unpooled.Length / 4];
                // In every other round few values are special and the others lie below the bounds, so that some vectors lie below them as a whole.
                for (int i = 0; i < x.Length; i++) x[i] = round % 2 == 0 || random.Next(32) == 0 ? special[random.Next(special.Length)] : random.NextSingle() * 1e-31f;
                foreach (VectorWidth vector in LaneBlocks.Widths)
                {
                    float[] packed = Pack(vector, shape, weights), output = LaneBlocks.Filled(y.Length), inferred = LaneBlocks.Filled(y.Length);
                    ushort[] passes = new ushort[pixels], routes = Used(pixels);
                    ConvolutionKernel.Forward(vector, shape, x, packed, [], LaneBlocks.Lanes, unpooled);
                    ActivationKernel.Forward(vector, chain, unpooled, pixels, LaneBlocks.Lanes, chained, passes);
                    RoutedPoolKernel.Forward(vector, pool, chained, LaneBlocks.Lanes, y, passes);
                    ConvolutionPoolKernel.Forward(vector, shape, x, packed, [], chain, LaneBlocks.Lanes, output, routes);
                    LaneBlocks.AssertSameBits(y, output, $"{vector} {chain}");
                    Assert.Equal(passes, routes);
                    ConvolutionPoolKernel.Forward(vector, shape, x, packed, [], chain, LaneBlocks.Lanes, inferred, []);
                    LaneBlocks.AssertSameBits(y, inferred, $"{vector} {chain} inference");
                    (output, routes) = (LaneBlocks.Filled(y.Length), Used(pixels));
                    RectifiedPoolKernel.Forward(vector, pool, chain, unpooled, LaneBlocks.Lanes, output, routes);
                    LaneBlocks.AssertSameBits(y, output, $"{vector} {chain}, pooling first");
                    Assert.Equal(passes, routes);
                }
            }
    }

    /// <summary>Blocks of outputs computed alone are those of the whole, and nothing beside them is written.</summary>
    [Fact]
    public void BlocksOfOutputs_ComputedAlone_EqualTheWhole()
    {
        const int Images = 13;
        var shape = new ConvolutionShape(3, 11, 6, 8, 3, 3, 1, 1);
        var random = new Random(6);
        float[] x = LaneBlocks.Random(random, 3 * shape.InputPixels, Images), weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, shape.OutputChannels);
        int perOutput = shape.InputChannels * shape.Taps, plane = shape.OutputPixels / 4 * LaneBlocks.Lanes, pixels = shape.OutputPixels;
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] packed = Pack(vector, shape, weights), whole = LaneBlocks.Filled(shape.OutputChannels * plane);
            ushort[] wholeRoutes = Used(shape.OutputChannels * pixels);
            ConvolutionPoolKernel.Forward(vector, shape, x, packed, bias, Chains[^1], Images, whole, wholeRoutes);
            int blocks = ConvolutionKernel.Blocks(vector, shape);
            for (int from = 0; from < blocks; from++)
                for (int to = from + 1; to <= blocks; to++)
                {
                    int first = ChannelBlocks.Start(shape.OutputChannels, blocks, from), count = ChannelBlocks.Start(shape.OutputChannels, blocks, to) - first;
                    float[] expected = LaneBlocks.Filled(whole.Length), some = LaneBlocks.Filled(whole.Length);
                    ushort[] expectedRoutes = Used(wholeRoutes.Length), routes = Used(wholeRoutes.Length);
                    Array.Copy(whole, first * plane, expected, first * plane, count * plane);
                    Array.Copy(wholeRoutes, first * pixels, expectedRoutes, first * pixels, count * pixels);
                    ConvolutionPoolKernel.Forward(
                        vector, shape with { OutputChannels = count }, x, packed.AsSpan(first * perOutput, count * perOutput), bias.AsSpan(first, count), Chains[^1], Images,
                        some.AsSpan(first * plane, count * plane), routes.AsSpan(first * pixels, count * pixels));
                    LaneBlocks.AssertSameBits(expected, some, $"{vector} blocks {from} to {to}");
                    Assert.Equal(expectedRoutes, routes);
                }
        }
    }

    /// <summary>Outputs that windows do not tile, chains that may change the order of values, kernels that are too high or too wide, and numbers of images that do not fit are refused.</summary>
    [Fact]
    public void WhatTheTilesCannotDo_IsRefused()
    {
        var shape = new ConvolutionShape(2, 3, 4, 6, 3, 3, 1, 1);
        Assert.Null(Record.Exception(() => Run(shape, Activation.Rectifier)));
        ConvolutionShape high = shape with { KernelRows = 10, PaddingRows = 5, Height = 5 }, wide = shape with { KernelColumns = 10, PaddingColumns = 5, Width = 5 };
        foreach (ConvolutionShape other in new[] { shape with { Height = 5 }, shape with { Width = 5 }, high, wide })
            Assert.ThrowsAny<ArgumentException>(() => Run(other, Activation.Rectifier));
        foreach (Activation chain in new[] { Activation.Identity, Activation.Rectifier with { Scale = 2 }, Activation.Rectifier with { Low = 0.1f }, Activation.Rectifier with { Low = -1, High = 0 } })
            Assert.ThrowsAny<ArgumentException>(() => Run(shape, chain));
        Assert.All(new[] { 0, LaneBlocks.Lanes + 1 }, lanes => Assert.ThrowsAny<ArgumentException>(() => Run(shape, Activation.Rectifier, lanes)));
        PoolingShape pool = Pool(shape);
        foreach (PoolingShape other in new[] { pool with { Rows = 3 }, pool with { Columns = 3 }, pool with { Stride = 1 }, pool with { Rows = 1, Columns = 1, Stride = 1 } })
            Assert.False(ConvolutionPoolKernel.Takes(shape, other, Activation.Rectifier));
    }

    /// <summary>Memory that is one number too small is refused, for each of the maps and parameters.</summary>
    [Fact]
    public void TooLittleMemory_IsRefused()
    {
        var shape = new ConvolutionShape(2, 3, 4, 6, 3, 3, 1, 1);
        int[] enough = [2 * 24 * 16, 54, 3, 3 * 6 * 16, 3 * 24];
        void Run(int[] size) => ConvolutionPoolKernel.Forward(
            VectorWidth.Scalar, shape, new float[size[0]], new float[size[1]], new float[size[2]], Activation.Rectifier, LaneBlocks.Lanes, new float[size[3]], new ushort[size[4]]);
        Assert.Null(Record.Exception(() => Run(enough)));
        for (int i = 0; i < enough.Length; i++)
        {
            int[] less = [.. enough];
            less[i]--;
            Assert.ThrowsAny<ArgumentException>(() => Run(less));
        }
    }

    private static void Run(ConvolutionShape shape, Activation chain, int lanes = LaneBlocks.Lanes) =>
        ConvolutionPoolKernel.Forward(VectorWidth.Scalar, shape, new float[8192], new float[8192], [], chain, lanes, new float[8192], new ushort[8192]);

    /// <summary>The references in the network's order: the pooled map, and for each pixel the lanes in which a gradient of one in all windows reaches it.</summary>
    internal static (float[] Y, ushort[] Routes) ChainThenPooling(PoolingShape pool, Activation chain, float[] unpooled, int lanes)
    {
        float[] ones = [.. Enumerable.Repeat(1f, unpooled.Length / 4)];
        (_, _, float[] y, float[] gradient) = RoutedPoolKernelTests.ChainThenPooling(pool, chain, unpooled, ones, lanes);
        var routes = new ushort[unpooled.Length / LaneBlocks.Lanes];
        for (int i = 0; i < gradient.Length; i++)
            if (gradient[i] != 0) routes[i / LaneBlocks.Lanes] |= (ushort)(1 << i % LaneBlocks.Lanes);
        return (y, routes);
    }

    private static PoolingShape Pool(ConvolutionShape shape) => new(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth, 2, 2, 2);

    private static float[] Pack(VectorWidth vector, ConvolutionShape shape, float[] weights)
    {
        float[] packed = LaneBlocks.Filled(weights.Length);
        ConvolutionKernel.Pack(vector, shape, weights, packed);
        return packed;
    }

    /// <summary>Routes that were used before.</summary>
    private static ushort[] Used(int count) => [.. Enumerable.Repeat((ushort)0xa5a5, count)];

    private static float Coarse(float value) => MathF.Round(value * 2) / 2;
}
