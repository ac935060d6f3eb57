// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>The weight gradient of a convolution of blocks, by the kernel that its shape and what stands behind it are for: <see cref="MinimalFilterGradientKernel"/>, <see cref="WeightGradientPairKernel"/> or <see cref="WeightGradientKernel"/>.</summary>
internal sealed class WeightGradient
{
    // Outputs of a part of minimal filtering: a register tile has as many.
    private const int PartOutputs = 4;

    // Parts for which finding the terms of the input anew is worth it: the fewest outputs that minimal filtering takes.
    private const int WorthTheTerms = 4;

    private readonly VectorWidth _width;
    private readonly ConvolutionShape _shape;
    private readonly bool _isPaired;

    /// <summary>Chooses the kernel.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">The convolution, of all outputs.</param>
    /// <param name="pool">The maximum pooling behind it, through which the gradient comes, or none.</param>
    public WeightGradient(VectorWidth width, in ConvolutionShape shape, PoolingShape? pool)
    {
        (_width, _shape) = (width, shape);
        IsMinimal = MinimalFilterGradient.Takes(shape);
        _isPaired = !IsMinimal && pool is { } windows && WeightGradientPairKernel.Takes(shape, windows);
        TakesPairs = _isPaired && WeightGradientPairKernel.TakesPairs(width);
        if (IsMinimal) Parts = shape.OutputChannels / PartOutputs;
        else Parts = _isPaired ? WeightGradientPairKernel.Blocks(width, shape) : WeightGradientKernel.Blocks(width, shape);
        MultiplyAdds = IsMinimal ? MinimalFilter.MultiplyAdds(shape) : shape.MultiplyAdds;
    }

    /// <summary>Whether it is found by minimal filtering, for which all outputs read the same terms of the input: the more of them at once the better.</summary>
    public bool IsMinimal { get; }

    /// <summary>Whether the output gradient is wanted as one vector for each pair of pixels of a window.</summary>
    public bool TakesPairs { get; }

    /// <summary>Parts of the outputs, each of which can be found on its own.</summary>
    public int Parts { get; }

    /// <summary>Parts that one caller better finds at once: the terms of the input are then found once for them.</summary>
    public int PartsAtOnce => IsMinimal ? WorthTheTerms : 1;

    /// <summary>Multiply-adds of one image, those with padding counted.</summary>
    public long MultiplyAdds { get; }

    /// <summary>The outputs of some parts.</summary>
    public (int First, int Count) Outputs(int from, int to)
    {
        int first = ChannelBlocks.Start(_shape.OutputChannels, Parts, from);
        return (first, ChannelBlocks.Start(_shape.OutputChannels, Parts, to) - first);
    }

    /// <summary>Weight gradient of some outputs; lanes without an image count as +0.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="dy">Gradient of these outputs, +0 in lanes without an image: <c>[count][OH][OW][16]</c>, or of pairs of pixels <c>[count][OH][OW/2][16]</c>, as <see cref="TakesPairs"/> says.</param>
    /// <param name="routes">Behind a pooling, for each output pixel the lanes in which it has the gradient.</param>
    /// <param name="count">Number of outputs, whole parts.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="gradient">Receives <c>[count, I, KH, KW]</c>.</param>
    public void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> routes, int count, int lanes, Span<float> gradient)
    {
        if (IsMinimal)
        {
            MinimalFilterGradientKernel.Run(_width, _shape, x, dy, count, lanes, gradient);
            return;
        }

        ConvolutionShape some = _shape with { OutputChannels = count };
        if (_isPaired) WeightGradientPairKernel.Run(_width, some, x, dy, routes, lanes, gradient);
        else WeightGradientKernel.Run(_width, some, x, dy, lanes, gradient);
    }
}
