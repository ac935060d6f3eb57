// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>
/// Each kind of chain behind a convolution gives the values, and the masks that training wants, that it gives on its own. A kernel is compiled for each kind, with masks and without, which takes most of the time:
/// the two are classes, which run beside each other.
/// </summary>
/// <param name="training">Whether masks are wanted.</param>
public abstract class ConvolutionChains(bool training)
{
    private static readonly Activation[] Chains =
    [
        Activation.Rectifier with { Scale = 2, Low = -0.5f, High = 0.75f },
        Activation.Rectifier with { Scale = 0.5f, Low = 0.125f, High = 0.75f },
        Activation.Identity with { Scale = 2, Low = -0.5f, High = 0.75f },
        Activation.Rectifier,
        Activation.Rectifier with { Low = 0.125f, High = 0.75f },
        Activation.Identity with { Low = -0.5f, High = 0.75f },
    ];

    [Theory]
    [MemberData(nameof(ConvolutionKernelTests.Shapes), MemberType = typeof(ConvolutionKernelTests))]
    public void Chains_AllWidths_EqualTheReferencesBitForBit(int inputs, int outputs, int height, int width, int kernelRows, int kernelColumns, int paddingRows, int paddingColumns)
    {
        var shape = new ConvolutionShape(inputs, outputs, height, width, kernelRows, kernelColumns, paddingRows, paddingColumns);
        var random = new Random(shape.GetHashCode() & 0xff);
        AssertChains(shape, random, LaneBlocks.LaneCounts[random.Next(LaneBlocks.LaneCounts.Length)]);
    }

    [Theory]
    [MemberData(nameof(ConvolutionKernelTests.RowPairs), MemberType = typeof(ConvolutionKernelTests))]
    public void Chains_OneOutputInPairsOfRows_EqualTheReferencesBitForBit(int height, int rows, int padding)
    {
        foreach (ConvolutionShape shape in ConvolutionKernelTests.OneOutput(height, rows, padding))
        {
            var random = new Random(height * shape.Width + rows + padding + shape.PaddingColumns);
            AssertChains(shape, random, 1 + random.Next(LaneBlocks.Lanes));
        }
    }

    [Theory]
    [MemberData(nameof(ConvolutionKernelTests.OnePixel), MemberType = typeof(ConvolutionKernelTests))]
    public void Chains_OnePixelAndAnyNumberOfImages_EqualTheReferencesBitForBit(int inputs, int outputs, int rows, int columns)
    {
        var random = new Random(inputs);
        for (int lanes = 1; lanes <= LaneBlocks.Lanes; lanes++) AssertChains(new ConvolutionShape(inputs, outputs, 1, 1, rows, columns, rows / 2, columns / 2), random, lanes);
    }

    private void AssertChains(ConvolutionShape shape, Random random, int lanes)
    {
        float[] x = LaneBlocks.Random(random, shape.InputChannels * shape.InputPixels, lanes), weights = LaneBlocks.Values(random, shape.WeightCount), bias = random.Next(2) == 0 ? [] : LaneBlocks.Values(random, shape.OutputChannels);
        int values = shape.OutputChannels * shape.OutputPixels;
        float[] y = new float[values * LaneBlocks.Lanes], expected = new float[y.Length], packed = new float[weights.Length];
        var expectedMasks = new ushort[values];
        ConvolutionReference.Forward(shape, x, weights, bias, lanes, y);
        foreach (Activation chain in Chains)
        {
            ActivationReference.Forward(chain, y, values, lanes, expected, expectedMasks);
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                float[] actual = LaneBlocks.Filled(y.Length);
                ushort[] masks = new ushort[training ? values : 0];
                Array.Fill(masks, ushort.MaxValue);
                ConvolutionKernel.Pack(vector, shape, weights, packed);
                ConvolutionKernel.Forward(vector, shape, x, packed, bias, chain, lanes, actual, masks);
                LaneBlocks.AssertSameBits(expected, actual, lanes, $"{shape} {vector} {lanes} images, {chain}");
                if (training) LaneBlocks.AssertSameMasks(expectedMasks, masks, lanes, $"{shape} {vector} {lanes} images, {chain}");
            }
        }
    }
}
