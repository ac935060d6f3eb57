// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class WeightGradientPairKernelTests
{
    /// <summary>Inputs, outputs, height, width, padding rows and columns of 3x3 convolutions whose output has even sides.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, int, int, int>();
            foreach ((int inputs, int outputs) in new[] { (1, 1), (1, 5), (3, 2), (7, 3) })
                foreach ((int height, int width) in new[] { (2, 2), (4, 6), (6, 10), (8, 4), (4, 18) })
                    foreach ((int rows, int columns) in new[] { (0, 0), (1, 1), (2, 2), (1, 2), (3, 0), (4, 3) })
                        if (height + 2 * rows > 3 && width + 2 * columns > 3) data.Add(inputs, outputs, height, width, rows, columns);
            // So many rows with all kernel rows inside the image that they are taken without tests; others are tested. Rows of their two ends alone, and just enough pixels.
            foreach (int outputs in new[] { 1, 3 })
                foreach ((int rows, int columns) in new[] { (0, 1), (1, 1), (3, 1), (0, 2), (2, 2) }) data.Add(2, outputs, 12, 10, rows, columns);
            data.Add(2, 3, 26, 4, 1, 1);
            data.Add(1, 2, 14, 8, 1, 1);
            data.Add(2, 60, 16, 16, 1, 1);
            data.Add(60, 3, 14, 14, 2, 2);
            return data;
        }
    }

    /// <summary>All widths give the bits of the reference, and those of the chain over all pixels.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void WeightGradient_AllWidths_EqualsTheReferencesBitForBit(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, paddingRows, paddingColumns);
        var random = new Random(inputs + 3 * outputs + 5 * height + 7 * width + 11 * paddingRows);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes);
            (float[] pooled, ushort[] routes) = Pooled(random, shape, lanes);
            float[] dy = new float[outputs * shape.OutputPixels * LaneBlocks.Lanes], plain = new float[shape.WeightCount], paired = new float[shape.WeightCount];
            RoutedPoolKernel.Backward(VectorWidth.Scalar, Pool(shape), 0.5f, pooled, routes, lanes, dy);
            ConvolutionReference.WeightGradient(shape, x, dy, lanes, plain);
            float[] scalarPairs = Pairs(VectorWidth.Scalar, shape, 0.5f, pooled, routes, lanes);
            ConvolutionReference.PairedWeightGradient(shape, x, scalarPairs, routes, lanes, paired);
            LaneBlocks.AssertSameBits(plain, paired, "reference");
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                // Those of all widths are the same, so one reference is enough.
                float[] pairs = Pairs(vector, shape, 0.5f, pooled, routes, lanes), taken = WeightGradientPairKernel.TakesPairs(vector) ? pairs : dy, actual = LaneBlocks.Filled(shape.WeightCount);
                LaneBlocks.AssertSameBits(scalarPairs, pairs, lanes, $"{vector} pairs");
                WeightGradientPairKernel.Run(vector, shape, x, taken, routes, lanes, actual);
                LaneBlocks.AssertSameBits(paired, actual, $"{vector} {lanes}");
                AssertBlocksAlone(vector, shape, x, taken, routes, lanes, paired);
            }
        }
    }

    /// <summary>An input and a gradient that are not finite, each in one place so that most sums stay numbers, or none; zeros of both signs; and sums that underflow: all widths as the reference.</summary>
    [Theory]
    [InlineData(0, 1e-30f, float.PositiveInfinity, 0)]
    [InlineData(1, 1e-30f, 0, float.NegativeInfinity)]
    [InlineData(1, 1e-30f, 0, 0)]
    [InlineData(2, 1e-23f, 0, 0)]
    [InlineData(0, 1f, float.NaN, 0)]
    [InlineData(1, 1f, float.NegativeInfinity, float.MaxValue)]
    [InlineData(2, 1f, float.NaN, float.PositiveInfinity)]
    [InlineData(2, 1f, float.MaxValue, float.NaN)]
    public void SpecialValues_AllWidths_EqualTheReferenceBitForBit(int padding, float magnitude, float input, float gradient)
    {
        AssertSpecialValues(new ConvolutionShape(4, 5, 6, 8, 3, 3, padding, padding), magnitude, input, gradient);
        AssertSpecialValues(new ConvolutionShape(4, 5, 12, 10, 3, 3, padding, padding), magnitude, input, gradient);
    }

    private static void AssertSpecialValues(in ConvolutionShape shape, float magnitude, float input, float gradient)
    {
        float[] special = [float.Epsilon, -float.Epsilon, 0, -0f];
        var random = new Random(9);
        float[] x = new float[4 * shape.InputPixels * LaneBlocks.Lanes], expected = new float[shape.WeightCount], plain = new float[shape.WeightCount];
        for (int i = 0; i < x.Length; i++) x[i] = random.Next(3) == 0 ? special[random.Next(special.Length)] : (random.NextSingle() - 0.5f) * magnitude;
        (float[] pooled, ushort[] routes) = Pooled(random, shape, LaneBlocks.Lanes);
        for (int i = 0; i < pooled.Length; i++) pooled[i] = random.Next(3) == 0 ? special[random.Next(special.Length)] : pooled[i] * magnitude;
        // One input pixel of one channel, and one gradient of one output.
        if (input != 0) x[5 * LaneBlocks.Lanes + 3] = input;
        if (gradient != 0) pooled[3 * LaneBlocks.Lanes + 7] = gradient;
        float[] pairs = Pairs(VectorWidth.Scalar, shape, 1, pooled, routes, LaneBlocks.Lanes), dy = new float[2 * pairs.Length];
        RoutedPoolKernel.Backward(VectorWidth.Scalar, Pool(shape), 1, pooled, routes, LaneBlocks.Lanes, dy);
        ConvolutionReference.PairedWeightGradient(shape, x, pairs, routes, LaneBlocks.Lanes, expected);
        ConvolutionReference.WeightGradient(shape, x, dy, LaneBlocks.Lanes, plain);
        Assert.InRange(expected.Count(float.IsNaN), 0, expected.Length / 2);
        // An input that is not finite meets gradients of zero, which pairs leave out.
        if (!float.IsFinite(input)) Assert.True(plain.Count(float.IsNaN) > expected.Count(float.IsNaN));
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] actual = LaneBlocks.Filled(expected.Length);
            WeightGradientPairKernel.Run(vector, shape, x, WeightGradientPairKernel.TakesPairs(vector) ? pairs : dy, routes, LaneBlocks.Lanes, actual);
            LaneBlocks.AssertSameNumbers(expected, actual, $"{vector}");
        }
    }

    /// <summary>Sums that underflow to -0 in every lane end as +0, with pairs and without, whatever the number of weights.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void SumsOfMinusZeros_AllWidths_ArePlusZero(int inputs)
    {
        var shape = new ConvolutionShape(inputs, 1, 4, 4, 3, 3, 1, 1);
        float[] x = new float[inputs * 16 * LaneBlocks.Lanes], pooled = new float[4 * LaneBlocks.Lanes], dy = new float[16 * LaneBlocks.Lanes];
        Array.Fill(x, 1e-30f);
        Array.Fill(pooled, -1e-30f);
        Array.Fill(dy, -1e-30f);
        // The first pixel of each window in all lanes.
        var routes = new ushort[16];
        foreach (int pixel in new[] { 0, 2, 8, 10 }) routes[pixel] = ushort.MaxValue;
        var routed = new float[dy.Length];
        RoutedPoolKernel.Backward(VectorWidth.Scalar, Pool(shape), 1, pooled, routes, LaneBlocks.Lanes, routed);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] expected = new float[shape.WeightCount], plain = LaneBlocks.Filled(shape.WeightCount), paired = LaneBlocks.Filled(shape.WeightCount);
            WeightGradientKernel.Run(vector, shape, x, dy, LaneBlocks.Lanes, plain);
            LaneBlocks.AssertSameBits(expected, plain, $"{vector}");
            float[] taken = WeightGradientPairKernel.TakesPairs(vector) ? Pairs(vector, shape, 1, pooled, routes, LaneBlocks.Lanes) : routed;
            WeightGradientPairKernel.Run(vector, shape, x, taken, routes, LaneBlocks.Lanes, paired);
            LaneBlocks.AssertSameBits(expected, paired, $"{vector} by pairs");
        }
    }

    /// <summary>The gradient of a pair is that of whichever of its pixels has it.</summary>
    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(3, 6, 10)]
    [InlineData(2, 28, 28)]
    public void PairsOfPixels_AllWidths_HoldTheGradientsOfBoth(int channels, int height, int width)
    {
        var shape = new ConvolutionShape(1, channels, height, width, 3, 3, 1, 1);
        var random = new Random(height);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            (float[] pooled, ushort[] routes) = Pooled(random, shape, lanes);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] dy = new float[4 * pooled.Length], pairs = LaneBlocks.Filled(2 * pooled.Length), expected = new float[pairs.Length];
                RoutedPoolKernel.Backward(vector, Pool(shape), 1.5f, pooled, routes, lanes, dy);
                RoutedPoolKernel.BackwardPairs(vector, Pool(shape), 1.5f, pooled, routes, lanes, pairs);
                for (int i = 0; i < expected.Length; i++)
                {
                    int first = i / LaneBlocks.Lanes * 2 * LaneBlocks.Lanes + i % LaneBlocks.Lanes;
                    Assert.True(dy[first] == 0 || dy[first + LaneBlocks.Lanes] == 0);
                    expected[i] = dy[first] + dy[first + LaneBlocks.Lanes];
                }

                LaneBlocks.AssertSameBits(expected, pairs, lanes, $"{vector}");
            }
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        var shape = new ConvolutionShape(2, 3, 4, 4, 3, 3, 1, 1);
        PoolingShape tiling = Pool(shape), tall = new(3, 6, 6, 2, 3, 3);
        Assert.True(WeightGradientPairKernel.Takes(shape, tiling));
        Assert.False(WeightGradientPairKernel.Takes(shape with { KernelRows = 1 }, tiling));
        Assert.False(WeightGradientPairKernel.Takes(shape, tiling with { Columns = 3, Stride = 3 }));
        Assert.False(WeightGradientPairKernel.Takes(shape, tiling with { Stride = 1 }));
        void Refuse(ConvolutionShape some, int x, int pairs, int routes, int gradient, int lanes = 16, VectorWidth width = VectorWidth.Scalar) =>
            Assert.ThrowsAny<ArgumentException>(() => WeightGradientPairKernel.Run(width, some, new float[x], new float[pairs], new ushort[routes], lanes, new float[gradient]));
        // Twice as many gradients where all pixels are wanted.
        Assert.False(WeightGradientPairKernel.TakesPairs(VectorWidth.Vector256));
        Refuse(shape, 512, 767, 48, 54, width: VectorWidth.Vector256);
        Refuse(shape, 511, 768, 48, 54, width: VectorWidth.Vector256);
        Refuse(shape, 512, 768, 47, 54, width: VectorWidth.Vector256);
        Refuse(shape with { Width = 5 }, 4096, 4096, 4096, 4096);
        Refuse(shape with { KernelColumns = 1 }, 4096, 4096, 4096, 4096);
        Refuse(shape, 511, 384, 48, 54);
        Refuse(shape, 512, 383, 48, 54);
        Refuse(shape, 512, 384, 47, 54);
        Refuse(shape, 512, 384, 48, 53);
        Refuse(shape, 512, 384, 48, 54, 0);
        Refuse(shape, 512, 384, 48, 54, 17);
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.BackwardPairs(VectorWidth.Scalar, tall, 1, new float[4096], new ushort[4096], 16, new float[4096]));
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.BackwardPairs(VectorWidth.Scalar, tiling, 1, new float[192], new ushort[48], 16, new float[383]));
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.BackwardPairs(VectorWidth.Scalar, tiling, 1, new float[191], new ushort[48], 16, new float[384]));
        Assert.Throws<ArgumentException>(() => RoutedPoolKernel.BackwardPairs(VectorWidth.Scalar, tiling, 1, new float[192], new ushort[47], 16, new float[384]));
    }

    /// <summary>Each block of outputs on its own gives its part.</summary>
    private static void AssertBlocksAlone(VectorWidth vector, ConvolutionShape shape, float[] x, float[] dy, ushort[] routes, int lanes, float[] expected)
    {
        float[] actual = LaneBlocks.Filled(expected.Length);
        int blocks = WeightGradientPairKernel.Blocks(vector, shape), perOutput = shape.InputChannels * 9, plane = dy.Length / shape.OutputChannels;
        for (int block = blocks - 1; block >= 0; block--)
        {
            int first = ChannelBlocks.Start(shape.OutputChannels, blocks, block), count = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - first;
            WeightGradientPairKernel.Run(
                vector, shape with { OutputChannels = count }, x, dy.AsSpan(first * plane, count * plane), routes.AsSpan(first * shape.OutputPixels, count * shape.OutputPixels), lanes,
                actual.AsSpan(first * perOutput, count * perOutput));
        }

        LaneBlocks.AssertSameBits(expected, actual, $"{vector} in blocks");
    }

    /// <summary>A pooled gradient, and routes of a pooling: in each lane one pixel of a window, or none.</summary>
    internal static (float[] Gradient, ushort[] Routes) Pooled(Random random, ConvolutionShape shape, int lanes)
    {
        PoolingShape pool = Pool(shape);
        var routes = new ushort[pool.Channels * pool.InputPixels];
        RectifiedPoolKernel.Forward(
            VectorWidth.Scalar, pool, Activation.Rectifier with { High = 0.75f }, LaneBlocks.Random(random, routes.Length, lanes), lanes, new float[pool.Channels * pool.OutputPixels * LaneBlocks.Lanes], routes);
        return (LaneBlocks.Random(random, pool.Channels * pool.OutputPixels, lanes), routes);
    }

    /// <summary>The gradient of pairs of pixels in front of the pooling.</summary>
    internal static float[] Pairs(VectorWidth vector, ConvolutionShape shape, float scale, float[] pooled, ushort[] routes, int lanes)
    {
        var pairs = new float[shape.OutputChannels * shape.OutputPixels / 2 * LaneBlocks.Lanes];
        RoutedPoolKernel.BackwardPairs(vector, Pool(shape), scale, pooled, routes, lanes, pairs);
        return pairs;
    }

    /// <summary>Windows of two by two behind a convolution.</summary>
    internal static PoolingShape Pool(ConvolutionShape shape) => new(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth, 2, 2, 2);
}
