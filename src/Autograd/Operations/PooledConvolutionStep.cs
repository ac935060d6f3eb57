// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>
/// A convolution, the chain behind it and the maximum pooling that is the chain's only reader, with dropout between the two or without. The unpooled map is not kept: backwards sixteen bits for each of its
/// pixels say where the gradient goes. Windows of two by two are pooled in the convolution's kernel. Else, where the input is small, as in a first layer, and no terms are made of it, a block of outputs at a time is convolved and
/// pooled in the second-level cache; a larger input would be read too often. Gradients are found a block of outputs at a time, and only kept where the input wants one; for minimal filtering, and for one tap where the input wants one, all at once, and kept. Workers
/// have memory of their own for that, where there are not so many that there is memory for all outputs.
/// </summary>
internal sealed class PooledConvolutionStep : ConvolutionStep
{
    // A quarter of a megabyte for sixteen images: with some outputs it fits into the second-level cache.
    private const int SmallInput = 4096;

    private readonly PoolingShape _pool;
    private readonly Variable _pooled;
    private readonly Region _y;
    private readonly Region _some = null!;
    private readonly bool _inTiles;
    private readonly bool _byBlocks;
    private readonly bool _poolsFirst;
    private readonly bool _gradientByBlocks;
    private readonly DropoutOperation? _dropout;
    private readonly Slot _kept;
    private Region _dy = null!;
    private Region? _someBackward;

    public PooledConvolutionStep(PlanBuilder builder, ConvolutionOperation operation, ElementwiseOperation chain, DropoutOperation? dropout, MaximumPoolOperation pool)
        : base(builder, operation, chain.Output!, chain.Activation, keepsResult: false, pool: pool.Shape, byOutputs: !PoolsInTiles(operation, chain, dropout, pool))
    {
        (_pool, _pooled, _dropout) = (pool.Shape, pool.Output!, dropout);
        if (dropout is not null) _kept = builder.Masks(chain.Output!.Shape.Count);
        _y = builder.Value(_pooled);
        _inTiles = PoolsInTiles(operation, chain, dropout, pool);
        _byBlocks = !_inTiles && !Convolution.IsMinimal && Convolution.Parts > 1 && Shape.InputChannels * Shape.InputPixels <= SmallInput;
        _poolsFirst = dropout is null && RectifiedPoolKernel.Takes(Activation);
        // One tap takes all outputs at once: each input then comes into the cache once. So does minimal filtering, which makes terms of it.
        _gradientByBlocks = !WeightGradient.IsMinimal && (!NeedsInputGradient || Shape.Taps > 1);
        if (!_inTiles) _some = Some(builder, _byBlocks ? AtOnce(forward: true) : Shape.OutputChannels);
    }

    protected override bool FindsGradientAnew => true;

    protected override bool KeepsGradient => NeedsInputGradient || WeightGradient.IsMinimal;

    private static bool PoolsInTiles(ConvolutionOperation operation, ElementwiseOperation chain, DropoutOperation? dropout, MaximumPoolOperation pool) =>
        dropout is null && ConvolutionPoolKernel.Takes(operation.Shape, pool.Shape, chain.Activation);

    public override void PlanBackward(PlanBuilder builder)
    {
        _dy = builder.Gradient(_pooled);
        if (WeightGradient.TakesPairs || !KeepsGradient) _someBackward = Some(builder, AtOnce(forward: false), WeightGradient.TakesPairs ? 2 : 1);
        base.PlanBackward(builder);
    }

    protected override void PlanBeside(PlanBuilder builder)
    {
        base.PlanBeside(builder);
        // Who comes late finds the gradient of the convolution from it.
        builder.Use(_dy);
    }

    public override void Forward(Workspace workspace)
    {
        _dropout?.Draw(Builder.Width, workspace, workspace.Masks(_kept));
        workspace.RunBlocks(this, StepPart.Forward, Convolution.Parts, Convolution.MultiplyAdds, Cost(Convolution));
        // A window may lie in two parts of the map.
        if (Convolution.IsMinimal && !_inTiles) workspace.RunBlocks(this, StepPart.Pooling, Shape.OutputChannels, Convolution.MultiplyAdds, ShareCost.Nothing);
    }

