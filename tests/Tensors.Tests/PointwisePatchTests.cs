// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Four pixels of all channels in the order of the vectors that read them: from bytes, from patch to patch and from patch to map.</summary>
public sealed class PointwisePatchTests
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Pixels = ConvolutionTile.Pixels;

    private static IEnumerable<VectorWidth> Vectors => LaneBlocks.Widths.Where(width => width != VectorWidth.Scalar);

    [Theory]
    [InlineData(1, 4, 16)]
    [InlineData(3, 3, 48)]
    [InlineData(1, 7, 80)]
    [InlineData(2, 4, 128)]
    public void RunPatch_PutsEachImageOfFourPixelsIntoItsLaneAndZerosIntoTheRest(int height, int width, int channels)
    {
        var shape = new SampleShape(height, width, channels);
        var random = new Random(channels);
        foreach (VectorWidth vector in Vectors)
            foreach (int count in LaneBlocks.LaneCounts)
                foreach (float divisor in new[] { 128f, 3f })
                    for (int pixel = 0; pixel <= shape.Pixels - Pixels; pixel++)
                    {
                        sbyte[] samples = [.. Enumerable.Range(0, count * shape.Count).Select(_ => (sbyte)random.Next(-128, 128))];
                        float[] patch = LaneBlocks.Filled(channels * Pixels * Lanes);
                        TransposeKernel.RunPatch(samples, count, shape, divisor, pixel, vector, patch);
                        for (int c = 0; c < channels; c++)
                            for (int p = 0; p < Pixels; p++)
                                for (int lane = 0; lane < Lanes; lane++)
                                {
                                    float expected = lane < count ? samples[lane * shape.Count + (pixel + p) * channels + c] / divisor : 0, actual = patch[Place(vector, channels, c, p, lane)];
                                    if (BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(actual)) Assert.Fail($"{vector}: channel {c} pixel {p} image {lane}: expected {expected:R}, got {actual:R}");
                                }
                    }
    }

    [Fact]
    public void RunPatch_PixelsOutsideOrChannelsThatShareAGroup_AreRefused()
    {
        var shape = new SampleShape(1, 6, 16);
        var samples = new sbyte[shape.Count];
        var patch = new float[16 * Pixels * Lanes];
        Assert.Throws<ArgumentException>(() => TransposeKernel.RunPatch(samples, 1, shape, 128, 3, VectorWidth.Vector256, patch));
        Assert.Throws<ArgumentException>(() => TransposeKernel.RunPatch(samples, 1, shape, 128, -1, VectorWidth.Vector256, patch));
        Assert.Throws<ArgumentException>(() => TransposeKernel.RunPatch(samples, 2, shape, 128, 0, VectorWidth.Vector256, patch));
        Assert.Throws<ArgumentException>(() => TransposeKernel.RunPatch(samples, 1, shape, 128, 0, VectorWidth.Scalar, patch));
        Assert.Throws<ArgumentException>(() => TransposeKernel.RunPatch(samples, 1, shape, 128, 0, VectorWidth.Vector256, patch.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => TransposeKernel.RunPatch(samples, 1, new SampleShape(1, 8, 12), 128, 0, VectorWidth.Vector256, patch));
        Assert.Throws<ArgumentException>(() => TransposeKernel.RunPatch(samples, 1, new SampleShape(1, 3, 32), 128, 0, VectorWidth.Vector256, patch));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(7, 12)]
    [InlineData(16, 13)]
    [InlineData(50, 16)]
    [InlineData(97, 5)]
    [InlineData(128, 100)]
    [InlineData(30, 115)]
    public void ForwardPatch_AllWidthsAndChains_EqualsTheReferenceBitForBit(int inputs, int outputs)
    {
        const int MapPixels = 11;
        var random = new Random(inputs * 131 + outputs);
        var shape = new ConvolutionShape(inputs, outputs, 1, Pixels, 1, 1, 0, 0);
        Activation[] chains = [Activation.Identity, Activation.Rectifier, Activation.Rectifier with { Scale = 2, Low = -1, High = 1 }, Activation.Identity with { Low = -0.5f, High = 0.25f }];
        foreach (Activation chain in chains)
        {
            int lanes = LaneBlocks.LaneCounts[random.Next(LaneBlocks.LaneCounts.Length)];
            float[] x = LaneBlocks.Random(random, inputs * Pixels, lanes), weights = LaneBlocks.Values(random, shape.WeightCount);
            float[] bias = random.Next(2) == 0 ? [] : LaneBlocks.Values(random, outputs);
            var expected = new float[outputs * Pixels * Lanes];
            ConvolutionReference.Forward(shape, x, weights, bias, lanes, expected);
            ActivationReference.Forward(chain, expected, outputs * Pixels, lanes, expected, []);
            foreach (VectorWidth vector in Vectors)
            {
                float[] packed = LaneBlocks.Filled(weights.Length), patch = ToPatch(vector, inputs, x);
                ConvolutionKernel.Pack(vector, shape, weights, packed);
                float[] y = LaneBlocks.Filled(expected.Length);
                ConvolutionKernel.ForwardPatch(vector, shape, patch, packed, bias, chain, lanes, y, 0);
                LaneBlocks.AssertSameBits(expected, FromPatch(vector, outputs, y), lanes, $"{vector} to a patch");

                // The pixels of a map beside these stay as they are.
                int first = random.Next(MapPixels - Pixels + 1);
                float[] map = LaneBlocks.Filled(outputs * MapPixels * Lanes), whole = (float[])map.Clone();
                ConvolutionKernel.ForwardPatch(vector, shape, patch, packed, bias, chain, lanes, map.AsSpan(first * Lanes), MapPixels);
                for (int channel = 0; channel < outputs; channel++) expected.AsSpan(channel * Pixels * Lanes, Pixels * Lanes).CopyTo(whole.AsSpan((channel * MapPixels + first) * Lanes));
                LaneBlocks.AssertSameBits(whole, map, lanes, $"{vector} to a map");
            }
        }
    }

    [Fact]
    public void ForwardPatch_OtherShapesAndTooLittleMemory_AreRefused()
    {
        var shape = new ConvolutionShape(2, 3, 1, Pixels, 1, 1, 0, 0);
        var x = new float[2 * Pixels * Lanes];
        var y = new float[3 * Pixels * Lanes];
        var weights = new float[9 * 6];
        Assert.Throws<ArgumentException>(() => ConvolutionKernel.ForwardPatch(VectorWidth.Scalar, shape, x, weights, [], Activation.Identity, 16, y, 0));
        Assert.Throws<ArgumentException>(() => ConvolutionKernel.ForwardPatch(VectorWidth.Vector256, shape with { Width = 3 }, x, weights, [], Activation.Identity, 16, y, 0));
        Assert.Throws<ArgumentException>(() => ConvolutionKernel.ForwardPatch(VectorWidth.Vector256, shape with { KernelColumns = 3, PaddingColumns = 1 }, x, weights, [], Activation.Identity, 16, y, 0));
        Assert.Throws<ArgumentException>(() => ConvolutionKernel.ForwardPatch(VectorWidth.Vector256, shape, x.AsSpan(1), weights, [], Activation.Identity, 16, y, 0));
        Assert.Throws<ArgumentException>(() => ConvolutionKernel.ForwardPatch(VectorWidth.Vector256, shape, x, weights, [], Activation.Identity, 16, y.AsSpan(1), 0));
        Assert.Throws<ArgumentException>(() => ConvolutionKernel.ForwardPatch(VectorWidth.Vector256, shape, x, weights, [], Activation.Identity, 16, y, Pixels + 1));
    }

    /// <summary>Blocks in any order, each with patches of its own: the last two share pixels.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Stack_BlocksOneByOneAndBackwards_EqualTheReferenceBitForBit(int convolutions)
    {
        const int Divisor = 128;
        var input = new SampleShape(3, 5, 48);
        int[] channels = [48, 20, 33, 7];
        Activation chain = Activation.Rectifier with { High = 1 };
        var random = new Random(convolutions);
        foreach (VectorWidth vector in Vectors)
            foreach (int lanes in LaneBlocks.LaneCounts)
            {
                sbyte[] samples = [.. Enumerable.Range(0, lanes * input.Count).Select(_ => (sbyte)random.Next(-128, 128))];
                var map = new float[input.Count * Lanes];
                for (int i = 0; i < input.Count; i++)
                    for (int lane = 0; lane < lanes; lane++) map[(i % 48 * 15 + i / 48) * Lanes + lane] = samples[lane * input.Count + i] / (float)Divisor;
                ConvolutionShape[] shapes = [.. Enumerable.Range(0, convolutions).Select(i => new ConvolutionShape(channels[i], channels[i + 1], 3, 5, 1, 1, 0, 0))];
                var stack = new PointwiseStack(vector, input, [.. shapes.Select(shape => (shape, chain))]);
                for (int i = 0; i < convolutions; i++)
                {
                    float[] weights = LaneBlocks.Values(random, shapes[i].WeightCount), bias = i == 1 ? LaneBlocks.Values(random, channels[i + 1]) : [];
                    // What an earlier call gave is gone.
                    stack.SetParameters(i, LaneBlocks.Filled(weights.Length), LaneBlocks.Filled(channels[i + 1]));
                    stack.SetParameters(i, weights, bias);
                    var y = new float[channels[i + 1] * 15 * Lanes];
                    ConvolutionReference.Forward(shapes[i], map, weights, bias, lanes, y);
                    ActivationReference.Forward(chain, y, channels[i + 1] * 15, lanes, y, []);
                    map = y;
                }

                float[] actual = LaneBlocks.Filled(map.Length);
                Assert.Equal(4, stack.Blocks);
                for (int block = stack.Blocks - 1; block >= 0; block--) stack.Run(samples, lanes, Divisor, block, block + 1, LaneBlocks.Filled(stack.PatchCount), actual);
                LaneBlocks.AssertSameBits(map, actual, lanes, $"{vector}");
            }
    }

    [Fact]
    public void Stack_OfMoreChannelsThanFit_IsRefused()
    {
        var input = new SampleShape(1, 4, 1 << 26);
        var shape = new ConvolutionShape(1 << 26, 1, 1, 4, 1, 1, 0, 0);
        Assert.Throws<ArgumentException>(() => new PointwiseStack(VectorWidth.Vector256, input, [(shape, Activation.Identity)]));
    }

    private static int Place(VectorWidth vector, int channels, int channel, int pixel, int lane)
    {
        int step = (int)vector;
        return ((lane / step * channels + channel) * Pixels + pixel) * step + lane % step;
    }

    private static float[] ToPatch(VectorWidth vector, int channels, float[] map)
    {
        var patch = new float[map.Length];
        for (int i = 0; i < map.Length; i++) patch[Place(vector, channels, i / (Pixels * Lanes), i / Lanes % Pixels, i % Lanes)] = map[i];
        return patch;
    }

    private static float[] FromPatch(VectorWidth vector, int channels, float[] patch)
    {
        var map = new float[patch.Length];
        for (int i = 0; i < map.Length; i++) map[i] = patch[Place(vector, channels, i / (Pixels * Lanes), i / Lanes % Pixels, i % Lanes)];
        return map;
    }
}
