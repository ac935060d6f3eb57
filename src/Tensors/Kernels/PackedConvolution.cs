// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>A convolution of blocks with its packed weights, by the kernel that its shape is for: <see cref="MinimalFilterKernel"/> or <see cref="ConvolutionKernel"/>.</summary>
internal sealed class PackedConvolution
{
    // Rows of a part: a window of a pooling has two, and so has a place of narrow vectors.
    private const int PartRows = 2;

    // With fewer there would not be the eight parts that somebody who comes late finds something among.
    private const int LeastRows = 16;

    private readonly VectorWidth _width;
    private readonly ConvolutionShape _shape;
    private readonly LaneMemory _packed;

    /// <summary>Chooses the kernel and the parts.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">The convolution, or the one that an input gradient is.</param>
    /// <param name="byOutputs">Whether parts are to be outputs where the kernel allows it, for somebody who wants whole maps.</param>
    public PackedConvolution(VectorWidth width, in ConvolutionShape shape, bool byOutputs = false)
    {
        (_width, _shape) = (width, shape);
        IsMinimal = MinimalFilter.Takes(shape);
        HasPlaces = IsMinimal || (!byOutputs && shape.Taps > 1 && shape.OutputHeight >= LeastRows);
        if (IsMinimal) Parts = MinimalFilterKernel.Places(shape);
        else Parts = HasPlaces ? (shape.OutputHeight + PartRows - 1) / PartRows : ConvolutionKernel.Blocks(width, shape);
        MultiplyAdds = IsMinimal ? MinimalFilter.MultiplyAdds(shape) : shape.MultiplyAdds;
        _packed = new LaneMemory(IsMinimal ? MinimalFilterKernel.PackedCount(shape) : shape.WeightCount);
    }

    /// <summary>The convolution.</summary>
    public ConvolutionShape Shape => _shape;

    /// <summary>Whether it is one of <see cref="MinimalFilter"/>.</summary>
    public bool IsMinimal { get; }

    /// <summary>
    /// Whether parts are places of the map, of all outputs, and not blocks of outputs. They take no longer than the whole, because all outputs read the same input there, or the same terms of it, and who finds some of them reads no other.
    /// </summary>
    public bool HasPlaces { get; }

    /// <summary>Parts, each of which can be found on its own.</summary>
    public int Parts { get; }

    /// <summary>Multiply-adds of one image, those with padding counted.</summary>
    public long MultiplyAdds { get; }

    /// <summary>Floats of the packed weights.</summary>
    public int PackedCount => _packed.Count;

    /// <summary>The outputs of some parts; not with <see cref="HasPlaces"/>.</summary>
    public (int First, int Count) Outputs(int from, int to)
    {
        if (HasPlaces) throw new InvalidOperationException($"parts of the convolution {_shape} are places of its map");
        int first = ChannelBlocks.Start(_shape.OutputChannels, Parts, from);
        return (first, ChannelBlocks.Start(_shape.OutputChannels, Parts, to) - first);
    }

    /// <summary>Makes ready for new weights where several workers have read the old ones; see <see cref="LaneMemory.Reclaim"/>.</summary>
    public void Reclaim() => _packed.Reclaim();

    /// <summary>Takes over weights <c>[O, I, KH, KW]</c>.</summary>
    public void Pack(ReadOnlySpan<float> weights)
    {
        if (IsMinimal) MinimalFilterKernel.Pack(_width, _shape, weights, _packed.All);
        else ConvolutionKernel.Pack(_width, _shape, weights, _packed.All);
    }

    /// <summary>Takes over the weights of the convolution whose input gradient this one is: channels exchanged, kernel turned by half a turn.</summary>
    public void PackTurned(ReadOnlySpan<float> weights)
    {
        if (IsMinimal) MinimalFilterKernel.PackTurned(_width, _shape.InputGradient, weights, _packed.All);
        else ConvolutionKernel.PackTurned(_width, _shape.InputGradient, weights, _packed.All);
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
            MinimalFilterKernel.Forward(_width, _shape, x, _packed.All, bias, from, to, activation, lanes, y, masks);
            return;
        }

        if (HasPlaces)
        {
            (int row, int end) = Rows(from, to);
            ConvolutionKernel.Forward(_width, _shape, row, end, x, _packed.All, bias, activation, lanes, y, masks);
            return;
        }

        (int first, int count) = Outputs(from, to);
        ForwardOutputs(x, bias.IsEmpty ? bias : bias.Slice(first, count), first, count, activation, lanes, Maps(y, _shape.OutputPixels * LaneLayout.Lanes, first, count), Maps(masks, _shape.OutputPixels, first, count));
    }

    /// <summary>Some outputs, those of whole parts, into memory of their own; not with <see cref="HasPlaces"/>.</summary>
    public void ForwardOutputs(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, int first, int count, in Activation activation, int lanes, Span<float> y, Span<ushort> masks) =>
        ConvolutionKernel.Forward(_width, _shape with { OutputChannels = count }, x, Packed(first, count), bias, activation, lanes, y, masks);

    /// <summary>Some parts with a maximum pooling of two by two behind them, in the kernel's registers, where <see cref="ConvolutionPoolKernel.Takes"/> allows it, into the memory of all: <c>[O][OH/2][OW/2][16]</c>, with routes in place of masks.</summary>
    public void ForwardPooled(ReadOnlySpan<float> x, ReadOnlySpan<float> bias, int from, int to, in Activation activation, int lanes, Span<float> y, Span<ushort> routes)
    {
        if (IsMinimal)
        {
            MinimalFilterKernel.ForwardPooled(_width, _shape, x, _packed.All, bias, from, to, activation, lanes, y, routes);
            return;
        }

        if (HasPlaces)
        {
            (int row, int end) = Rows(from, to);
            ConvolutionPoolKernel.Forward(_width, _shape, row, end, x, _packed.All, bias, activation, lanes, y, routes);
            return;
        }

        (int first, int count) = Outputs(from, to);
        int pixels = _shape.OutputPixels;
        ConvolutionPoolKernel.Forward(
            _width, _shape with { OutputChannels = count }, x, Packed(first, count), bias.IsEmpty ? bias : bias.Slice(first, count), activation, lanes, Maps(y, pixels / 4 * LaneLayout.Lanes, first, count), Maps(routes, pixels, first, count));
    }

    /// <summary>Rows of the output that some parts are.</summary>
    private (int Row, int End) Rows(int from, int to) => (from * PartRows, Math.Min(to * PartRows, _shape.OutputHeight));

    /// <summary>Maps of some outputs; none where there are none.</summary>
    private static Span<T> Maps<T>(Span<T> all, int map, int first, int count) => all.IsEmpty ? all : all.Slice(first * map, count * map);

    private ReadOnlySpan<float> Packed(int first, int count)
    {
        int perOutput = _shape.InputChannels * _shape.Taps;
        return _packed.Region(first * perOutput, count * perOutput);
    }
}
