// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class TransposedKernelTests
{
    /// <summary>Input channels, output channels, height, width, padding: odd sizes, single rows and columns, remainders of the channel blocks, several strips of rows.</summary>
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 1, 1, 3, 3, 1 }, { 1, 1, 1, 1, 0 }, { 1, 1, 1, 1, 1 }, { 3, 4, 2, 5, 0 }, { 4, 3, 5, 2, 1 }, { 5, 9, 4, 4, 2 }, { 2, 7, 1, 6, 1 }, { 8, 2, 6, 1, 0 }, { 3, 5, 2, 2, 2 },
        { 7, 11, 9, 13, 1 }, { 13, 4, 2, 60, 0 }, { 6, 3, 8, 9, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Kernels_AllWidths_EqualTheReferenceBitForBit(int inputs, int outputs, int height, int width, int padding)
    {
        var shape = new TransposedShape(inputs, outputs, height, width, padding);
        var random = new Random(inputs + 10 * outputs + 100 * height + padding);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), dy = LaneBlocks.Random(random, outputs * shape.OutputPixels, lanes);
            float[] weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, outputs);
            float[] y = new float[dy.Length], plain = new float[dy.Length], dx = new float[x.Length], dw = new float[weights.Length];
            TransposedReference.Forward(shape, x, weights, bias, lanes, y);
            TransposedReference.Forward(shape, x, weights, [], lanes, plain);
            TransposedReference.InputGradient(shape, dy, weights, lanes, dx);
            TransposedReference.WeightGradient(shape, x, dy, lanes, dw);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] output = LaneBlocks.Filled(dy.Length), gradient = LaneBlocks.Filled(x.Length), change = LaneBlocks.Filled(weights.Length);
                Transposed.Forward(vector, shape, x, weights, bias, lanes, output);
                LaneBlocks.AssertSameBits(y, output, lanes, $"{vector}");
                Transposed.Forward(vector, shape, x, weights, [], lanes, output);
                LaneBlocks.AssertSameBits(plain, output, lanes, $"{vector} without bias");
                Transposed.InputGradient(vector, shape, dy, weights, lanes, gradient);
                LaneBlocks.AssertSameBits(dx, gradient, lanes, $"{vector} input gradient");
                TransposedKernel.WeightGradient(vector, shape, x, dy, lanes, change);
                LaneBlocks.AssertSameBits(dw, change, $"{vector} weight gradient");
            }
        }
    }

    [Fact]
    public void WeightGradient_WhatLiesInLanesWithoutImage_DoesNotCount()
    {
        var shape = new TransposedShape(2, 3, 3, 2, 1);
        var random = new Random(4);
        float[] x = LaneBlocks.Random(random, 2 * shape.InputPixels, 16), dy = LaneBlocks.Random(random, 3 * shape.OutputPixels, 16);
        float[] expected = new float[shape.WeightCount];
        TransposedReference.WeightGradient(shape, x, dy, 5, expected);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] gradient = new float[shape.WeightCount];
            TransposedKernel.WeightGradient(vector, shape, x, dy, 5, gradient);
            LaneBlocks.AssertSameBits(expected, gradient, $"{vector}");
        }
    }

    /// <summary>The worked example of numerics.md section 7.3: input 1 to 9, kernel 1 to 9, padding 1.</summary>
    [Fact]
    public void Forward_OfTheWorkedExample_GivesItsNumbers()
    {
        var shape = new TransposedShape(1, 1, 3, 3, 1);
        float[] x = new float[9 * 16], y = new float[36 * 16];
        for (int i = 0; i < 9; i++) x[i * 16] = i + 1;
        float[] turned = [9, 8, 7, 6, 5, 4, 3, 2, 1];
        float[] expected =
        [
            5, 14, 10, 24, 15, 18,
            16, 40, 26, 60, 36, 45,
            20, 44, 25, 54, 30, 36,
            46, 100, 56, 120, 66, 81,
            35, 74, 40, 84, 45, 54,
            56, 119, 64, 135, 72, 81,
        ];
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            Transposed.Forward(vector, shape, x, turned, [], 1, y);
            Assert.Equal(expected, Enumerable.Range(0, 36).Select(pixel => y[pixel * 16]));
        }
    }
}
