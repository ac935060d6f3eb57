// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>A convolution of blocks with its packed weights, by the kernel that its shape is for: <see cref="MinimalFilterKernel"/> or <see cref="ConvolutionKernel"/>.</summary>
/// <param name="width">Vector width.</param>
/// <param name="shape">The convolution, or the one that an input gradient is.</param>
internal sealed class PackedConvolution(VectorWidth width, ConvolutionShape shape)
{
    private readonly float[] _packed = new float[MinimalFilter.Takes(shape) ? MinimalFilterKernel.PackedCount(shape) : shape.WeightCount];

    /// <summary>The convolution.</summary>
    public ConvolutionShape Shape => shape;

    /// <summary>Whether it is one of <see cref="MinimalFilter"/>, for which all outputs read the same terms of the input: the more of them are found at once the better.</summary>
    public bool IsMinimal { get; } = MinimalFilter.Takes(shape);

    /// <summary>Parts, each of which can be found on its own: blocks of outputs, or with <see cref="IsMinimal"/> places of the map, because all outputs read the same terms of the input there.</summary>
    public int Parts { get; } = MinimalFilter.Takes(shape) ? MinimalFilterKernel.Places(shape) : ConvolutionKernel.Blocks(width, shape);

    /// <summary>Multiply-adds of one image, those with padding counted.</summary>
    public long MultiplyAdds { get; } = MinimalFilter.Takes(shape) ? MinimalFilter.MultiplyAdds(shape) : shape.MultiplyAdds;

    /// <summary>The outputs of some parts; not with <see cref="IsMinimal"/>.</summary>
    public (int First, int Count) Outputs(int from, int to)
    {
        if (IsMinimal) throw new InvalidOperationException($"parts of the convolution {shape} are places of its map");
        int first = ChannelBlocks.Start(shape.OutputChannels, Parts, from);
        return (first, ChannelBlocks.Start(shape.OutputChannels, Parts, to) - first);
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

    /// <summary>All outputs, with a chain behind them.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="activation">The chain.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[O][OH][OW][16]</c>.</param>
    /// <param name="masks">Receives for each output value the lanes in which the gradient passes the chain; empty where nobody wants them.</param>
    public void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, in Activation activation, int lanes, Span<float> y, Span<ushort> masks) => Forward(x, bias, 0, Parts, activation, lanes, y, masks);

    /// <summary>Some parts: <paramref name="from"/> to the one before <paramref name="to"/>, into the memory of all.</summary>
    public void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, int from, int to, in Activation activation, int lanes, Span<float> y, Span<ushort> masks)
    {
        if (IsMinimal)
        {
            MinimalFilterKernel.Forward(width, shape, x, _packed, bias, from, to, activation, lanes, y, masks);
            return;
        }

        (int first, int count) = Outputs(from, to);
        ForwardOutputs(x, bias.IsEmpty ? bias : bias.Slice(first, count), first, count, activation, lanes, Maps(y, shape.OutputPixels * LaneLayout.Lanes, first, count), Maps(masks, shape.OutputPixels, first, count));
    }

    /// <summary>Some outputs, those of whole parts, into memory of their own; not with <see cref="IsMinimal"/>.</summary>
    public void ForwardOutputs(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, int first, int count, in Activation activation, int lanes, Span<float> y, Span<ushort> masks) =>
        ConvolutionKernel.Forward(width, shape with { OutputChannels = count }, x, Packed(first, count), bias, activation, lanes, y, masks);

    /// <summary>Some parts with a maximum pooling of two by two behind them, in the kernel's registers, where <see cref="ConvolutionPoolKernel.Takes"/> allows it, into the memory of all: <c>[O][OH/2][OW/2][16]</c>, with routes in place of masks.</summary>
    public void ForwardPooled(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, int from, int to, in Activation activation, int lanes, Span<float> y, Span<ushort> routes)
    {
        if (IsMinimal)
        {
            MinimalFilterKernel.ForwardPooled(width, shape, x, _packed, bias, from, to, activation, lanes, y, routes);
            return;
        }

        (int first, int count) = Outputs(from, to);
        int pixels = shape.OutputPixels;
        ConvolutionPoolKernel.Forward(
            width, shape with { OutputChannels = count }, x, Packed(first, count), bias.IsEmpty ? bias : bias.Slice(first, count), activation, lanes, Maps(y, pixels / 4 * LaneLayout.Lanes, first, count), Maps(routes, pixels, first, count));
    }

    /// <summary>Maps of some outputs; none where there are none.</summary>
    private static Span<T> Maps<T>(Span<T> all, int map, int first, int count) => all.IsEmpty ? all : all.Slice(first * map, count * map);

    private ReadOnlySpan<float> Packed(int first, int count)
    {
        int perOutput = shape.InputChannels * shape.Taps;
        return _packed.AsSpan(first * perOutput, count * perOutput);
    }
}
