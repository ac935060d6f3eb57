// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Which kernel finds a weight gradient, and in which parts.</summary>
public sealed class WeightGradientTests
{
    // By minimal filtering; else by pairs behind a pooling, and of all pixels.
    private static readonly ConvolutionShape Minimal = new(17, 50, 8, 8, 3, 3, 1, 1);
    private static readonly ConvolutionShape Few = new(7, 9, 6, 10, 3, 3, 1, 1);

    /// <summary>Minimal filtering wants sixteen channels on both sides and sixteen tiles, odd sides rounded up, whatever stands behind the convolution; only else there are pairs.</summary>
    [Theory]
    [InlineData(16, 16, 8, 8, 1, true)]
    [InlineData(16, 16, 7, 7, 1, true)]
    [InlineData(16, 16, 9, 9, 0, true)]
    [InlineData(16, 16, 4, 16, 1, true)]
    [InlineData(16, 16, 16, 4, 1, true)]
    [InlineData(1024, 1024, 7, 7, 1, true)]
    [InlineData(16, 16, 4, 14, 1, false)]
    [InlineData(16, 16, 6, 10, 1, false)]
    [InlineData(16, 16, 8, 8, 0, false)]
    [InlineData(16, 16, 3, 32, 1, false)]
    [InlineData(15, 16, 8, 8, 1, false)]
    [InlineData(16, 15, 8, 8, 1, false)]
    [InlineData(1025, 16, 8, 8, 1, false)]
    public void MinimalFiltering_IsForSixteenChannelsAndSixteenTiles(int inputs, int outputs, int height, int width, int padding, bool minimal)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, 3, 3, padding, padding);
        PoolingShape pool = WeightGradientPairKernelTests.Pool(shape);
        int tiles = (shape.OutputHeight + 1) / 2 * ((shape.OutputWidth + 1) / 2);
        long multiplyAdds = (long)inputs * outputs * (minimal ? 16 * tiles : 9 * shape.OutputHeight * shape.OutputWidth);
        Assert.Equal(minimal, MinimalFilterGradient.Takes(shape));
        foreach (VectorWidth vector in LaneBlocks.Widths)
            foreach (PoolingShape? behind in new PoolingShape?[] { null, pool, pool with { Rows = 3, Columns = 3, Stride = 3 } })
            {
                var gradient = new WeightGradient(vector, shape, behind);
                Assert.Equal(minimal, gradient.IsMinimal);
                Assert.Equal(multiplyAdds, gradient.MultiplyAdds);
                // The width of 256 bits adds all pixels of pairs.
                Assert.Equal(!minimal && behind == pool && pool.TilesExactly && vector != VectorWidth.Vector256, gradient.TakesPairs);
            }
    }

    [Fact]
    public void OtherKernels_AreNotMinimal()
    {
        foreach (ConvolutionShape shape in new[] { Minimal with { KernelRows = 1, KernelColumns = 1, PaddingRows = 0, PaddingColumns = 0 }, Minimal with { KernelRows = 1, PaddingRows = 0 }, Minimal with { KernelColumns = 1, PaddingColumns = 0 } })
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                var gradient = new WeightGradient(vector, shape, WeightGradientPairKernelTests.Pool(shape));
                Assert.False(gradient.IsMinimal || gradient.TakesPairs);
                Assert.Equal(WeightGradientKernel.Blocks(vector, shape), gradient.Parts);
            }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(50)]
    [InlineData(1024)]
    public void Parts_HaveAllOutputsOnce(int outputs)
    {
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            ConvolutionShape few = Few with { OutputChannels = outputs };
            Assert.Equal(WeightGradientKernel.Blocks(vector, few), Covered(new WeightGradient(vector, few, null), outputs));
            Assert.Equal(WeightGradientPairKernel.Blocks(vector, few), Covered(new WeightGradient(vector, few, WeightGradientPairKernelTests.Pool(few)), outputs));
        }
    }

    /// <summary>Parts of minimal filtering are rows of terms, for whatever outputs; the two ways are not to be mixed up.</summary>
    [Fact]
    public void PartsOfMinimalFiltering_AreRowsOfTerms()
    {
        var minimal = new WeightGradient(VectorWidth.Scalar, Minimal, null);
        Assert.Equal(MinimalFilterGradientKernel.Rows, minimal.Parts);
        Assert.Equal(MinimalFilterGradientKernel.SumFloats(Minimal), minimal.SumFloats);
        Assert.Throws<InvalidOperationException>(() => minimal.Outputs(0, 1));
        Assert.Throws<InvalidOperationException>(() => minimal.Run([], [], [], 1, 1, []));
        // Filtered as a convolution, but too few tiles for this.
        var other = new WeightGradient(VectorWidth.Scalar, new(16, 16, 4, 4, 3, 3, 1, 1), null);
        Assert.Equal(0, other.SumFloats);
        Assert.Throws<InvalidOperationException>(() => other.Sum(new float[1 << 16], new float[1 << 16], 0, 1, 1, new float[1 << 16]));
        Assert.Throws<InvalidOperationException>(() => other.Kernels(new float[1 << 16], new float[1 << 16]));
    }

    /// <summary>The bits are those of the reference of the kernel that was chosen, of all outputs at once, of each part alone and of several.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void AllOutputsAndParts_EqualTheReferenceBitForBit(bool minimal, bool pooled)
    {
        ConvolutionShape shape = minimal ? Minimal : Few;
        PoolingShape pool = WeightGradientPairKernelTests.Pool(shape);
        var random = new Random(21);
        foreach (int lanes in LaneBlocks.LaneCounts)
        {
            float[] x = LaneBlocks.Random(random, shape.InputChannels * shape.InputPixels, lanes), dy = LaneBlocks.Random(random, shape.OutputChannels * shape.OutputPixels, lanes), expected = new float[shape.WeightCount];
            (float[] behind, ushort[] routes) = WeightGradientPairKernelTests.Pooled(random, shape, lanes);
            if (pooled) RoutedPoolKernel.Backward(VectorWidth.Scalar, pool, 0.5f, behind, routes, lanes, dy);
            float[] pairs = WeightGradientPairKernelTests.Pairs(VectorWidth.Scalar, shape, 0.5f, behind, routes, lanes);
            if (minimal) MinimalFilterGradientReference.Run(shape, x, dy, lanes, expected);
            else if (pooled) ConvolutionReference.PairedWeightGradient(shape, x, pairs, routes, lanes, expected);
            else ConvolutionReference.WeightGradient(shape, x, dy, lanes, expected);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                var gradient = new WeightGradient(vector, shape, pooled ? pool : null);
                float[] taken = gradient.TakesPairs ? pairs : dy;
                foreach (int some in new[] { gradient.Parts, 1, 2 }) LaneBlocks.AssertSameBits(expected, ByParts(gradient, shape, some, x, taken, pooled ? routes : [], lanes), $"{vector} {lanes}, {some} parts at once");
            }
        }
    }

    private static int Covered(WeightGradient gradient, int outputs)
    {
        Assert.Equal((0, outputs), gradient.Outputs(0, gradient.Parts));
        int next = 0;
        for (int part = 0; part < gradient.Parts; part++)
        {
            (int first, int count) = gradient.Outputs(part, part + 1);
            Assert.Equal(next, first);
            Assert.InRange(count, 1, outputs);
            next += count;
            Assert.Equal((0, next), gradient.Outputs(0, part + 1));
            Assert.Equal((first, outputs - first), gradient.Outputs(part, gradient.Parts));
        }

        Assert.Equal(outputs, next);
        return gradient.Parts;
    }

    private static float[] ByParts(WeightGradient gradient, ConvolutionShape shape, int some, float[] x, float[] dy, ushort[] routes, int lanes)
    {
        float[] result = LaneBlocks.Filled(shape.WeightCount);
        if (gradient.IsMinimal)
        {
            float[] sums = LaneBlocks.Filled((int)gradient.SumFloats);
            for (int from = 0; from < gradient.Parts; from += some) gradient.Sum(x, dy, from, Math.Min(from + some, gradient.Parts), lanes, sums);
            gradient.Kernels(sums, result);
            return result;
        }

        int plane = dy.Length / shape.OutputChannels, perOutput = shape.InputChannels * shape.Taps;
        for (int from = 0; from < gradient.Parts; from += some)
        {
            (int first, int count) = gradient.Outputs(from, Math.Min(from + some, gradient.Parts));
            Span<ushort> passed = routes.Length == 0 ? [] : routes.AsSpan(first * shape.OutputPixels, count * shape.OutputPixels);
            gradient.Run(x, dy.AsSpan(first * plane, count * plane), passed, count, lanes, result.AsSpan(first * perOutput, count * perOutput));
        }

        return result;
    }
}
