// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Some rows of a convolution's output, as workers who share a map find them.</summary>
public sealed class ConvolutionRowsTests
{
    private const int Lanes = LaneBlocks.Lanes;
    private static readonly Activation Chain = Activation.Rectifier with { High = 2 };

    // Seven leave a byte of the masks that no vector of eight writes.
    private static readonly int[] Images = [16, 13, 7];

    /// <summary>Inputs, outputs, height, width, kernel rows and columns, padding rows and columns.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes => new()
    {
        { 3, 11, 6, 8, 3, 3, 1, 1 },
        { 2, 13, 7, 5, 3, 3, 1, 1 },
        { 2, 3, 8, 4, 3, 3, 2, 2 },
        { 3, 4, 6, 6, 5, 1, 2, 0 },
        { 2, 3, 5, 7, 1, 3, 0, 1 },
        { 2, 5, 8, 10, 3, 3, -1, -1 },
        // The first and the last rows have no tap inside.
        { 2, 5, 4, 6, 3, 3, 4, 1 },
        // Two rows of one output are a tile.
        { 4, 1, 7, 8, 3, 3, 1, 1 },
        // Places are copied: narrow vectors, and those of sixteen lanes.
        { 33, 13, 6, 4, 5, 3, 0, 0 },
        { 30, 47, 6, 6, 3, 3, 1, 1 },
    };

    private delegate void Convolve(VectorWidth vector, ConvolutionShape shape, int row, int end, float[] x, float[] packed, float[] bias, int lanes, float[] y, ushort[] masks);

    /// <summary>Rows found alone are those of the whole, with the masks of the chain, and nothing beside them is written.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void RowsFoundAlone_AllWidths_EqualTheWhole(int inputs, int outputs, int height, int width, int kernelRows, int kernelColumns, int paddingRows, int paddingColumns) =>
        AssertAloneAsInTheWhole(
            new ConvolutionShape(inputs, outputs, height, width, kernelRows, kernelColumns, paddingRows, paddingColumns), 1,
            (vector, shape, row, end, x, packed, bias, lanes, y, masks) => ConvolutionKernel.Forward(vector, shape, row, end, x, packed, bias, Chain, lanes, y, masks));

    /// <summary>The same for windows of a pooling, and the pixels that get the gradient.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void WindowsOfSomeRows_AllWidths_EqualTheWhole(int inputs, int outputs, int height, int width, int kernelRows, int kernelColumns, int paddingRows, int paddingColumns)
    {
        var even = new ConvolutionShape(inputs, outputs, height, width, kernelRows, kernelColumns, paddingRows, paddingColumns);
        if (even.OutputHeight % 2 != 0) even = even with { Height = height + 1 };
        if (even.OutputWidth % 2 != 0) even = even with { Width = width + 1 };
        AssertAloneAsInTheWhole(
            even, 2, (vector, shape, row, end, x, packed, bias, lanes, y, masks) => ConvolutionPoolKernel.Forward(vector, shape, row, end, x, packed, bias, Chain, lanes, y, masks));
    }

    /// <summary>Rows that the output does not have, no rows, half windows, and some of the one long row of a kernel of one tap are refused.</summary>
    [Fact]
    public void WrongRows_AreRefused()
    {
        var shape = new ConvolutionShape(1, 1, 6, 4, 3, 3, 1, 1);
        ConvolutionShape point = shape with { KernelRows = 1, KernelColumns = 1, PaddingRows = 0, PaddingColumns = 0 };
        float[] memory = new float[1024];
        Assert.Null(Record.Exception(() => Plain(shape, 1, 6)));
        Assert.Null(Record.Exception(() => Pooled(2, 6)));
        Assert.Null(Record.Exception(() => Plain(point, 0, 6)));
        foreach ((int row, int end) in new[] { (-2, 2), (0, 8), (2, 2), (4, 2) })
        {
            Assert.ThrowsAny<ArgumentException>(() => Plain(shape, row, end));
            Assert.ThrowsAny<ArgumentException>(() => Pooled(row, end));
        }

        Assert.Throws<ArgumentException>(() => Pooled(1, 4));
        Assert.Throws<ArgumentException>(() => Pooled(2, 5));
        Assert.Throws<ArgumentException>(() => Plain(point, 0, 5));

        void Plain(ConvolutionShape convolution, int row, int end) => ConvolutionKernel.Forward(VectorWidth.Scalar, convolution, row, end, memory, memory, [], Chain, Lanes, new float[1024], []);
        void Pooled(int row, int end) => ConvolutionPoolKernel.Forward(VectorWidth.Scalar, shape, row, end, memory, memory, [], Chain, Lanes, new float[1024], []);
    }

    private const ushort Unused = 0xa5a5;

    private static ushort[] Used(int count) => [.. Enumerable.Repeat(Unused, count)];

    private static (float[] X, float[] Packed, float[] Bias) Values(VectorWidth vector, ConvolutionShape shape, int lanes)
    {
        var random = new Random(shape.GetHashCode() & 0xff);
        float[] weights = LaneBlocks.Values(random, shape.WeightCount), packed = new float[weights.Length];
        ConvolutionKernel.Pack(vector, shape, weights, packed);
        return (LaneBlocks.Random(random, shape.InputChannels * shape.InputPixels, lanes), packed, LaneBlocks.Values(random, shape.OutputChannels));
    }

    /// <param name="shape">The convolution.</param>
    /// <param name="side">Rows and columns of a window, 1 without pooling.</param>
    /// <param name="convolve">Finds some rows.</param>
    private static void AssertAloneAsInTheWhole(ConvolutionShape shape, int side, Convolve convolve)
    {
        int pixels = shape.OutputChannels * shape.OutputPixels, height = shape.OutputHeight, width = shape.OutputWidth;
        foreach (int lanes in Images)
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                (float[] x, float[] packed, float[] bias) = Values(vector, shape, lanes);
                float[] whole = LaneBlocks.Filled(pixels / (side * side) * Lanes);
                ushort[] wholeMasks = Used(pixels);
                convolve(vector, shape, 0, height, x, packed, bias, lanes, whole, wholeMasks);
                foreach ((int row, int end) in Rows(height, side))
                {
                    float[] some = LaneBlocks.Filled(whole.Length);
                    ushort[] masks = Used(pixels);
                    convolve(vector, shape, row, end, x, packed, bias, lanes, some, masks);
                    LaneBlocks.AssertSameBits(Of(whole, float.NaN, height / side, width / side * Lanes, row / side, end / side), some, $"{vector}, {lanes} images, rows {row} to {end}");
                    Assert.Equal(Of(wholeMasks, Unused, height, width, row, end), masks);
                }
            }
    }

    /// <summary>Single steps of rows, all of them but one at an end, and some in the middle.</summary>
    private static IEnumerable<(int Row, int End)> Rows(int height, int step)
    {
        for (int row = 0; row < height; row += step) yield return (row, row + step);
        if (height < 3 * step) yield break;
        yield return (step, height);
        yield return (0, height - step);
        yield return (step, height - step);
    }

    /// <summary>What of all maps lies in some rows; elsewhere what was there before.</summary>
    private static T[] Of<T>(T[] maps, T before, int height, int rowLength, int row, int end)
    {
        var some = new T[maps.Length];
        Array.Fill(some, before);
        for (int map = 0; map < maps.Length; map += height * rowLength)
            Array.Copy(maps, map + row * rowLength, some, map + row * rowLength, (end - row) * rowLength);
        return some;
    }
}
