// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>A convolution and the chain behind it, bound to a plan's memory.</summary>
internal class ConvolutionStep : PlanStep
{
    private readonly Variable _input;
    private readonly Variable _result;
    private readonly Parameter _weights;
    private readonly Parameter? _bias;
    private readonly Region _x;
    private readonly Region _y = null!;
    private readonly Slot _masks;
    private readonly bool _masked;

    // Biases as they were when the weights were packed.
    private readonly float[] _offsets;
    private PackedConvolution? _gradient;
    private Region _dy = null!;
    private Region _sums = null!;
    private GradientTarget _dx;
    private ParameterTarget _dw;
    private ParameterTarget _db;

    /// <summary>Binds a convolution.</summary>
    /// <param name="builder">The plan.</param>
    /// <param name="operation">The convolution.</param>
    /// <param name="result">What the chain gives.</param>
    /// <param name="activation">The chain, or the identity.</param>
    /// <param name="keepsResult">Whether the result has memory of its own.</param>
    /// <param name="masked">Whether the step finds the gradient in front of the chain; otherwise the readers of the result give that one.</param>
    /// <param name="pool">The maximum pooling behind the chain that the step finds too.</param>
    /// <param name="byOutputs">Whether the step convolves whole maps, see <see cref="PackedConvolution"/>.</param>
    public ConvolutionStep(PlanBuilder builder, ConvolutionOperation operation, Variable result, in Activation activation, bool keepsResult = true, bool masked = true, PoolingShape? pool = null, bool byOutputs = false)
    {
        (Builder, _input, _result, _weights, _bias, Shape, Activation) = (builder, operation.Inputs[0], result, operation.Weights, operation.Bias, operation.Shape, activation);
        _x = builder.Value(_input);
        NeedsInputGradient = builder.NeedsGradient(_input);
        if (keepsResult) _y = builder.Value(result);
        _masked = masked && !activation.IsIdentity;
        if (_masked) _masks = builder.Masks(result.Shape.Count);
        Convolution = builder.NewConvolution(Shape, byOutputs);
        WeightGradient = new WeightGradient(builder.Width, Shape, pool);
        _offsets = new float[_bias is null ? 0 : Shape.OutputChannels];
    }

    protected PlanBuilder Builder { get; }

    protected ConvolutionShape Shape { get; }

    protected Activation Activation { get; }

    /// <summary>The convolution.</summary>
    protected PackedConvolution Convolution { get; }

    /// <summary>Its weight gradient.</summary>
    protected WeightGradient WeightGradient { get; }

    /// <summary>Whether somebody wants the gradient of the input, for which that of all outputs is needed at once.</summary>
    protected bool NeedsInputGradient { get; }

    public override void PlanBackward(PlanBuilder builder)
    {
        builder.Use(_x);
        _dw = builder.Claim(_weights, Shape.WeightCount);
        if (_bias is not null) _db = builder.Claim(_bias, Shape.OutputChannels);
        if (KeepsGradient) _dy = builder.Gradient(_result);
        if (WeightGradient.IsMinimal) _sums = builder.Temporary(WeightGradient.SumFloats);
        if (!NeedsInputGradient) return;
        builder.BeginSecondHalf();
        builder.Use(_dy);
        _dx = builder.Claim(_input);
        _gradient = builder.NewConvolution(Shape.InputGradient);
        if (WeightGradient.IsMinimal && builder.Workers > 1) PlanBeside(builder);
    }

    public override void Prepare(bool backward)
    {
        if (!backward)
        {
            if (Builder.ReclaimsPacked) Convolution.Reclaim();
            Convolution.Pack(_weights.Value);
            _bias?.Value.CopyTo(_offsets);
        }
        else if (_gradient is not null)
        {
            if (Builder.ReclaimsPacked) _gradient.Reclaim();
            _gradient.PackTurned(_weights.Value);
        }
    }

    public override void Forward(Workspace workspace) => workspace.RunBlocks(this, StepPart.Forward, Convolution.Parts, Convolution.MultiplyAdds, Cost(Convolution));

    public override void Backward(Workspace workspace)
    {
        if (WeightGradient.IsMinimal && NeedsInputGradient && workspace.MayShare(WeightGradient.MultiplyAdds + _gradient!.MultiplyAdds))
        {
            BackwardBeside(workspace);
            return;
        }

        if (WeightGradient.IsMinimal) FilterGradients(workspace);
        else workspace.RunBlocks(this, StepPart.ParameterGradients, WeightGradient.Parts, WeightGradient.MultiplyAdds, Shape.Taps > 1 ? ShareCost.Nothing : ShareCost.Input);
        Commit(workspace, _dw);
        if (_bias is not null) Commit(workspace, _db);
        if (!NeedsInputGradient) return;
        workspace.Moment = Moment.SecondHalf(workspace.Moment);
        workspace.RunBlocks(this, StepPart.InputGradient, _gradient!.Parts, _gradient.MultiplyAdds, Cost(_gradient));
        Commit(workspace, _dx);
    }

