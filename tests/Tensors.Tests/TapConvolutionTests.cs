// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class TapConvolutionTests
{
    private const int Lanes = LaneBlocks.Lanes;

    /// <summary>Input channels, output channels, length, taps, padding, dilation: one block of outputs and several, tiles of one, two and four pixels, pixels without any tap, no tap at all.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1, 0, 1 }, { 2, 3, 9, 3, 0, 2 }, { 3, 7, 12, 3, 2, 2 }, { 5, 4, 20, 9, 4, 1 }, { 4, 11, 7, 2, 0, 6 }, { 3, 5, 13, 3, 3, 5 }, { 1, 16, 30, 5, 2, 3 }, { 2, 2, 3, 1, 2, 1 }, { 1, 6, 1, 2, 2, 4 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Dilated_AllWidths_EqualsPlainLoopsBitForBit(int inputs, int outputs, int length, int taps, int padding, int dilation)
    {
        int positions = length + 2 * padding - (taps - 1) * dilation;
        var kernels = new ConvolutionShape(inputs, outputs, 1, length, 1, taps, 0, padding);
        var random = new Random(inputs + 10 * outputs + 100 * length + dilation);
        float[] weights = LaneBlocks.Values(random, kernels.WeightCount), bias = LaneBlocks.Values(random, outputs);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, inputs * length, lanes);
            foreach (float[] offsets in new[] { bias, [] })
            {
                float[] expected = Plain(x, weights, offsets, inputs, outputs, length, positions, taps, padding, dilation, lanes);
                foreach (VectorWidth vector in LaneBlocks.Widths)
                {
                    float[] packed = new float[weights.Length], y = LaneBlocks.Filled(expected.Length);
                    ConvolutionKernel.Pack(vector, kernels, weights, packed);
                    new TapConvolution(vector, kernels, TapGeometry.Dilated(length, positions, taps, padding, dilation, Lanes, Lanes), length, positions).Run(x, packed, offsets, lanes, y);
                    LaneBlocks.AssertSameBits(expected, y, lanes, $"{vector}, {lanes} lanes");
                }
            }
        }
    }

    [Fact]
    public void Run_LanesWithoutImage_GetNoBias()
    {
        var shape = new TransposedShape(2, 3, 3, 3, 1);
        float[] x = LaneBlocks.Random(new Random(3), 2 * shape.InputPixels, 5), weights = LaneBlocks.Values(new Random(4), shape.WeightCount), y = new float[3 * shape.OutputPixels * Lanes];
        for (int i = 0; i < x.Length; i++)
            if (i % Lanes >= 5) x[i] = 0;
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            Transposed.Forward(vector, shape, x, weights, [1, 2, 3], 5, y);
            for (int i = 0; i < y.Length; i++)
                if (i % Lanes >= 5) Assert.Equal(0, BitConverter.SingleToInt32Bits(y[i]));
        }
    }

    [Fact]
    public void Run_OfSeveralThreadsAtOnce_GivesTheSameBits()
    {
        var shape = new TransposedShape(9, 13, 11, 7, 1);
        TapConvolution shared = TransposedKernel.Forward(VectorWidths.Widest, shape);
        var random = new Random(5);
        float[] packed = LaneBlocks.Values(random, shape.WeightCount);
        float[][] inputs = [.. Enumerable.Range(0, 8).Select(_ => LaneBlocks.Random(random, 9 * shape.InputPixels, Lanes))];
        float[][] alone = [.. inputs.Select(Run)];
        var together = new float[inputs.Length][];
        Parallel.For(0, inputs.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => together[i] = Run(inputs[i]));
        for (int i = 0; i < inputs.Length; i++) LaneBlocks.AssertSameBits(alone[i], together[i], Lanes, $"input {i}");

        float[] Run(float[] x)
        {
            var y = new float[13 * shape.OutputPixels * Lanes];
            shared.Run(x, packed, [], Lanes, y);
            return y;
        }
    }

    [Fact]
    public void Run_MemoryTooSmallOrNoImages_IsRefused()
    {
        var shape = new TransposedShape(2, 3, 3, 3, 1);
        TapConvolution forward = TransposedKernel.Forward(VectorWidths.Widest, shape);
        float[] x = new float[2 * 9 * Lanes], packed = new float[shape.WeightCount], y = new float[3 * 36 * Lanes];
        Assert.Throws<ArgumentException>(() => forward.Run(x.AsSpan(1), packed, [], 1, y));
        Assert.Throws<ArgumentException>(() => forward.Run(x, packed.AsSpan(1), [], 1, y));
        Assert.Throws<ArgumentException>(() => forward.Run(x, packed, [1, 2], 1, y));
        Assert.Throws<ArgumentException>(() => forward.Run(x, packed, [], 1, y.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => forward.Run(x, packed, [], 0, y));
        Assert.Throws<ArgumentOutOfRangeException>(() => forward.Run(x, packed, [], 17, y));
        Assert.Throws<ArgumentException>(() => new TapConvolution(VectorWidths.Widest, new ConvolutionShape(1, 1, 1, 3, 1, 2, 0, 0), TapGeometry.Dilated(3, 1, 3, 0, 1, Lanes, Lanes), 3, 1));
    }

    private static float[] Plain(
        float[] x, float[] weights, float[] bias, int inputs, int outputs, int length, int positions, int taps, int padding, int dilation, int lanes)
    {
        var y = new float[outputs * positions * Lanes];
        for (int o = 0; o < outputs; o++)
            for (int position = 0; position < positions; position++)
                for (int lane = 0; lane < lanes; lane++)
                {
                    float sum = 0;
                    for (int c = 0; c < inputs; c++)
                        for (int tap = 0; tap < taps; tap++)
                        {
                            int from = position + tap * dilation - padding;
                            if (from >= 0 && from < length) sum = MathF.FusedMultiplyAdd(x[(c * length + from) * Lanes + lane], weights[(o * inputs + c) * taps + tap], sum);
                        }
                    y[(o * positions + position) * Lanes + lane] = bias.Length == 0 ? sum : sum + bias[o];
                }
        return y;
    }
}
