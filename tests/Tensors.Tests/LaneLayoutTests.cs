// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class LaneLayoutTests
{
    [Fact]
    public void Scatter_PutsEachImageIntoItsLaneAndZerosIntoTheRest()
    {
        var shape = new SampleShape(2, 3, 4);
        sbyte[] samples = [.. Enumerable.Range(0, 5 * shape.Count).Select(i => (sbyte)(i * 7 % 256 - 128))];
        float[] block = LaneBlocks.Filled(shape.Count * 16);
        LaneLayout.Scatter(samples, 5, shape, 128, block);
        for (int c = 0; c < 4; c++)
            for (int h = 0; h < 2; h++)
                for (int w = 0; w < 3; w++)
                    for (int lane = 0; lane < 16; lane++)
                    {
                        float expected = lane < 5 ? samples[lane * shape.Count + (h * 3 + w) * 4 + c] / 128f : 0;
                        Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(block[((c * 2 + h) * 3 + w) * 16 + lane]));
                    }
        var sample = new float[shape.Count];
        LaneLayout.GatherLane(block, 3, 4, sample);
        Assert.Equal([.. samples[(3 * shape.Count)..(4 * shape.Count)].Select(value => value / 128f)], sample);
    }

    /// <summary>All bytes by divisors that are powers of two, which are multiplied by their reciprocal, and others: among them the ends of the range, where the reciprocal is none that has all its bits.</summary>
    [Fact]
    public void Scatter_DividesWithTheBitsOfADivision()
    {
        var shape = new SampleShape(1, 16, 16);
        sbyte[] samples = [.. Enumerable.Range(0, shape.Count).Select(i => (sbyte)(i - 128))];
        float[] divisors = [1, 2, 128, 256, 0.5f, 3, 127, 255, 0.1f, MathF.ScaleB(1, 126), MathF.ScaleB(1, 127), MathF.ScaleB(1, -126), MathF.ScaleB(1, -127), MathF.ScaleB(1, -149), float.MaxValue];
        foreach (float divisor in divisors)
        {
            float[] block = LaneBlocks.Filled(shape.Count * LaneLayout.Lanes);
            LaneLayout.Scatter(samples, 1, shape, divisor, block);
            for (int i = 0; i < shape.Count; i++)
            {
                // The division of doubles and one rounding give the same: a double has more than twice the bits.
                float expected = (float)((double)samples[i] / divisor);
                int place = (i % 16 * 16 + i / 16) * LaneLayout.Lanes;
                Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(block[place]));
            }
        }
    }

    [Fact]
    public void Reshape_KeepsTheRowMajorOrder()
    {
        SampleShape from = new(4, 1, 6), to = new(2, 4, 3);
        var block = new float[24 * 16];
        for (int h = 0; h < 4; h++)
            for (int c = 0; c < 6; c++) block[(c * 4 + h) * 16 + 2] = h * 6 + c;
        var reshaped = new float[24 * 16];
        LaneLayout.Reshape(block, from, reshaped, to);
        var sample = new float[24];
        LaneLayout.GatherLane(reshaped, 2, 3, sample);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), sample);
    }

    [Fact]
    public void LaneMemory_StartsOnACacheLine()
    {
        for (int count = 1; count < 40; count += 13)
        {
            var memory = new LaneMemory(count);
            Assert.Equal(count, memory.All.Length);
            unsafe
            {
                fixed (float* start = memory.All) Assert.Equal(0, (nint)start % LaneLayout.Alignment);
            }
        }
    }

    [Fact]
    public void Tensor_ShapesAndValues_AreChecked()
    {
        var tensor = new Tensor([1, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal([2, 3], tensor.Shape);
        Assert.Equal(6, tensor.AsTensorSpan()[1, 2]);
        Assert.Equal(24, new Tensor(1, 2, 3, 4).Count);
        Assert.Throws<ArgumentException>(() => new Tensor(2, 0));
        Assert.Throws<ArgumentException>(() => new Tensor(1, 1, 1, 1, 1));
        Assert.Throws<ArgumentException>(() => new Tensor());
        Assert.Throws<ArgumentException>(() => new Tensor(1 << 20, 1 << 20));
        Assert.Throws<ArgumentException>(() => new Tensor([1, 2, 3], 2));
    }
}