    public override void RunBlocks(Workspace workspace, StepPart part, int from, int to, int worker)
    {
        switch (part)
        {
            case StepPart.Forward:
                ForwardParts(workspace, from, to);
                break;
            case StepPart.ParameterGradients:
                if (WeightGradient.IsMinimal)
                {
                    WeightGradient.Sum(workspace.Floats(_x), workspace.Floats(_dy), from, to, workspace.Lanes, workspace.Floats(_sums));
                    break;
                }

                (int first, int count) = WeightGradient.Outputs(from, to);
                OutputGradients(workspace, first, count, WholeGradient(workspace, first, count));
                break;
            case StepPart.InputGradient:
                _gradient!.Forward(workspace.Floats(_dy), [], from, to, Activation.Identity, workspace.Lanes, Share(workspace, _dx), []);
                break;
            case StepPart.ParameterGradientsBeside:
                WeightGradient.Sum(workspace.Floats(_x, workspace.Moment), Gradient(workspace, worker), from, to, workspace.Lanes, workspace.Floats(_sums));
                workspace.Halves.EndFirst(to - from);
                break;
            case StepPart.InputGradientBeside:
                Span<float> dx = workspace.Halves.GoesApart() ? workspace.Spare(_dx.Region.Length) : InputGradientBeside(workspace);
                _gradient!.Forward(Gradient(workspace, worker), [], from, to, Activation.Identity, workspace.Lanes, dx, []);
                break;
            case StepPart.Kernels:
                Kernels(workspace);
                break;
            case StepPart.InputGradientPlace:
                workspace.Spare(_dx.Region.Length).CopyTo(InputGradientBeside(workspace));
                break;
        }
    }

    /// <summary>What shares of a convolution do again.</summary>
    protected static ShareCost Cost(PackedConvolution convolution) => convolution.HasPlaces ? ShareCost.Nothing : ShareCost.Input;

    /// <summary>Whether <see cref="FindGradient"/> reads other memory than it writes, so that each worker can find the output gradient for itself.</summary>
    protected virtual bool FindsGradientAnew => false;

    /// <summary>Whether the gradient of all outputs is kept at once.</summary>
    protected virtual bool KeepsGradient => true;

    /// <summary>Gradient of some outputs where all are kept.</summary>
    protected Span<float> WholeGradient(Workspace workspace, int first, int count) => Plane(workspace.Floats(_dy), Shape.OutputPixels, first, count);

    /// <summary>Turns the gradient of what the step gives into that of some outputs of the convolution.</summary>
    protected virtual void FindGradient(Workspace workspace, int first, int count, Span<float> dy)
    {
        if (_masked) ActivationKernel.Backward(Builder.Width, Activation.Scale, dy, Masks(workspace, first, count), count * Shape.OutputPixels, workspace.Lanes, dy);
    }

    /// <summary>Gradient of some outputs, left in <paramref name="dy"/>, and those of their parameters.</summary>
    protected void OutputGradients(Workspace workspace, int first, int count, Span<float> dy)
    {
        FindGradient(workspace, first, count, dy);
        ParameterGradients(workspace, first, count, Shape.OutputPixels, dy);
    }

    /// <summary>Some channels of a map.</summary>
    protected static Span<float> Plane(Span<float> map, int pixels, int first, int count)
    {
        int plane = pixels * LaneLayout.Lanes;
        return map.Slice(first * plane, count * plane);
    }

    /// <summary>Some parts of the convolution, with the chain.</summary>
    protected virtual void ForwardParts(Workspace workspace, int from, int to) => Convolution.Forward(workspace.Floats(_x), _offsets, from, to, Activation, workspace.Lanes, workspace.Floats(_y), TrainingMasks(workspace));

    /// <summary>The same without the chain, into other memory of all outputs.</summary>
    protected void ForwardParts(Workspace workspace, int from, int to, bool chained, Span<float> y) =>
        Convolution.Forward(workspace.Floats(_x), _offsets, from, to, chained ? Activation : Activation.Identity, workspace.Lanes, y, chained ? TrainingMasks(workspace) : []);

    /// <summary>Convolves some outputs, a whole number of the kernel's blocks, with the chain or without, into memory of theirs.</summary>
    protected void ForwardOutputs(Workspace workspace, int first, int count, bool chained, Span<float> y)
    {
        ReadOnlySpan<float> bias = _bias is null ? [] : _offsets.AsSpan(first, count);
        Convolution.ForwardOutputs(workspace.Floats(_x), bias, first, count, chained ? Activation : Activation.Identity, workspace.Lanes, y, chained && Builder.Training ? Masks(workspace, first, count) : []);
    }

    /// <summary>Convolves some parts and pools them in the kernel's tiles, behind the chain.</summary>
    protected void ForwardTiles(Workspace workspace, int from, int to, Span<float> pooled) => Convolution.ForwardPooled(workspace.Floats(_x), _offsets, from, to, Activation, workspace.Lanes, pooled, TrainingMasks(workspace));

    private Span<ushort> TrainingMasks(Workspace workspace) => Builder.Training ? Masks(workspace, 0, Shape.OutputChannels) : [];

