// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench.Models;

/// <summary>A layer with weights at its place in a model.</summary>
/// <param name="Read">What the pooling reads, or the convolution where there is none.</param>
/// <param name="Input">What the convolution reads.</param>
/// <param name="Output">What it writes.</param>
/// <param name="Shape">The convolution as the kernels see it.</param>
/// <param name="Pooling">Pooling in front.</param>
/// <param name="Bias">Whether it has a bias.</param>
/// <param name="Activated">Whether rectifier and clamp follow.</param>
/// <param name="WeightShape">Shape of the weights, <c>[O, I, K, K]</c>, <c>[O, I, K]</c> or <c>[O, N]</c>.</param>
internal sealed record PlacedLayer(
    SampleShape Read, SampleShape Input, SampleShape Output, ConvolutionShape Shape, PoolingBefore Pooling, bool Bias, bool Activated, ImmutableArray<int> WeightShape)
{
    public int WeightCount => Shape.WeightCount;

    public (int Rows, int Columns) Kernel => (Shape.KernelRows, Shape.KernelColumns);

    public (int Rows, int Columns) Padding => (Shape.PaddingRows, Shape.PaddingColumns);

    public long Macs => (long)Shape.WeightCount * Shape.OutputPixels;

    public static PlacedLayer Of(SampleShape read, ConvolutionLayer layer)
    {
        SampleShape input = layer.Pooling == PoolingBefore.None ? read : new(read.Height / 2, read.Width / 2, read.Channels);
        ConvolutionShape shape = layer.OneDimensional
            ? new(input.Channels, layer.Outputs, 1, input.Height, 1, layer.Kernel, 0, layer.Padding)
            : new(input.Channels, layer.Outputs, input.Height, input.Width, layer.Kernel, layer.Kernel, layer.Padding, layer.Padding);
        SampleShape output = layer.OneDimensional ? new(shape.OutputWidth, 1, layer.Outputs) : new(shape.OutputHeight, shape.OutputWidth, layer.Outputs);
        ImmutableArray<int> weights = layer.OneDimensional ? [layer.Outputs, input.Channels, layer.Kernel] : [layer.Outputs, input.Channels, layer.Kernel, layer.Kernel];
        return new(read, input, output, shape, layer.Pooling, layer.Bias, layer.Activated, weights);
    }

    public static PlacedLayer Of(SampleShape read, DenseLayer layer)
    {
        var shape = new ConvolutionShape(read.Count, layer.Outputs, 1, 1, 1, 1, 0, 0);
        return new(read, read, new(1, 1, layer.Outputs), shape, PoolingBefore.None, layer.Bias, false, [layer.Outputs, read.Count]);
    }
}
