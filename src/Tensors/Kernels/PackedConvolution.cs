// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>A convolution of blocks with its packed weights, by the kernel that its shape is for: <see cref="MinimalFilterKernel"/> or <see cref="ConvolutionKernel"/>.</summary>
/// <param name="width">Vector width.</param>
/// <param name="shape">The convolution, or the one that an input gradient is.</param>
internal sealed class PackedConvolution(VectorWidth width, ConvolutionShape shape)
{
    /// <summary>Outputs for which finding the terms of <see cref="MinimalFilter"/> anew is a small part: not more than the least that it takes.</summary>
    public const int WorthTheTerms = 16;

    private readonly float[] _packed = new float[MinimalFilter.Takes(shape) ? MinimalFilterKernel.PackedCount(shape) : shape.WeightCount];

    /// <summary>The convolution.</summary>
    public ConvolutionShape Shape => shape;

    /// <summary>Whether it is one of <see cref="MinimalFilter"/>, for which all outputs read the same terms of the input: the more of them are found at once the better.</summary>
    public bool IsMinimal { get; } = MinimalFilter.Takes(shape);

    /// <summary>Parts of the outputs, each of which can be found on its own: blocks of the kernel, or so many of them that finding the terms of the input for each part is worth it.</summary>
    public int Parts { get; } = Math.Min(ConvolutionKernel.Blocks(width, shape), MinimalFilter.Takes(shape) ? shape.OutputChannels / WorthTheTerms : int.MaxValue);

    /// <summary>Multiply-adds of one image, those with padding counted.</summary>
    public long MultiplyAdds { get; } = MinimalFilter.Takes(shape) ? MinimalFilter.MultiplyAdds(shape) : shape.MultiplyAdds;

    /// <summary>The outputs of some parts.</summary>
    public (int First, int Count) Outputs(int from, int to)
    {
        int blocks = ConvolutionKernel.Blocks(width, shape), first = Start(from);
        return (first, Start(to) - first);

        int Start(int part) => ChannelBlocks.Start(shape.OutputChannels, blocks, ChannelBlocks.Start(blocks, Parts, part));
    }

    /// <summary>Takes over weights <c>[O, I, KH, KW]</c>.</summary>
    public void Pack(ReadOnlySpan<float> weights)
    {
        if (IsMinimal) MinimalFilterKernel.Pack(width, shape, weights, _packed);
        else ConvolutionKernel.Pack(width, shape, weights, _packed);
    }

    /// <summary>Takes over the weights of the convolution whose input gradient this one is: channels exchanged, kernel turned by half a turn.</summary>
    public void PackTurned(ReadOnlySpan<float> weights)
    {
        if (IsMinimal) MinimalFilterKernel.PackTurned(width, shape.InputGradient, weights, _packed);
        else ConvolutionKernel.PackTurned(width, shape.InputGradient, weights, _packed);
    }

    /// <summary>Some outputs, whole blocks, with a chain behind them.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="bias">Bias of these outputs, or empty.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">Their number.</param>
    /// <param name="activation">The chain.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[count][OH][OW][16]</c>.</param>
    /// <param name="masks">Receives for each output value the lanes in which the gradient passes the chain; empty where nobody wants them.</param>
    public void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, int first, int count, in Activation activation, int lanes, Span<float> y, Span<ushort> masks)
    {
        if (IsMinimal) MinimalFilterKernel.Forward(width, shape, x, _packed, bias, first, count, activation, lanes, y, masks);
        else ConvolutionKernel.Forward(width, shape with { OutputChannels = count }, x, Packed(first, count), bias, activation, lanes, y, masks);
    }

    /// <summary>The same with a maximum pooling of two by two behind it, in the kernel's registers, where <see cref="ConvolutionPoolKernel.Takes"/> allows it: <c>[count][OH/2][OW/2][16]</c>, with routes in place of masks.</summary>
    public void ForwardPooled(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, int first, int count, in Activation activation, int lanes, Span<float> y, Span<ushort> routes)
    {
        if (IsMinimal) MinimalFilterKernel.ForwardPooled(width, shape, x, _packed, bias, first, count, activation, lanes, y, routes);
        else ConvolutionPoolKernel.Forward(width, shape with { OutputChannels = count }, x, Packed(first, count), bias, activation, lanes, y, routes);
    }

    private ReadOnlySpan<float> Packed(int first, int count)
    {
        int perOutput = shape.InputChannels * shape.Taps;
        return _packed.AsSpan(first * perOutput, count * perOutput);
    }
}
