// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class PoolingKernelTests
{
    public static TheoryData<int, int, int, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, int, int, int>();
            // Channels, height, width, window rows, window columns, stride: exact tilings, overlaps, gaps and dropped windows.
            foreach ((int rows, int columns, int stride) in new[] { (2, 2, 2), (3, 3, 2), (2, 3, 1), (1, 1, 1), (1, 1, 3), (4, 1, 3), (1, 4, 2), (5, 5, 5), (16, 16, 16), (3, 2, 7), (16, 1, 1) })
                foreach ((int channels, int height, int width) in new[] { (1, 16, 16), (3, 17, 5), (7, 8, 8), (2, 33, 33), (1, 5, 4), (1, 28, 1) })
                    if (rows <= height && columns <= width) data.Add(channels, height, width, rows, columns, stride);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Kernels_AllWidths_EqualTheReferenceBitForBit(int channels, int height, int width, int rows, int columns, int stride)
    {
        var shape = new PoolingShape(channels, height, width, rows, columns, stride);
        var random = new Random(channels + 10 * height + 100 * rows);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, channels * shape.InputPixels, lanes);
            float[] dy = LaneBlocks.Random(random, channels * shape.OutputPixels, lanes);
            float[] y = new float[dy.Length], mean = new float[dy.Length], dx = new float[x.Length], spread = new float[x.Length];
            PoolingReference.MaximumForward(shape, x, lanes, y);
            PoolingReference.MaximumBackward(shape, x, dy, lanes, dx);
            PoolingReference.AverageForward(shape, x, lanes, mean);
            PoolingReference.AverageBackward(shape, dy, lanes, spread);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] output = LaneBlocks.Filled(dy.Length), gradient = LaneBlocks.Filled(x.Length);
                MaximumPoolKernel.Forward(vector, shape, x, lanes, output);
                LaneBlocks.AssertSameBits(y, output, lanes, $"{vector} maximum");
                MaximumPoolKernel.Backward(vector, shape, x, y, dy, lanes, gradient);
                LaneBlocks.AssertSameBits(dx, gradient, lanes, $"{vector} maximum gradient");
                AveragePoolKernel.Forward(vector, shape, x, lanes, output);
                LaneBlocks.AssertSameBits(mean, output, lanes, $"{vector} average");
                AveragePoolKernel.Backward(vector, shape, dy, lanes, gradient);
                LaneBlocks.AssertSameBits(spread, gradient, lanes, $"{vector} average gradient");
            }
        }
    }

    [Fact]
    public void MaximumBackward_EqualValues_RoutesToTheFirstInRasterOrder()
    {
        var shape = new PoolingShape(1, 2, 2, 2, 2, 2);
        float[] x = new float[4 * 16], y = new float[16], dy = new float[16], dx = new float[4 * 16];
        // Lane 0: all equal. Lane 1: the second and the fourth are largest. Lane 2: zeros of both signs, which are equal.
        float[][] lanes = [[1, 1, 1, 1], [0, 2, 1, 2], [-0f, 0f, 0f, -0f]];
        for (int lane = 0; lane < 3; lane++)
            for (int pixel = 0; pixel < 4; pixel++) x[pixel * 16 + lane] = lanes[lane][pixel];
        Array.Fill(dy, 5);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            MaximumPoolKernel.Forward(vector, shape, x, 16, y);
            MaximumPoolKernel.Backward(vector, shape, x, y, dy, 16, dx);
            Assert.Equal([5f, 0, 0, 0], Lane(dx, 0));
            Assert.Equal([0f, 5, 0, 0], Lane(dx, 1));
            Assert.Equal([5f, 0, 0, 0], Lane(dx, 2));
        }
    }

    private static float[] Lane(float[] block, int lane) => [.. Enumerable.Range(0, block.Length / 16).Select(pixel => block[pixel * 16 + lane])];
}
