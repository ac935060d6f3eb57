// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Weight gradients by minimal filtering.</summary>
public sealed class MinimalFilterGradientKernelTests
{
    private const int Lanes = LaneBlocks.Lanes;
    private const int Taps = 9;

    /// <summary>Those of the convolutions, and maps of one whole strip of tiles and of two.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes => [.. MinimalFilterKernelTests.Shapes, (16, 17, 16, 16, 1, 1), (18, 16, 11, 25, 1, 1), (61, 16, 8, 8, 1, 1)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void WeightGradient_AllWidthsAndRows_EqualsTheReferenceBitForBit(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, paddingRows, paddingColumns);
        var random = new Random(shape.GetHashCode() & 0xff);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), dy = LaneBlocks.Random(random, outputs * shape.OutputPixels, lanes), expected = new float[shape.WeightCount];
            MinimalFilterGradientReference.Run(shape, x, dy, lanes, expected);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                LaneBlocks.AssertSameBits(expected, Gradient(vector, shape, x, dy, lanes, (0, 4)), $"{vector} {lanes}");
                LaneBlocks.AssertSameBits(expected, Gradient(vector, shape, x, dy, lanes, (3, 4), (1, 3), (0, 1)), $"{vector} {lanes} row by row");
            }
        }
    }

    /// <summary>
    /// Input channels in several groups, because the terms of all are too many, with one strip of tiles and with two: each as much as is needed for that, because the reference takes long; once all lanes, so that terms fill their memory.
    /// </summary>
    [Theory]
    [InlineData(71, 16, 16, 16, 16)]
    [InlineData(131, 38, 12, 25, 7)]
    [InlineData(1024, 18, 4, 4, 2)]
    [InlineData(1023, 16, 7, 7, 1)]
    public void WeightGradient_InGroupsOfInputs_EqualsTheReferenceBitForBit(int inputs, int outputs, int height, int width, int lanes)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, 1, 1);
        var random = new Random(inputs);
        float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), dy = LaneBlocks.Random(random, outputs * shape.OutputPixels, lanes), expected = new float[shape.WeightCount];
        MinimalFilterGradientReference.Run(shape, x, dy, lanes, expected);
        LaneBlocks.AssertSameBits(expected, Gradient(VectorWidths.Widest, shape, x, dy, lanes, (0, 3), (3, 4)), $"{shape}");
    }

    /// <summary>A row of terms that no second-level cache keeps, so several blocks of outputs have theirs in memory, in the last turn fewer of them; one strip of tiles and a part of another.</summary>
    [Fact]
    public void WeightGradient_OfSeveralBlocksOfOutputsAtOnce_EqualsTheReferenceBitForBit()
    {
        var shape = new ConvolutionShape(43, 38, 16, 18, 3, 3, 1, 1);
        Assert.Equal(8, MinimalFilterGradientKernel.BlocksAtOnce(shape, Lanes));
        Assert.Equal(34, MinimalFilterGradientKernel.BlocksAtOnce(shape, 1));
        var random = new Random(9);
        float[] x = LaneBlocks.Random(random, 43 * shape.InputPixels, 15), dy = LaneBlocks.Random(random, 38 * shape.OutputPixels, 15), expected = new float[shape.WeightCount];
        MinimalFilterGradientReference.Run(shape, x, dy, 15, expected);
        foreach (VectorWidth vector in LaneBlocks.Widths) LaneBlocks.AssertSameBits(expected, Gradient(vector, shape, x, dy, 15, (1, 4), (0, 1)), $"{vector}");
    }

    /// <summary>Whoever finds a row leaves the sums of the others, which somebody else may write at the same time, as they are.</summary>
    [Fact]
    public void SumsOfOtherRows_StayAsTheyAre()
    {
        var shape = new ConvolutionShape(17, 19, 8, 9, 3, 3, 1, 1);
        var random = new Random(4);
        float[] x = LaneBlocks.Random(random, 17 * shape.InputPixels, 5), dy = LaneBlocks.Random(random, 19 * shape.OutputPixels, 5);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] all = Sums(shape), expected = Sums(shape);
            int row = all.Length / 4;
            MinimalFilterGradientKernel.Sum(vector, shape, x, dy, 0, 4, 5, all);
            for (int from = 0; from < 4; from++)
            {
                float[] one = Sums(shape);
                MinimalFilterGradientKernel.Sum(vector, shape, x, dy, from, from + 1, 5, one);
                all.AsSpan(from * row, row).CopyTo(expected.AsSpan(from * row));
                LaneBlocks.AssertSameBits(expected, one, $"{vector} row {from}");
                Sums(shape).CopyTo(expected, 0);
            }
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        var shape = new ConvolutionShape(16, 17, 4, 5, 3, 3, 1, 1);
        int x = 16 * 20 * Lanes, dy = 17 * 20 * Lanes, gradient = 17 * 16 * Taps, sums = (int)MinimalFilterGradientKernel.SumFloats(shape);
        void Sum(ConvolutionShape some, int x, int dy, int sums, int from = 0, int to = 4, int lanes = 16) => MinimalFilterGradientKernel.Sum(VectorWidth.Scalar, some, new float[x], new float[dy], from, to, lanes, new float[sums]);
        void Kernels(ConvolutionShape some, int sums, int gradient) => MinimalFilterGradientKernel.Kernels(VectorWidth.Scalar, some, new float[sums], new float[gradient]);
        void Refuse(Action run) => Assert.ThrowsAny<ArgumentException>(run);
        Sum(shape, x, dy, sums);
        Refuse(() => Sum(shape, x - 1, dy, sums));
        Refuse(() => Sum(shape, x, dy - 1, sums));
        Refuse(() => Sum(shape, x, dy, sums - 1));
        Refuse(() => Sum(shape, x, dy, sums, -1));
        Refuse(() => Sum(shape, x, dy, sums, 2, 1));
        Refuse(() => Sum(shape, x, dy, sums, 0, 5));
        Refuse(() => Sum(shape, x, dy, sums, lanes: 0));
        Refuse(() => Sum(shape, 2 * x, 2 * dy, sums, lanes: 17));
        Kernels(shape, sums, gradient);
        Refuse(() => Kernels(shape, sums - 1, gradient));
        Refuse(() => Kernels(shape, sums, gradient - 1));
        foreach (ConvolutionShape other in new[] { shape with { InputChannels = 15 }, shape with { OutputChannels = 15 }, shape with { Height = 3 }, shape with { KernelRows = 1, PaddingRows = 0 } })
        {
            Refuse(() => Sum(other, x, dy, sums));
            Refuse(() => Kernels(other, sums, gradient));
        }
    }

    private static float[] Gradient(VectorWidth width, in ConvolutionShape shape, float[] x, float[] dy, int lanes, params (int From, int To)[] rows)
    {
        float[] sums = Sums(shape), gradient = LaneBlocks.Filled(shape.WeightCount);
        foreach ((int from, int to) in rows) MinimalFilterGradientKernel.Sum(width, shape, x, dy, from, to, lanes, sums);
        MinimalFilterGradientKernel.Kernels(width, shape, sums, gradient);
        return gradient;
    }

    private static float[] Sums(in ConvolutionShape shape) => LaneBlocks.Filled((int)MinimalFilterGradientKernel.SumFloats(shape));
}