    /// <summary>Masks of some outputs: where the gradient passes the chain.</summary>
    protected Span<ushort> Masks(Workspace workspace, int first, int count) =>
        !_masked ? [] : workspace.Masks(_masks).Slice(first * Shape.OutputPixels, count * Shape.OutputPixels);

    /// <summary>Gradients of the parameters of some outputs, from the gradient of all pixels of the convolution, or behind a pooling of pairs of them.</summary>
    protected void ParameterGradients(Workspace workspace, int first, int count, int pixels, ReadOnlySpan<float> dy)
    {
        WeightGradient.Run(workspace.Floats(_x), dy, Masks(workspace, first, count), count, workspace.Lanes, WeightShare(workspace, first, count));
        BiasGradient(workspace, first, count, pixels, dy);
    }

    /// <summary>Gradients of the parameters by minimal filtering. The output gradient is not cut into shares: it takes less time to find than another worker's part of it to come back. The biases' reads it while it is near.</summary>
    private void FilterGradients(Workspace workspace)
    {
        Span<float> dy = workspace.Floats(_dy);
        FindGradient(workspace, 0, Shape.OutputChannels, dy);
        BiasGradient(workspace, 0, Shape.OutputChannels, Shape.OutputPixels, dy);
        workspace.RunBlocks(this, StepPart.ParameterGradients, WeightGradient.Parts, WeightGradient.MultiplyAdds, ShareCost.Input);
        Kernels(workspace);
    }

    private void Kernels(Workspace workspace) => WeightGradient.Kernels(workspace.Floats(_sums), WeightShare(workspace, 0, Shape.OutputChannels));

    /// <summary>What the first half still needs while others have begun with the second; of its input alone <see cref="BackwardHalves"/> knows when it is free.</summary>
    protected virtual void PlanBeside(PlanBuilder builder)
    {
        builder.ReserveSpare(_dx.Region);
        builder.Use(_sums);
        if (_dw.Accumulates) builder.Use(_dw.Scratch);
        if (_bias is not null && _db.Accumulates) builder.Use(_db.Scratch);
    }

    /// <summary>
    /// Both halves at the same time, where workers without images may take a share: who comes mostly begins with the input gradient, which reads the output gradient only, and so leaves the input in the owner's caches.
    /// </summary>
    private void BackwardBeside(Workspace workspace)
    {
        if (!FindsGradientAnew) Gradient(workspace);
        workspace.BothHalves = true;
        workspace.Halves.Begin(WeightGradient.Parts);
        workspace.RunEither(this, (StepPart.ParameterGradientsBeside, WeightGradient.Parts, ShareCost.Input), (StepPart.InputGradientBeside, _gradient!.Parts, Cost(_gradient)));
        if (_bias is not null) Gradient(workspace);
        // Both are short, and who wrote most of the input gradient has it.
        if (workspace.Halves.WentApart) workspace.RunEither(this, (StepPart.Kernels, 1, ShareCost.Nothing), (StepPart.InputGradientPlace, 1, ShareCost.Nothing));
        else Kernels(workspace);
        Commit(workspace, _dw);
        if (_bias is not null) Commit(workspace, _db);
        workspace.BothHalves = false;
        workspace.Moment = Moment.SecondHalf(workspace.Moment);
        Commit(workspace, _dx);
    }

    /// <summary>Where the input gradient lies, for who finds it while the step is in its first half.</summary>
    private Span<float> InputGradientBeside(Workspace workspace) => workspace.Floats(_dx.Accumulates ? _dx.Scratch : _dx.Region, Moment.SecondHalf(workspace.Moment));

    /// <summary>The output gradient of all outputs, found the first time that the owner asks for it in a block, and then those of the biases. Once only, because masks change it in place: an owner does not help others meanwhile.</summary>
    private Span<float> Gradient(Workspace workspace)
    {
        Span<float> dy = workspace.Floats(_dy);
        if (!workspace.FindsAnew(workspace, this)) return dy;
        FindGradient(workspace, 0, Shape.OutputChannels, dy);
        BiasGradient(workspace, 0, Shape.OutputChannels, Shape.OutputPixels, dy);
        return dy;
    }

    /// <summary>The same for a worker that helps: found in memory of its own where that can be done, so that the owner's lines stay with the owner.</summary>
    private Span<float> Gradient(Workspace workspace, int worker)
    {
        Workspace own = workspace.WorkspaceOf(worker);
        if (own == workspace) return Gradient(workspace);
        if (!FindsGradientAnew) return workspace.Floats(_dy);
        Span<float> dy = own.Floats(_dy, workspace.Moment);
        if (own.FindsAnew(workspace, this)) FindGradient(workspace, 0, Shape.OutputChannels, dy);
        return dy;
    }

    private void BiasGradient(Workspace workspace, int first, int count, int pixels, ReadOnlySpan<float> dy)
    {
        if (_bias is not null) WeightGradientKernel.Bias(Builder.Width, count, pixels, dy, workspace.Lanes, Share(workspace, _db).Slice(first, count));
    }

    private Span<float> WeightShare(Workspace workspace, int first, int count) => Share(workspace, _dw).Slice(first * Shape.InputChannels * Shape.Taps, count * Shape.InputChannels * Shape.Taps);
}
