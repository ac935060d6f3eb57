// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>
/// Weight gradients by minimal filtering over random shapes, against plain loops in double precision, which know nothing of it: each value lies within the error that <see cref="MinimalFilterGradientBound"/> allows, and
/// is exact where nothing needs to be rounded. 40 shapes, with AI8X_SLOW=1 1,000; of each four one has several strips of tiles.
/// </summary>
public sealed class MinimalFilterGradientBoundTests
{
    private const int Lanes = LaneBlocks.Lanes;

    // Output sides of which the tiles are one strip, and two.
    private const int SmallSide = 10;
    private const int LargeSide = 20;

    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 1000 : 40;

    private static readonly VectorWidth[] Widths = [VectorWidths.Widest, VectorWidth.Scalar];

    [Fact]
    public void WeightGradient_RandomShapes_StaysWithinTheBound()
    {
        var random = new Random(18);
        for (int run = 0; run < Count; run++) Check(random, run, Value, exact: false);
    }

    /// <summary>
    /// Inputs and output gradients that are eighths within one, so that all products are multiples of 1/64. In one direction the products of a tile and an image are within 2, 4, 4 and 2, and what becomes of their sums within
    /// 6, on the way there 8; in both directions a gradient is a multiple of 1/256 within 36 and on the way there one of 1/128 within 48. Of at most 100 tiles of 16 images the gradients are within 57,600 = 225 * 2^8 and
    /// the others within 76,800 = 150 * 2^9, so that 24 bits hold all of them.
    /// </summary>
    [Fact]
    public void WeightGradient_OfEighths_IsExact()
    {
        var random = new Random(19);
        for (int run = 0; run < Count / 3; run++) Check(random, run, generator => generator.Next(-8, 9) / 8f, exact: true);
    }

    private static void Check(Random random, int run, Func<Random, float> value, bool exact)
    {
        ConvolutionShape shape = Shape(random, run % 4 == 0);
        Assert.True(MinimalFilter.Takes(shape));
        Assert.Equal(run % 4 == 0, MinimalFilter.Tiles(shape) > MinimalFilterGradient.StripTiles);
        int lanes = random.Next(1, Lanes + 1);
        float[] x = Block(random, value, shape.InputChannels * shape.InputPixels, lanes), dy = Block(random, value, shape.OutputChannels * shape.OutputPixels, lanes);
        var loops = new PlainConvolution(shape.InputChannels, shape.OutputChannels, shape.Height, shape.Width, shape.KernelRows, shape.KernelColumns, shape.PaddingRows, shape.PaddingColumns);
        loops.Run(x, new float[shape.WeightCount], [], dy, lanes);
        BoundedSum[] expected = loops.WeightGradient;
        var bound = new MinimalFilterGradientBound(shape.InputChannels, shape.OutputChannels, shape.Height, shape.Width, shape.PaddingRows, shape.PaddingColumns);
        double[] bounds = exact ? new double[expected.Length] : bound.Of(x, dy, lanes);
        foreach (VectorWidth width in Widths)
        {
            float[] gradient = LaneBlocks.Filled(expected.Length), sums = LaneBlocks.Filled((int)MinimalFilterGradientKernel.SumFloats(shape));
            MinimalFilterGradientKernel.Sum(width, shape, x, dy, 0, MinimalFilterGradientKernel.Rows, lanes, sums);
            MinimalFilterGradientKernel.Kernels(width, shape, sums, gradient);
            for (int i = 0; i < gradient.Length; i++)
            {
                double distance = Math.Abs(gradient[i] - expected[i].Value);
                if (!(distance <= bounds[i])) Assert.Fail($"{shape} {width}: {gradient[i]:R} is {distance:E2} away from {expected[i].Value:R}; it may be {bounds[i]:E2} away");
            }
        }
    }

    /// <summary>Shapes that minimal filtering takes, odd sides among them; large ones have few channels, because the plain loops take long.</summary>
    private static ConvolutionShape Shape(Random random, bool large)
    {
        int paddingRows = random.Next(3), paddingColumns = random.Next(3);
        return new(random.Next(16, large ? 19 : 34), random.Next(16, large ? 18 : 30), Side(random, large, paddingRows), Side(random, large, paddingColumns), 3, 3, paddingRows, paddingColumns);
    }

    private static int Side(Random random, bool large, int padding) => (large ? random.Next(17, LargeSide + 1) : random.Next(4, SmallSide + 1)) + 2 - 2 * padding;

    private static float[] Block(Random random, Func<Random, float> value, int values, int lanes)
    {
        var block = new float[values * Lanes];
        for (int i = 0; i < block.Length; i++)
            if (i % Lanes < lanes) block[i] = value(random);
        return block;
    }

    /// <summary>Values over some powers of two, so that sums cancel.</summary>
    private static float Value(Random random) => random.Next(12) == 0 ? 0 : (2 * random.NextSingle() - 1) * (1 << random.Next(8));
}
