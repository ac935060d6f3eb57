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
    public void WeightGradient_AllWidthsAndParts_EqualsTheReferenceBitForBit(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, paddingRows, paddingColumns);
        var random = new Random(shape.GetHashCode() & 0xff);
        int plane = shape.OutputPixels * Lanes, perOutput = inputs * Taps;
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), dy = LaneBlocks.Random(random, outputs * shape.OutputPixels, lanes), expected = new float[shape.WeightCount];
            MinimalFilterGradientReference.Run(shape, x, dy, lanes, expected);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] actual = LaneBlocks.Filled(expected.Length), parts = LaneBlocks.Filled(expected.Length);
                MinimalFilterGradientKernel.Run(vector, shape, x, dy, outputs, lanes, actual);
                LaneBlocks.AssertSameBits(expected, actual, $"{vector} {lanes}");
                // Two parts that are not whole tiles.
                for (int first = 0, count = outputs / 3 + 1; first < outputs; first += count, count = outputs - first)
                    MinimalFilterGradientKernel.Run(vector, shape, x, dy.AsSpan(first * plane, count * plane), count, lanes, parts.AsSpan(first * perOutput, count * perOutput));
                LaneBlocks.AssertSameBits(expected, parts, $"{vector} {lanes} in parts");
            }
        }
    }

    /// <summary>
    /// Input channels in several groups, because the terms of all are too many, with one strip of tiles and with two, and more outputs than there are sums for at once: each as much as is needed for that, because the reference takes long; once all lanes, so that terms fill their memory.
    /// </summary>
    [Theory]
    [InlineData(71, 16, 16, 16, 16)]
    [InlineData(131, 17, 12, 25, 7)]
    [InlineData(1024, 70, 4, 4, 2)]
    [InlineData(1023, 67, 7, 7, 1)]
    public void WeightGradient_InGroupsOfInputsAndPartsOfOutputs_EqualsTheReferenceBitForBit(int inputs, int outputs, int height, int width, int lanes)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, 1, 1);
        var random = new Random(inputs);
        float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), dy = LaneBlocks.Random(random, outputs * shape.OutputPixels, lanes), expected = new float[shape.WeightCount], actual = LaneBlocks.Filled(expected.Length);
        MinimalFilterGradientReference.Run(shape, x, dy, lanes, expected);
        MinimalFilterGradientKernel.Run(VectorWidths.Widest, shape, x, dy, outputs, lanes, actual);
        LaneBlocks.AssertSameBits(expected, actual, $"{shape}");
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        var shape = new ConvolutionShape(16, 17, 4, 5, 3, 3, 1, 1);
        int x = 16 * 20 * Lanes, dy = 17 * 20 * Lanes, gradient = 17 * 16 * Taps;
        void Run(ConvolutionShape some, int x, int dy, int gradient, int count = 17, int lanes = 16) => MinimalFilterGradientKernel.Run(VectorWidth.Scalar, some, new float[x], new float[dy], count, lanes, new float[gradient]);
        void Refuse(ConvolutionShape some, int x, int dy, int gradient, int count = 17, int lanes = 16) => Assert.ThrowsAny<ArgumentException>(() => Run(some, x, dy, gradient, count, lanes));
        Run(shape, x, dy, gradient);
        Refuse(shape, x - 1, dy, gradient);
        Refuse(shape, x, dy - 1, gradient);
        Refuse(shape, x, dy, gradient - 1);
        // Of fewer outputs less is wanted, but not of the input.
        int someDy = 2 * 20 * Lanes, someGradient = 2 * 16 * Taps;
        Run(shape, x, someDy, someGradient, 2);
        Refuse(shape, x - 1, someDy, someGradient, 2);
        Refuse(shape, x, someDy - 1, someGradient, 2);
        Refuse(shape, x, someDy, someGradient - 1, 2);
        Refuse(shape, x, dy, gradient, 0);
        Refuse(shape, 2 * x, 2 * dy, 2 * gradient, 18);
        Refuse(shape, x, dy, gradient, 17, 0);
        Refuse(shape, 2 * x, 2 * dy, gradient, 17, 17);
        Refuse(shape with { InputChannels = 15 }, x, dy, gradient);
        Refuse(shape with { OutputChannels = 15 }, x, dy, gradient, 15);
        Refuse(shape with { Height = 3 }, x, dy, gradient);
        Refuse(shape with { KernelRows = 1, PaddingRows = 0 }, x, dy, gradient);
    }
}
