// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Parts of a convolution that workers share.</summary>
public sealed class PackedConvolutionTests
{
    private const int Lanes = LaneBlocks.Lanes;
    private const int Images = 11;
    private static readonly Activation Chain = Activation.Rectifier with { High = 2 };

    private static readonly ConvolutionShape High = new(3, 7, 16, 6, 3, 3, 1, 1);
    private static readonly ConvolutionShape Low = High with { Height = 14 };
    private static readonly ConvolutionShape Point = High with { KernelRows = 1, KernelColumns = 1, PaddingRows = 0, PaddingColumns = 0 };
    private static readonly ConvolutionShape Minimal = new(16, 17, 6, 8, 3, 3, 1, 1);

    private static readonly (ConvolutionShape Shape, bool ByOutputs, bool HasPlaces)[] Cases =
    [
        (High, false, true),
        (High, true, false),
        (High with { Height = 19 }, false, true),
        (Low, false, false),
        (Point, false, false),
        (Minimal, false, true),
        (Minimal, true, true),
    ];

    /// <summary>Eight parts or more are rows; outputs where maps are low, have one long row, or are wanted whole.</summary>
    [Fact]
    public void Parts_ArePlacesOfHighMaps_AndElseOutputs()
    {
        foreach ((ConvolutionShape shape, bool byOutputs, bool hasPlaces) in Cases)
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                var convolution = new PackedConvolution(vector, shape, byOutputs);
                Assert.Equal(hasPlaces, convolution.HasPlaces);
                Assert.Equal(shape == Minimal, convolution.IsMinimal);
                if (hasPlaces) Assert.Throws<InvalidOperationException>(() => convolution.Outputs(0, 1));
                else Assert.Equal((0, shape.OutputChannels), convolution.Outputs(0, convolution.Parts));
                int parts = shape == Minimal ? MinimalFilterKernel.Places(shape) : hasPlaces ? (shape.OutputHeight + 1) / 2 : ConvolutionKernel.Blocks(vector, shape);
                Assert.Equal(parts, convolution.Parts);
            }
    }

    /// <summary>Parts one by one, the last first, and in two halves give the whole.</summary>
    [Fact]
    public void PartsFoundAlone_GiveTheWhole()
    {
        foreach ((ConvolutionShape shape, bool byOutputs, _) in Cases)
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                (PackedConvolution convolution, float[] x, float[] bias) = Packed(vector, shape, byOutputs);
                int values = shape.OutputChannels * shape.OutputPixels;
                float[] whole = new float[values * Lanes], one = LaneBlocks.Filled(whole.Length), half = LaneBlocks.Filled(whole.Length);
                ushort[] wholeMasks = new ushort[values], oneMasks = new ushort[values], halfMasks = new ushort[values];
                convolution.Forward(x, bias, Chain, Images, whole, wholeMasks);
                for (int part = convolution.Parts - 1; part >= 0; part--) convolution.Forward(x, bias, part, part + 1, Chain, Images, one, oneMasks);
                foreach ((int from, int to) in Halves(convolution.Parts)) convolution.Forward(x, bias, from, to, Chain, Images, half, halfMasks);
                AssertSame(whole, wholeMasks, one, oneMasks, $"{shape} {vector} one by one");
                AssertSame(whole, wholeMasks, half, halfMasks, $"{shape} {vector} in halves");
            }
    }

    /// <summary>The same with a pooling behind it.</summary>
    [Fact]
    public void PooledPartsFoundAlone_GiveTheWhole()
    {
        foreach ((ConvolutionShape shape, bool byOutputs, _) in Cases.Where(item => item.Shape.OutputHeight % 2 == 0))
            foreach (VectorWidth vector in LaneBlocks.Widths)
            {
                (PackedConvolution convolution, float[] x, float[] bias) = Packed(vector, shape, byOutputs);
                int values = shape.OutputChannels * shape.OutputPixels;
                float[] whole = new float[values / 4 * Lanes], one = LaneBlocks.Filled(whole.Length), half = LaneBlocks.Filled(whole.Length);
                ushort[] wholeRoutes = new ushort[values], oneRoutes = new ushort[values], halfRoutes = new ushort[values];
                convolution.ForwardPooled(x, bias, 0, convolution.Parts, Chain, Images, whole, wholeRoutes);
                for (int part = convolution.Parts - 1; part >= 0; part--) convolution.ForwardPooled(x, bias, part, part + 1, Chain, Images, one, oneRoutes);
                foreach ((int from, int to) in Halves(convolution.Parts)) convolution.ForwardPooled(x, bias, from, to, Chain, Images, half, halfRoutes);
                AssertSame(whole, wholeRoutes, one, oneRoutes, $"{shape} {vector} one by one");
                AssertSame(whole, wholeRoutes, half, halfRoutes, $"{shape} {vector} in halves");
            }
    }

    private static (PackedConvolution Convolution, float[] X, float[] Bias) Packed(VectorWidth vector, ConvolutionShape shape, bool byOutputs)
    {
        var random = new Random(shape.Height);
        var convolution = new PackedConvolution(vector, shape, byOutputs);
        convolution.Pack(LaneBlocks.Values(random, shape.WeightCount));
        return (convolution, LaneBlocks.Random(random, shape.InputChannels * shape.InputPixels, Images), LaneBlocks.Values(random, shape.OutputChannels));
    }

    private static (int From, int To)[] Halves(int parts) => parts == 1 ? [(0, 1)] : [(parts / 2, parts), (0, parts / 2)];

    private static void AssertSame(float[] expected, ushort[] expectedMasks, float[] actual, ushort[] masks, string what)
    {
        LaneBlocks.AssertSameBits(expected, actual, Images, what);
        for (int i = 0; i < masks.Length; i++)
            if (((expectedMasks[i] ^ masks[i]) & (1 << Images) - 1) != 0) Assert.Fail($"{what}: mask {i}");
    }
}
