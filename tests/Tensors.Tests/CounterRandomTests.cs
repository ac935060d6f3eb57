// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class CounterRandomTests
{
    [Theory]
    // Published known answers of Philox 4x32 with ten rounds.
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Block_KnownAnswers_Match(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), CounterRandom.Block(c0, c1, c2, c3, key0, key1));

    [Fact]
    public void Fill_AnyLength_EqualsSingleDraws()
    {
        var random = new CounterRandom(0x123456789abcdef, RandomPurpose.Dropout);
        for (int length = 0; length < 19; length++)
        {
            var values = new float[length];
            random.Fill(3, 1L << 40, 77, values);
            for (int i = 0; i < length; i++) Assert.Equal(random.Uniform(3, 1L << 40, 77, i), values[i]);
        }
    }

    [Fact]
    public void Uniform_Values_LieInTheUnitIntervalWithItsMoments()
    {
        var values = new float[40_000];
        new CounterRandom(5, RandomPurpose.Initialization).Fill(0, 0, 0, values);
        Assert.All(values, value => Assert.InRange(value, 0f, 0.99999994f));
        Assert.Equal(0.5, values.Average(), 0.01);
        Assert.Equal(1.0 / 12, values.Average(value => (value - 0.5) * (value - 0.5)), 0.002);
        Assert.All(values, value => Assert.Equal(value * (1 << 24), MathF.Floor(value * (1 << 24))));
    }

    [Fact]
    public void Bits_EveryPartOfTheName_Matters()
    {
        var random = new CounterRandom(5, RandomPurpose.Dropout);
        uint[] draws =
        [
            random.Bits(1, 1, 1, 1), random.Bits(2, 1, 1, 1), random.Bits(1, 2, 1, 1), random.Bits(1, 1L + (1L << 32), 1, 1), random.Bits(1, 1, 2, 1), random.Bits(1, 1, 1, 2), random.Bits(1, 1, 1, 5),
            new CounterRandom(6, RandomPurpose.Dropout).Bits(1, 1, 1, 1), new CounterRandom(5 + (1UL << 32), RandomPurpose.Dropout).Bits(1, 1, 1, 1), new CounterRandom(5, RandomPurpose.Shuffle).Bits(1, 1, 1, 1),
        ];
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    [Fact]
    public void Bits_OutOfRange_IsRefused()
    {
        var random = new CounterRandom(5, RandomPurpose.Dropout);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Bits(65536, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Bits(-1, 0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Bits(0, -1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Bits(0, 1L << 47, 0, 0));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 7)]
    [InlineData(2, 4, 16)]
    public void DropoutMasks_AllWidths_FollowTheNamedNumbers(int height, int width, int channels)
    {
        var shape = new SampleShape(height, width, channels);
        var random = new CounterRandom(9, RandomPurpose.Dropout);
        int[] all = [4, 400, 9, 70_000, 1, 0, 2, 3, 4, 17, 18, 19, 1_000_000, 5, 6, 7];
        foreach (VectorWidth vector in LaneBlocks.Widths)
            foreach (int count in new[] { 1, 4, 7, 8, 9, 16 })
            {
                int[] samples = all[..count];
                var masks = new ushort[shape.Count];
                // What was there before.
                Array.Fill(masks, ushort.MaxValue);
                DropoutKernel.Draw(vector, random, 6, 1L << 33, samples, shape, 0.3f, masks);
                for (int c = 0; c < channels; c++)
                    for (int h = 0; h < height; h++)
                        for (int w = 0; w < width; w++)
                            for (int lane = 0; lane < 16; lane++)
                            {
                                bool expected = lane < count && random.Uniform(6, 1L << 33, samples[lane], (h * width + w) * channels + c) >= 0.3f;
                                Assert.Equal(expected, (masks[(c * height + h) * width + w] >> lane & 1) != 0);
                            }
            }
    }
}