    public override void RunBlocks(Workspace workspace, StepPart part, int from, int to, int worker)
    {
        if (part == StepPart.Pooling)
        {
            Pool(workspace, from, to - from, Some(workspace, _some, from, to - from));
            return;
        }

        bool forward = part == StepPart.Forward;
        if (!(forward ? _byBlocks : part == StepPart.ParameterGradients && _gradientByBlocks))
        {
            base.RunBlocks(workspace, part, from, to, worker);
            return;
        }

        int largest = Group(forward, 0, 1).Count;
        bool hasAll = AtOnce(forward) == Shape.OutputChannels;
        for (int block = from; block < to; block++)
        {
            (int first, int count) = Group(forward, block, block + 1);
            int place = hasAll ? first : worker * largest;
            if (forward) ForwardChannels(workspace, first, count, Some(workspace, _some, place, count));
            else if (WeightGradient.TakesPairs) FindPairGradients(workspace, first, count, place);
            else OutputGradients(workspace, first, count, KeepsGradient ? WholeGradient(workspace, first, count) : Some(workspace, _someBackward!, place, count));
        }
    }

    /// <summary>Gradients of the parameters of some outputs, from that of pairs of pixels, which takes half the place.</summary>
    private void FindPairGradients(Workspace workspace, int first, int count, int place)
    {
        int pixels = Shape.OutputPixels / 2;
        Span<float> pairs = Plane(workspace.Floats(_someBackward!), pixels, place, count);
        RoutedPoolKernel.BackwardPairs(Builder.Width, Pool(count), Factor, Plane(workspace.Floats(_dy), _pool.OutputPixels, first, count), Masks(workspace, first, count), workspace.Lanes, pairs);
        if (NeedsInputGradient) FindGradient(workspace, first, count, WholeGradient(workspace, first, count));
        ParameterGradients(workspace, first, count, pixels, pairs);
    }

    protected override void ForwardParts(Workspace workspace, int from, int to)
    {
        if (_inTiles) ForwardTiles(workspace, from, to, workspace.Floats(_y));
        else if (Convolution.IsMinimal) ForwardParts(workspace, from, to, chained: !_poolsFirst, workspace.Floats(_some));
        else
        {
            (int first, int count) = Convolution.Outputs(from, to);
            ForwardChannels(workspace, first, count, Some(workspace, _some, first, count));
        }
    }

    private void ForwardChannels(Workspace workspace, int first, int count, Span<float> some)
    {
        ForwardOutputs(workspace, first, count, chained: !_poolsFirst, some);
        Pool(workspace, first, count, some);
    }

    /// <summary>Pools some outputs.</summary>
    private void Pool(Workspace workspace, int first, int count, Span<float> some)
    {
        Span<float> pooled = Plane(workspace.Floats(_y), _pool.OutputPixels, first, count);
        if (_poolsFirst) RectifiedPoolKernel.Forward(Builder.Width, Pool(count), Activation, some, workspace.Lanes, pooled, Builder.Training ? Masks(workspace, first, count) : []);
        else if (_dropout is not null) RoutedPoolKernel.Forward(Builder.Width, Pool(count), some, Kept(workspace, first, count), _dropout.Factor, workspace.Lanes, pooled, Masks(workspace, first, count));
        else if (Builder.Training) RoutedPoolKernel.Forward(Builder.Width, Pool(count), some, workspace.Lanes, pooled, Masks(workspace, first, count));
        else MaximumPoolKernel.Forward(Builder.Width, Pool(count), some, workspace.Lanes, pooled);
    }

    protected override void FindGradient(Workspace workspace, int first, int count, Span<float> dy) =>
        RoutedPoolKernel.Backward(Builder.Width, Pool(count), Factor, Plane(workspace.Floats(_dy), _pool.OutputPixels, first, count), Masks(workspace, first, count), workspace.Lanes, dy);

    /// <summary>What the gradient is multiplied by on its way through the pooling.</summary>
    private float Factor => _dropout?.Factor ?? Activation.Scale;

    private (int First, int Count) Group(bool forward, int from, int to) => forward ? Convolution.Outputs(from, to) : WeightGradient.Outputs(from, to);

    /// <summary>Outputs that there is memory for at the same time: those of each worker, or all.</summary>
    private int AtOnce(bool forward) => (int)Math.Min(Shape.OutputChannels, (long)Builder.Workers * Group(forward, 0, 1).Count);

    private PoolingShape Pool(int channels) => _pool with { Channels = channels };

    private Span<ushort> Kept(Workspace workspace, int first, int count) => workspace.Masks(_kept).Slice(first * Shape.OutputPixels, count * Shape.OutputPixels);

    private Region Some(PlanBuilder builder, int outputs, int parts = 1) => builder.Temporary((long)outputs * Shape.OutputPixels * LaneLayout.Lanes / parts);

    private Span<float> Some(Workspace workspace, Region some, int first, int count) => Plane(workspace.Floats(some), Shape.OutputPixels, first, count);
}
