// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class ConvolutionKernelTests
{
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, int, int, int, int, int>();
            // Inputs, outputs, height, width, kernel rows, kernel columns, padding rows, padding columns.
            foreach ((int inputs, int outputs) in new[] { (1, 3), (3, 7), (7, 12), (12, 1), (15, 5), (2, 60), (20, 6), (4, 56) })
                foreach ((int height, int width) in new[] { (3, 3), (4, 5), (8, 9), (1, 1), (5, 2) })
                    foreach ((int kernel, int padding) in new[] { (1, 0), (1, 1), (1, 2), (3, 0), (3, 1), (3, 2) })
                        if (height + 2 * padding >= kernel && width + 2 * padding >= kernel) data.Add(inputs, outputs, height, width, kernel, kernel, padding, padding);
            for (int kernel = 1; kernel <= 9; kernel++)
                for (int padding = 0; padding <= 2; padding++)
                    foreach (int length in new[] { 5, 9, 17, 33 })
                        if (length + 2 * padding >= kernel) data.Add(3, 4 + kernel % 3, 1, length, 1, kernel, 0, padding);
            foreach ((int inputs, int outputs) in new[] { (30, 44), (44, 30), (60, 20), (192, 10) }) data.Add(inputs, outputs, 1, 1, 1, 1, 0, 0);
            // Groups of three vectors of outputs, with others of two beside them, at every width.
            foreach (int outputs in new[] { 16, 28, 40 }) data.Add(2, outputs, 4, 7, 3, 3, 1, 1);
            foreach (int size in new[] { 13, 16, 33 }) data.Add(3, 5, size, size, 3, 3, 1, 1);
            // So many channels that narrow vectors read a copy of the input, and shapes of which the weight gradient takes some rows at a time.
            foreach (int padding in new[] { 0, 1, 2, 4 }) data.Add(24, 24, 5, 9, 3, 3, padding, padding);
            // The fewest outputs for which there is a copy; rows in pairs, of which the last may be alone; one row.
            foreach ((int height, int width, int rows, int padding) in new[] { (7, 11, 3, 1), (7, 12, 3, 1), (9, 6, 3, 2), (5, 4, 3, 1) }) data.Add(25, 13, height, width, rows, 3, padding, 1);
            data.Add(65, 13, 1, 9, 3, 3, 1, 1);
            data.Add(26, 13, 4, 5, 2, 3, 1, 1);
            // One tap of such a copy: input channels that fill a turn of the loop, and one to three beside it.
            foreach (int inputs in new[] { 97, 98, 99, 100 }) data.Add(inputs, 14, 1, 7, 1, 1, 0, 0);
            data.Add(98, 13, 3, 7, 1, 1, 1, 1);
            data.Add(40, 24, 1, 33, 1, 9, 0, 2);
            data.Add(24, 100, 4, 5, 1, 1, 2, 2);
            data.Add(3, 5, 1, 200, 1, 9, 0, 2);
            data.Add(3, 5, 9, 6, 4, 2, 1, 1);
            // One tap: so much input that the weight gradient takes some channels or pixels at a time, and as many pixels as small maps have.
            data.Add(9, 5, 1, 4096, 1, 1, 0, 0);
            data.Add(50, 7, 1, 130, 1, 1, 0, 0);
            foreach (int pixels in new[] { 64, 65, 128 }) data.Add(11, 6, 1, pixels, 1, 1, 0, 0);
            data.Add(100, 11, 3, 43, 1, 1, 0, 0);
            data.Add(512, 4, 1, 1, 1, 1, 0, 0);
            data.Add(512, 1, 1, 1, 1, 1, 0, 0);
            // Kernels of one column and several rows, of which one alone can lie inside the image.
            data.Add(3, 4, 5, 6, 3, 1, 0, 0);
            data.Add(3, 4, 5, 6, 3, 1, 2, 0);
            data.Add(2, 3, 2, 4, 2, 1, 1, 0);
            // Maps of 2^n pixels, whose channels want the same lines of a cache; four pixels wide, with many channels and few.
            data.Add(8, 24, 8, 8, 3, 3, 1, 1);
            data.Add(7, 24, 8, 8, 1, 1, 0, 0);
            data.Add(24, 24, 5, 4, 3, 3, 1, 1);
            data.Add(3, 7, 5, 4, 3, 3, 1, 1);
            // One and two outputs at both ends of a row, and a padding that makes a later tile the one with a tap outside.
            foreach (int outputs in new[] { 1, 2 })
                foreach (int size in new[] { 4, 6 }) data.Add(3, outputs, 5, size, 3, 3, 1, 1);
            data.Add(3, 7, 4, 6, 3, 3, 5, 5);
            // So many rows with all kernel rows inside the image that the weight gradient takes them without tests; others are tested. Rows of their two ends alone; one row; a padding of more rows than the kernel has.
            foreach (int outputs in new[] { 1, 2, 7 })
                foreach (int padding in new[] { 0, 1, 2, 4 }) data.Add(3, outputs, 12, 11, 3, 3, padding, 1);
            foreach (int outputs in new[] { 1, 2, 3 }) data.Add(2, outputs, 54, 2, 3, 3, 1, 1);
            data.Add(2, 3, 3, 96, 3, 3, 1, 1);
            data.Add(2, 3, 1, 7, 3, 3, 2, 1);
            // So many outputs that sixteen lanes read a copy of the input: one tap and three rows, with rows shorter than a tile, and kernels of other sizes.
            data.Add(100, 50, 1, 21, 1, 1, 0, 0);
            data.Add(100, 47, 3, 2, 3, 3, 1, 1);
            data.Add(30, 46, 5, 13, 3, 3, 2, 2);
            data.Add(70, 46, 1, 40, 1, 5, 0, 2);
            // Strips of the weight gradient in which a kernel row has no row of the input.
            data.Add(3, 4, 4, 70, 3, 3, 1, 1);
            data.Add(9, 4, 4, 140, 3, 3, 1, 1);
            // Taps that no pixel has inside the image: rows, columns, and some of both.
            data.Add(5, 6, 1, 5, 3, 3, 1, 1);
            data.Add(5, 6, 5, 1, 3, 3, 1, 1);
            data.Add(3, 5, 1, 5, 4, 2, 2, 1);
            foreach ((int inputs, int outputs) in new[] { (3, 2), (4, 3), (5, 9), (300, 2) })
                foreach (int pixels in new[] { 2, 32, 33 }) data.Add(inputs, outputs, 1, pixels, 1, 1, 0, 0);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Kernels_AllWidths_EqualTheReferenceBitForBit(int inputs, int outputs, int height, int width, int kernelRows, int kernelColumns, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, kernelRows, kernelColumns, paddingRows, paddingColumns);
        var random = new Random(shape.GetHashCode() & 0xff);
        int lanes = LaneBlocks.LaneCounts[random.Next(LaneBlocks.LaneCounts.Length)];
        float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes);
        float[] dy = LaneBlocks.Random(random, outputs * shape.OutputPixels, lanes);
        float[] weights = LaneBlocks.Values(random, shape.WeightCount);
        float[] bias = random.Next(2) == 0 ? [] : LaneBlocks.Values(random, outputs);
        var y = new float[dy.Length];
        var dx = new float[x.Length];
        var dw = new float[weights.Length];
        var db = new float[outputs];
        ConvolutionReference.Forward(shape, x, weights, bias, lanes, y);
        ConvolutionReference.InputGradient(shape, dy, weights, lanes, dx);
        ConvolutionReference.WeightGradient(shape, x, dy, lanes, dw);
        ConvolutionReference.BiasGradient(outputs, shape.OutputPixels, dy, lanes, db);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] packed = LaneBlocks.Filled(weights.Length);
            float[] actual = LaneBlocks.Filled(y.Length);
            ConvolutionKernel.Pack(vector, shape, weights, packed);
            ConvolutionKernel.Forward(vector, shape, x, packed, bias, lanes, actual);
            LaneBlocks.AssertSameBits(y, actual, lanes, $"{vector} forward");
            actual = LaneBlocks.Filled(dx.Length);
            ConvolutionKernel.PackTurned(vector, shape, weights, packed);
            ConvolutionKernel.Forward(vector, shape.InputGradient, dy, packed, [], lanes, actual);
            LaneBlocks.AssertSameBits(dx, actual, lanes, $"{vector} input gradient");
            actual = LaneBlocks.Filled(dw.Length);
            WeightGradientKernel.Run(vector, shape, x, dy, lanes, actual);
            LaneBlocks.AssertSameBits(dw, actual, $"{vector} weight gradient");
            actual = LaneBlocks.Filled(db.Length);
            WeightGradientKernel.Bias(vector, outputs, shape.OutputPixels, dy, lanes, actual);
            LaneBlocks.AssertSameBits(db, actual, $"{vector} bias gradient");
        }
    }

    /// <summary>Blocks of one image to sixteen: vectors that are full, in part or not used.</summary>
    [Theory]
    [InlineData(5, 3, 1, 4, 1, 0)]
    [InlineData(7, 5, 1, 40, 1, 0)]
    [InlineData(9, 5, 4, 5, 3, 1)]
    [InlineData(2, 5, 4, 5, 3, 2)]
    [InlineData(9, 5, 5, 4, 2, 1)]
    public void WeightGradient_AnyNumberOfImages_EqualsTheReferenceBitForBit(int inputs, int outputs, int height, int width, int kernel, int padding)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, kernel, kernel, padding, padding);
        var random = new Random(7);
        for (int lanes = 1; lanes <= LaneBlocks.Lanes; lanes++)
        {
            float[] x = LaneBlocks.Random(random, inputs * shape.InputPixels, lanes), dy = LaneBlocks.Random(random, outputs * shape.OutputPixels, lanes);
            var expected = new float[shape.WeightCount];
            ConvolutionReference.WeightGradient(shape, x, dy, lanes, expected);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] actual = LaneBlocks.Filled(expected.Length);
                WeightGradientKernel.Run(vector, shape, x, dy, lanes, actual);
                LaneBlocks.AssertSameBits(expected, actual, $"{vector} {lanes} images");
            }
        }
    }

    /// <summary>Kernels of three columns and other rows than three, whose copy of the input has other distances, and as many pixels as that of three by three where there is one row of output; of its four rows two may lie inside the image.</summary>
    [Theory]
    [InlineData(25, 6, 7, 5, 2)]
    [InlineData(25, 5, 8, 4, 1)]
    [InlineData(25, 4, 8, 4, 0)]
    [InlineData(33, 2, 8, 4, 1)]
    public void Forward_KernelsOfMoreRows_EqualTheReferenceBitForBit(int inputs, int height, int width, int rows, int padding)
    {
        var shape = new ConvolutionShape(inputs, 13, height, width, rows, 3, padding, 1);
        var random = new Random(rows);
        float[] x = LaneBlocks.Random(random, shape.InputChannels * shape.InputPixels, LaneBlocks.Lanes), weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, shape.OutputChannels);
        float[] expected = new float[shape.OutputChannels * shape.OutputPixels * LaneBlocks.Lanes], packed = new float[weights.Length];
        ConvolutionReference.Forward(shape, x, weights, bias, LaneBlocks.Lanes, expected);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] actual = LaneBlocks.Filled(expected.Length);
            ConvolutionKernel.Pack(vector, shape, weights, packed);
            ConvolutionKernel.Forward(vector, shape, x, packed, bias, LaneBlocks.Lanes, actual);
            LaneBlocks.AssertSameBits(expected, actual, LaneBlocks.Lanes, $"{shape} {vector}");
        }
    }

    public static TheoryData<int, int, int> RowPairs
    {
        get
        {
            var data = new TheoryData<int, int, int>();
            // Height, kernel rows, padding of rows.
            foreach (int height in new[] { 1, 2, 3, 4, 5, 7, 28 })
                foreach (int rows in new[] { 1, 2, 3, 5 })
                    foreach (int padding in new[] { 0, 1, 2 })
                        if (height + 2 * padding >= rows) data.Add(height, rows, padding);
            return data;
        }
    }

    /// <summary>One output under kernels of three columns, whose tile takes two rows: pairs and a row alone, with kernel rows outside the image for one of the two, for both, and for all of a row; ends of rows of each kind.</summary>
    [Theory]
    [MemberData(nameof(RowPairs))]
    public void Forward_OneOutputInPairsOfRows_EqualsTheReferenceBitForBit(int height, int rows, int padding)
    {
        foreach (ConvolutionShape shape in OneOutput(height, rows, padding))
        {
            var random = new Random(height * shape.Width + rows + padding + shape.PaddingColumns);
            int lanes = 1 + random.Next(LaneBlocks.Lanes);
            float[] x = LaneBlocks.Random(random, shape.InputChannels * shape.InputPixels, lanes), weights = LaneBlocks.Values(random, shape.WeightCount), bias = random.Next(2) == 0 ? [] : LaneBlocks.Values(random, 1);
            AssertReference(shape, x, weights, bias, lanes);
        }
    }

    /// <summary>Maps of several widths, with columns of the kernel outside and none, and few input channels or many.</summary>
    internal static IEnumerable<ConvolutionShape> OneOutput(int height, int rows, int padding) =>
        from width in new[] { 4, 5, 6, 7, 8, 9, 28 }
        from paddingColumns in new[] { 0, 1, 2 }
        select new ConvolutionShape(new[] { 1, 2, 7, 60 }[(height + width + rows) % 4], 1, height, width, rows, 3, padding, paddingColumns);

    /// <summary>Inputs, outputs, kernel rows and columns.</summary>
    public static TheoryData<int, int, int, int> OnePixel => new() { { 7, 1, 1, 1 }, { 5, 2, 3, 3 }, { 6, 7, 1, 3 }, { 3, 8, 5, 1 }, { 30, 21, 3, 5 } };

    /// <summary>Maps of one pixel, whose tile takes two vectors of images: any number of them, outputs in blocks of three, two and one, and kernels of which one tap lies inside.</summary>
    [Theory]
    [MemberData(nameof(OnePixel))]
    public void Forward_OnePixelAndAnyNumberOfImages_EqualsTheReferenceBitForBit(int inputs, int outputs, int rows, int columns)
    {
        var shape = new ConvolutionShape(inputs, outputs, 1, 1, rows, columns, rows / 2, columns / 2);
        var random = new Random(inputs);
        float[] weights = LaneBlocks.Values(random, shape.WeightCount), bias = LaneBlocks.Values(random, outputs);
        for (int lanes = 1; lanes <= LaneBlocks.Lanes; lanes++) AssertReference(shape, LaneBlocks.Random(random, inputs, lanes), weights, bias, lanes);
    }

    /// <summary>Every width gives the reference's bits.</summary>
    private static void AssertReference(in ConvolutionShape shape, float[] x, float[] weights, float[] bias, int lanes)
    {
        float[] expected = new float[shape.OutputChannels * shape.OutputPixels * LaneBlocks.Lanes], packed = new float[weights.Length];
        ConvolutionReference.Forward(shape, x, weights, bias, lanes, expected);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            float[] actual = LaneBlocks.Filled(expected.Length);
            ConvolutionKernel.Pack(vector, shape, weights, packed);
            ConvolutionKernel.Forward(vector, shape, x, packed, bias, lanes, actual);
            LaneBlocks.AssertSameBits(expected, actual, lanes, $"{shape} {vector} {lanes} images");
            AssertGroups(vector, lanes, actual);
        }
    }

    /// <summary>Lanes of a vector with an image hold numbers; vectors without one are left as they were.</summary>
    private static void AssertGroups(VectorWidth vector, int lanes, float[] output)
    {
        int written = (lanes + (int)vector - 1) / (int)vector * (int)vector;
        for (int i = 0; i < output.Length; i++)
            if (i % LaneBlocks.Lanes >= written != float.IsNaN(output[i])) Assert.Fail($"{vector} {lanes} images: element {i / LaneBlocks.Lanes} lane {i % LaneBlocks.Lanes} is {output[i]:R}");
    }

    [Fact]
    public void Forward_TooLittleMemory_IsRefusedWithTheShape()
    {
        // The message once followed the shape of the input gradient's input gradient, and so on, until the stack was full.
        var shape = new ConvolutionShape(2, 3, 4, 5, 3, 3, 1, 1);
        var failure = Assert.Throws<ArgumentException>(() => ConvolutionKernel.Forward(VectorWidth.Scalar, shape, new float[16], new float[54], [], 16, new float[3 * 20 * 16]));
        Assert.Contains("3x3 2 to 3 on 4x5", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_InfiniteWeightOutsideTheImage_IsSkipped()
    {
        // The outer taps of a 3x3 kernel on one pixel lie outside: an infinite weight there must not make a not-a-number.
        var shape = new ConvolutionShape(1, 1, 1, 1, 3, 3, 1, 1);
        float[] weights = [.. Enumerable.Repeat(float.PositiveInfinity, 9)];
        weights[4] = 2;
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            var packed = new float[9];
            var y = new float[16];
            ConvolutionKernel.Pack(vector, shape, weights, packed);
            ConvolutionKernel.Forward(vector, shape, new float[16], packed, [], 16, y);
            Assert.All(y, value => Assert.Equal(0f, value));
        }
    }

    [Fact]
    public void Forward_EmptyLanes_HoldPlusZeroDespiteTheBias()
    {
        var shape = new ConvolutionShape(2, 3, 3, 3, 3, 3, 1, 1);
        float[] x = LaneBlocks.Random(new Random(4), 18, 16 / 2 - 3);
        float[] weights = LaneBlocks.Values(new Random(5), shape.WeightCount);
        foreach (VectorWidth vector in LaneBlocks.Widths)
        {
            var packed = new float[weights.Length];
            var y = new float[3 * 9 * 16];
            ConvolutionKernel.Pack(vector, shape, weights, packed);
            ConvolutionKernel.Forward(vector, shape, x, packed, [1, -2, 3], 5, y);
            for (int i = 0; i < y.Length; i++)
                if (i % 16 >= 5) Assert.Equal(0, BitConverter.SingleToInt32Bits(y[i]));
        }
    }
}
