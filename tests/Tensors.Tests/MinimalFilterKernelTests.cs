// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Convolutions by minimal filtering.</summary>
public sealed class MinimalFilterKernelTests
{
    private const int Lanes = LaneBlocks.Lanes;

    private static readonly Activation[] Chains = [Activation.Identity, Activation.Rectifier, Activation.Rectifier with { Low = -1, High = 0.5f }, Activation.Identity with { Scale = 2, Low = -0.5f, High = 0.5f }];

    /// <summary>Inputs, outputs, height, width, padding rows and columns.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        { 16, 16, 4, 4, 1, 1 }, { 16, 20, 5, 7, 1, 1 }, { 17, 19, 6, 4, 1, 1 }, { 20, 16, 6, 7, 0, 0 }, { 16, 16, 2, 2, 2, 2 }, { 16, 17, 2, 3, 2, 2 }, { 18, 16, 5, 5, 2, 2 }, { 16, 16, 4, 6, 1, 0 }, { 16, 18, 6, 4, 0, 1 },
        { 16, 16, 2, 4, 2, 1 }, { 16, 16, 4, 2, 1, 2 }, { 33, 50, 7, 5, 1, 2 }, { 40, 64, 8, 6, 1, 1 }, { 16, 37, 4, 9, 1, 1 }, { 60, 60, 3, 4, 2, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Output_AllWidthsAndPartsOfTheMap_EqualsTheReferenceBitForBit(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, paddingRows, paddingColumns);
        Assert.True(MinimalFilter.Takes(shape));
        var random = new Random(shape.GetHashCode() & 0xff);
        foreach (int lanes in LaneBlocks.LaneCounts)
            foreach (bool biased in new[] { false, true })
            {
                float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, biased ? outputs : 0);
                float[] plain = Reference(shape, x, weights, bias, lanes);
                Dictionary<VectorWidth, float[]> packed = LaneBlocks.Widths.ToDictionary(vector => vector, vector => Pack(vector, shape, weights));
                foreach (Activation chain in Chains)
                {
                    float[] expected = [.. plain];
                    var expectedMasks = new ushort[outputs * shape.OutputPixels];
                    if (!chain.IsIdentity) ActivationReference.Forward(chain, expected, outputs * shape.OutputPixels, lanes, expected, expectedMasks);
                    foreach (VectorWidth vector in LaneBlocks.Widths)
                        foreach (bool training in new[] { false, true })
                        {
                            float[] actual = LaneBlocks.Filled(expected.Length);
                            var masks = new ushort[expectedMasks.Length];
                            Array.Fill(masks, ushort.MaxValue);
                            foreach ((int from, int to) in Parts(shape)) MinimalFilterKernel.Forward(vector, shape, x, packed[vector], bias, from, to, chain, lanes, actual, training ? masks : []);
                            LaneBlocks.AssertSameBits(expected, actual, lanes, $"{vector} {chain} bias {biased}");
                            if (training && !chain.IsIdentity) LaneBlocks.AssertSameMasks(expectedMasks, masks, lanes, $"{vector} {chain}");
                        }
                }
            }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void PooledOutputAndRoutes_AllWidths_EqualTheReferencesBitForBit(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, paddingRows, paddingColumns);
        var pool = new PoolingShape(outputs, shape.OutputHeight, shape.OutputWidth, 2, 2, 2);
        var random = new Random(shape.GetHashCode() & 0xff);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, random.Next(2) == 0 ? 0 : outputs);
            // Sums of few different terms are often equal.
            if (random.Next(2) == 0) (x, weights) = (Array.ConvertAll(x, Coarse), Array.ConvertAll(weights, Coarse));
            Activation chain = Activation.Rectifier with { Low = -1, High = random.Next(2) == 0 ? 0.5f : float.PositiveInfinity };
            float[] plain = Reference(shape, x, weights, bias, lanes);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] packed = Pack(vector, shape, weights), trained = new float[outputs * pool.OutputPixels * Lanes], inferred = new float[trained.Length];
                if (!pool.TilesExactly)
                {
                    Assert.Throws<ArgumentException>(() => MinimalFilterKernel.ForwardPooled(vector, shape, x, packed, bias, 0, MinimalFilterKernel.Places(shape), chain, lanes, inferred, []));
                    continue;
                }

                (float[] expected, ushort[] expectedRoutes) = ConvolutionPoolKernelTests.ChainThenPooling(pool, chain, plain, lanes);
                var routes = new ushort[expectedRoutes.Length];
                Array.Fill(routes, ushort.MaxValue);
                foreach ((int from, int to) in Parts(shape)) MinimalFilterKernel.ForwardPooled(vector, shape, x, packed, bias, from, to, chain, lanes, trained, routes);
                LaneBlocks.AssertSameBits(expected, trained, lanes, $"{vector} {chain}");
                Assert.Equal(expectedRoutes, routes);
                // Lanes without an image hold +0 despite the bias.
                MinimalFilterKernel.ForwardPooled(vector, shape, x, packed, bias, 0, MinimalFilterKernel.Places(shape), chain, lanes, inferred, []);
                LaneBlocks.AssertSameBits(expected, inferred, $"{vector} {chain} inference");
            }
        }
    }

    /// <summary>An input gradient is the convolution of the output gradient with the kernel turned by half a turn and its channels exchanged.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void TurnedWeights_AllWidths_AreThoseOfTheInputGradient(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
    {
        ConvolutionShape gradient = new(inputs, outputs, height, width, 3, 3, paddingRows, paddingColumns), shape = gradient.InputGradient;
        if (!MinimalFilter.Takes(shape)) return;
        var random = new Random(shape.GetHashCode() & 0xff);
        float[] dy = LaneBlocks.Random(random, outputs * shape.InputPixels, Lanes), weights = LaneBlocks.Values(random, shape.WeightCount), turned = new float[weights.Length];
        for (int o = 0; o < outputs; o++)
            for (int c = 0; c < inputs; c++)
                for (int tap = 0; tap < 9; tap++) turned[(c * outputs + o) * 9 + tap] = weights[(o * inputs + c) * 9 + 8 - tap];
        float[] expected = Reference(shape, dy, turned, [], Lanes);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] packed = new float[MinimalFilterKernel.PackedCount(gradient)], actual = LaneBlocks.Filled(expected.Length);
            MinimalFilterKernel.PackTurned(vector, gradient, weights, packed);
            MinimalFilterKernel.Forward(vector, shape, dy, packed, [], 0, MinimalFilterKernel.Places(shape), Activation.Identity, Lanes, actual, []);
            LaneBlocks.AssertSameBits(expected, actual, $"{vector}");
        }
    }

    /// <summary>Each term of each kernel lies in its place, turned or not, where the last vector of kernels is full and where it is not.</summary>
    [Theory]
    [InlineData(16, 16)]
    [InlineData(17, 19)]
    [InlineData(16, 20)]
    [InlineData(31, 33)]
    public void PackedTerms_AreThoseOfEachKernel(int inputs, int outputs)
    {
        var shape = new ConvolutionShape(inputs, outputs, 8, 8, 3, 3, 1, 1);
        float[] weights = LaneBlocks.Values(new Random(inputs), shape.WeightCount);
        foreach (VectorWidth vector in LaneBlocks.Widths)
            foreach (bool turned in new[] { false, true })
            {
                float[] packed = new float[MinimalFilterKernel.PackedCount(shape)];
                if (turned) MinimalFilterKernel.PackTurned(vector, shape, weights, packed);
                else MinimalFilterKernel.Pack(vector, shape, weights, packed);
                (int to, int from) = turned ? (inputs, outputs) : (outputs, inputs);
                int term = packed.Length / MinimalFilter.Terms, blocks = ConvolutionKernel.Blocks(vector, new ConvolutionShape(from, to, 1, 4, 1, 1, 0, 0)), at = 0;
                for (int block = 0; block < blocks; block++)
                    for (int c = 0; c < from; c++)
                        for (int o = ChannelBlocks.Start(to, blocks, block); o < ChannelBlocks.Start(to, blocks, block + 1); o++, at++)
                        {
                            float[] kernel = weights[((turned ? c * inputs + o : o * inputs + c) * 9)..][..9], expected = new float[MinimalFilter.Terms];
                            if (turned) Array.Reverse(kernel);
                            MinimalFilter.Transform(kernel, expected);
                            for (int i = 0; i < expected.Length; i++)
                                if (expected[i] != packed[i * term + at]) Assert.Fail($"{vector}: term {i} of output {o}, channel {c}: expected {expected[i]:R}, got {packed[i * term + at]:R}");
                        }
            }
    }

    [Fact]
    public void PackingIntoTooLittleMemory_IsRefused()
    {
        var shape = new ConvolutionShape(16, 16, 8, 8, 3, 3, 1, 1);
        int count = MinimalFilterKernel.PackedCount(shape);
        Assert.Throws<ArgumentException>(() => MinimalFilterKernel.Pack(VectorWidth.Scalar, shape, new float[shape.WeightCount], new float[count - 1]));
        Assert.Throws<ArgumentException>(() => MinimalFilterKernel.PackTurned(VectorWidth.Scalar, shape, new float[shape.WeightCount - 1], new float[count]));
    }

    private static float Coarse(float value) => MathF.Round(value * 2) / 2;

    private static float[] Reference(in ConvolutionShape shape, float[] x, float[] weights, float[] bias, int lanes)
    {
        var y = new float[shape.OutputChannels * shape.OutputPixels * Lanes];
        for (int lane = 0; lane < lanes; lane++) MinimalFilterReference.Forward(shape, x, weights, bias, lane, y);
        return y;
    }

    private static float[] Pack(VectorWidth vector, in ConvolutionShape shape, float[] weights)
    {
        var packed = new float[MinimalFilterKernel.PackedCount(shape)];
        MinimalFilterKernel.Pack(vector, shape, weights, packed);
        return packed;
    }

    /// <summary>All places in two parts, as two workers take them, the second one first.</summary>
    private static (int From, int To)[] Parts(in ConvolutionShape shape)
    {
        int places = MinimalFilterKernel.Places(shape), middle = places / 2;
        return middle == 0 ? [(0, places)] : [(middle, places), (0, middle)];
    }
}
