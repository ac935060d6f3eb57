// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>The weight gradient of a convolution of blocks, by the kernel that its shape and what stands behind it are for: <see cref="MinimalFilterGradientKernel"/>, <see cref="WeightGradientPairKernel"/> or <see cref="WeightGradientKernel"/>.</summary>
internal sealed class WeightGradient
{
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
        if (IsMinimal) Parts = MinimalFilterGradientKernel.Rows;
        else Parts = _isPaired ? WeightGradientPairKernel.Blocks(width, shape) : WeightGradientKernel.Blocks(width, shape);
        MultiplyAdds = IsMinimal ? MinimalFilter.MultiplyAdds(shape) : shape.MultiplyAdds;
    }

    /// <summary>Whether it is found by minimal filtering: not by <see cref="Run"/>, but by <see cref="Sum"/> and <see cref="Kernels"/>.</summary>
    public bool IsMinimal { get; }

    /// <summary>Whether the output gradient is wanted as one vector for each pair of pixels of a window.</summary>
    public bool TakesPairs { get; }

    /// <summary>Parts, each of which can be found on its own: blocks of outputs, or with <see cref="IsMinimal"/> rows of terms of all outputs, so that nobody finds terms that another one has.</summary>
    public int Parts { get; }

    /// <summary>Multiply-adds of one image, those with padding counted.</summary>
    public long MultiplyAdds { get; }

    /// <summary>Floats of the sums of minimal filtering; 0 without.</summary>
    public long SumFloats => IsMinimal ? MinimalFilterGradientKernel.SumFloats(_shape) : 0;

    /// <summary>The outputs of some parts; not with <see cref="IsMinimal"/>.</summary>
    public (int First, int Count) Outputs(int from, int to)
    {
        if (IsMinimal) throw new InvalidOperationException($"parts of the weight gradient of {_shape} are rows of terms");
        int first = ChannelBlocks.Start(_shape.OutputChannels, Parts, from);
        return (first, ChannelBlocks.Start(_shape.OutputChannels, Parts, to) - first);
    }

    /// <summary>Weight gradient of some outputs, not with <see cref="IsMinimal"/>; lanes without an image count as +0.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="dy">Gradient of these outputs, +0 in lanes without an image: <c>[count][OH][OW][16]</c>, or of pairs of pixels <c>[count][OH][OW/2][16]</c>, as <see cref="TakesPairs"/> says.</param>
    /// <param name="routes">Behind a pooling, for each output pixel the lanes in which it has the gradient.</param>
    /// <param name="count">Number of outputs, whole parts.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="gradient">Receives <c>[count, I, KH, KW]</c>.</param>
    public void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> routes, int count, int lanes, Span<float> gradient)
    {
        if (IsMinimal) throw new InvalidOperationException($"the weight gradient of {_shape} is found by minimal filtering");
        ConvolutionShape some = _shape with { OutputChannels = count };
        if (_isPaired) WeightGradientPairKernel.Run(_width, some, x, dy, routes, lanes, gradient);
        else WeightGradientKernel.Run(_width, some, x, dy, lanes, gradient);
    }

    /// <summary>Sums of some parts, with <see cref="IsMinimal"/>; lanes without an image count as +0.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>, +0 in lanes without an image.</param>
    /// <param name="dy">Output gradient <c>[O][OH][OW][16]</c>, +0 in lanes without an image.</param>
    /// <param name="from">First part.</param>
    /// <param name="to">The part after the last.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="sums">Receives those of the parts: <see cref="SumFloats"/> floats of all parts.</param>
    public void Sum(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int from, int to, int lanes, Span<float> sums)
    {
        RequireMinimal();
        MinimalFilterGradientKernel.Sum(_width, _shape, x, dy, from, to, lanes, sums);
    }

    /// <summary>The weight gradient, of the sums of all parts, with <see cref="IsMinimal"/>.</summary>
    /// <param name="sums">The sums; they are gone afterwards.</param>
    /// <param name="gradient">Receives <c>[O, I, 3, 3]</c>.</param>
    public void Kernels(Span<float> sums, Span<float> gradient)
    {
        RequireMinimal();
        MinimalFilterGradientKernel.Kernels(_width, _shape, sums, gradient);
    }

    private void RequireMinimal()
    {
        if (!IsMinimal) throw new InvalidOperationException($"the weight gradient of {_shape} is not found by minimal filtering");
    }
}
