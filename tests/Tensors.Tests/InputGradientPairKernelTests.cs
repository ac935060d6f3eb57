// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class InputGradientPairKernelTests
{
    /// <summary>Inputs, outputs, height, width, padding rows and columns of 3x3 convolutions whose output has an even number of columns: odd and even paddings, and maps narrower than a tile.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, int, int, int>();
            foreach ((int inputs, int outputs) in new[] { (1, 1), (5, 2), (3, 3), (2, 3), (7, 1), (11, 4) })
                foreach ((int height, int width) in new[] { (2, 2), (1, 4), (5, 6), (3, 8), (4, 10), (2, 18), (2, 20) })
                    foreach ((int rows, int columns) in new[] { (0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (1, 2), (3, 3), (4, 4) })
                        if (height + 2 * rows >= 3 && width + 2 * columns > 3) data.Add(inputs, outputs, height, width, rows, columns);
            for (int padding = 1; padding <= 4; padding++) data.Add(24, 24, 6, 8, padding, padding);
            data.Add(60, 2, 16, 16, 1, 1);
            data.Add(3, 60, 14, 14, 2, 2);
            return data;
        }
    }

    /// <summary>All widths give the bits of the reference, and those of the chain over all pixels.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void InputGradient_AllWidths_EqualsTheReferencesBitForBit(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, paddingRows, paddingColumns);
        var random = new Random(inputs + 3 * outputs + 5 * height + 7 * width + 11 * paddingRows);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] dy = Routed(random, shape, lanes), weights = LaneBlocks.Values(random, shape.WeightCount);
            float[] plain = new float[inputs * shape.InputPixels * LaneBlocks.Lanes], paired = new float[plain.Length];
            ConvolutionReference.InputGradient(shape, dy, weights, lanes, plain);
            ConvolutionReference.PairedInputGradient(shape, dy, weights, lanes, paired);
            LaneBlocks.AssertSameBits(plain, paired, lanes, "reference");
            foreach (VectorWidth vector in LaneBlocks.Widths) AssertKernel(vector, shape, dy, weights, lanes, paired);
        }
    }

    /// <summary>Weights and gradients that are not finite, zeros of both signs and sums that underflow: all widths as the reference.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void SpecialValues_AllWidths_EqualTheReferenceBitForBit(int padding)
    {
        float[] special = [float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, 0, -0f, 0.5f, float.MaxValue];
        var shape = new ConvolutionShape(6, 4, 5, 8, 3, 3, 1, padding);
        var random = new Random(padding);
        foreach ((int share, int weightShare) in new[] { (30, 30), (300, 300), (30, int.MaxValue), (int.MaxValue, 30), (int.MaxValue, int.MaxValue) })
        {
            float[] dy = Routed(random, shape, LaneBlocks.Lanes), weights = LaneBlocks.Values(random, shape.WeightCount);
            for (int i = 0; i < dy.Length; i++)
                if (dy[i] != 0) dy[i] = random.Next(share) == 0 ? special[random.Next(special.Length)] : dy[i] * 1e-30f;
            for (int i = 0; i < weights.Length; i++) weights[i] = random.Next(weightShare) == 0 ? special[random.Next(special.Length)] : weights[i] * 1e-12f;
            var expected = new float[6 * shape.InputPixels * LaneBlocks.Lanes];
            ConvolutionReference.PairedInputGradient(shape, dy, weights, LaneBlocks.Lanes, expected);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] actual = Run(vector, shape, dy, weights, LaneBlocks.Lanes);
                LaneBlocks.AssertSameNumbers(expected, actual, $"{vector}");
            }
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        var shape = new ConvolutionShape(2, 3, 4, 4, 3, 3, 1, 1);
        void Refuse(ConvolutionShape some, int dy, int weights, int dx, int lanes = 16) =>
            Assert.ThrowsAny<ArgumentException>(() => InputGradientPairKernel.Run(VectorWidth.Scalar, some, new float[dy], new float[weights], lanes, new float[dx]));
        Refuse(shape with { Width = 5 }, 4096, 4096, 4096);
        Refuse(shape with { KernelRows = 1 }, 4096, 4096, 4096);
        Refuse(shape with { KernelColumns = 1 }, 4096, 4096, 4096);
        Refuse(shape, 767, 54, 512);
        Refuse(shape, 768, 53, 512);
        Refuse(shape, 768, 54, 511);
        Refuse(shape, 768, 54, 512, 0);
        Refuse(shape, 768, 54, 512, 17);
    }

    /// <summary>All channels at once, and each block of channels on its own.</summary>
    private static void AssertKernel(VectorWidth vector, ConvolutionShape shape, float[] dy, float[] weights, int lanes, float[] expected)
    {
        LaneBlocks.AssertSameBits(expected, Run(vector, shape, dy, weights, lanes), lanes, $"{vector} {lanes}");
        float[] turned = LaneBlocks.Filled(weights.Length), actual = LaneBlocks.Filled(expected.Length);
        ConvolutionKernel.PackTurned(vector, shape, weights, turned);
        int blocks = ConvolutionKernel.Blocks(vector, shape.InputGradient), perInput = shape.OutputChannels * 9, plane = shape.InputPixels * LaneBlocks.Lanes;
        for (int block = blocks - 1; block >= 0; block--)
        {
            int first = ChannelBlocks.Start(shape.InputChannels, blocks, block), count = ChannelBlocks.Start(shape.InputChannels, blocks, block + 1) - first;
            InputGradientPairKernel.Run(vector, shape with { InputChannels = count }, dy, turned.AsSpan(first * perInput, count * perInput), lanes, actual.AsSpan(first * plane, count * plane));
        }

        LaneBlocks.AssertSameBits(expected, actual, lanes, $"{vector} in blocks");
    }

    private static float[] Run(VectorWidth vector, ConvolutionShape shape, float[] dy, float[] weights, int lanes)
    {
        float[] turned = LaneBlocks.Filled(weights.Length), dx = LaneBlocks.Filled(shape.InputChannels * shape.InputPixels * LaneBlocks.Lanes);
        ConvolutionKernel.PackTurned(vector, shape, weights, turned);
        InputGradientPairKernel.Run(vector, shape, dy, turned, lanes, dx);
        return dx;
    }

    /// <summary>A gradient as a pooling hands it back: of the pixels in columns 0 and 1, 2 and 3 and so on one has it in each lane, or none.</summary>
    private static float[] Routed(Random random, ConvolutionShape shape, int lanes)
    {
        float[] dy = LaneBlocks.Random(random, shape.OutputChannels * shape.OutputPixels, lanes);
        for (int pair = 0; pair < dy.Length / LaneBlocks.Lanes; pair += 2)
            for (int lane = 0; lane < LaneBlocks.Lanes; lane++)
            {
                int taken = random.Next(4);
                if (taken != 0) dy[pair * LaneBlocks.Lanes + lane] = 0;
                if (taken != 1) dy[(pair + 1) * LaneBlocks.Lanes + lane] = 0;
            }
        return dy;
    }
}
