// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Planning;

/// <summary>An operation bound to the memory of one plan. Steps run forwards in the tape's order and backwards in the reverse order.</summary>
internal abstract class PlanStep
{
    /// <summary>Called before the blocks of a batch, once for the forward and in training once for the backward pass: packs the parameters for it. All this may happen at the same time.</summary>
    public virtual void Prepare(bool backward)
    {
    }

    /// <summary>Claims memory for gradients; called in the reverse order of the tape.</summary>
    public virtual void PlanBackward(PlanBuilder builder)
    {
    }

    public abstract void Forward(Workspace workspace);

    public virtual void Backward(Workspace workspace)
    {
    }

    /// <summary>Runs some blocks of a part of the step: outputs, places of a map or rows of terms, or a part that is a single one; several workers may do so for one block of images at the same time. See <see cref="Workspace.RunBlocks"/> and <see cref="Workspace.RunEither"/>.</summary>
    /// <param name="workspace">Memory of the block of images.</param>
    /// <param name="part">The part.</param>
    /// <param name="from">First block.</param>
    /// <param name="to">The block after the last.</param>
    /// <param name="worker">Who runs them, from 0.</param>
    public virtual void RunBlocks(Workspace workspace, StepPart part, int from, int to, int worker) => throw new NotSupportedException($"{GetType().Name} has no parts");

    /// <summary>Memory that this step's share of a gradient goes to.</summary>
    protected static Span<float> Share(Workspace workspace, in GradientTarget target) => workspace.Floats(target.Accumulates ? target.Scratch : target.Region);

    /// <summary>Adds the share to the gradient where others wrote before.</summary>
    protected static void Commit(Workspace workspace, in GradientTarget target)
    {
        if (target.Accumulates) ElementwiseKernel.AddTo(workspace.Floats(target.Scratch), workspace.Floats(target.Region));
    }

    /// <summary>Hands a gradient on unchanged, adding it where others wrote before.</summary>
    protected static void Pass(Workspace workspace, ReadOnlySpan<float> gradient, in GradientTarget target)
    {
        if (!target.Needed) return;
        if (target.Accumulates) ElementwiseKernel.AddTo(gradient, workspace.Floats(target.Region));
        else gradient.CopyTo(workspace.Floats(target.Region));
    }

    /// <summary>Memory that this step's share of a parameter's gradient goes to.</summary>
    protected static Span<float> Share(Workspace workspace, in ParameterTarget target) => target.Accumulates ? workspace.Floats(target.Scratch) : workspace.ParameterGradient(target);

    /// <summary>Adds the share to the parameter's gradient where others wrote before.</summary>
    protected static void Commit(Workspace workspace, in ParameterTarget target)
    {
        if (target.Accumulates) ElementwiseKernel.AddTo(workspace.Floats(target.Scratch), workspace.ParameterGradient(target));
    }
}

/// <summary>Parts of a step that can be cut into blocks.</summary>
internal enum StepPart
{
    Forward,
    Pooling,
    ParameterGradients,
    InputGradient,

    /// <summary>Sums of the gradients of the parameters while others may find that of the input.</summary>
    ParameterGradientsBeside,

    /// <summary>The gradient of the input while others may find those of the parameters.</summary>
    InputGradientBeside,

    /// <summary>Kernels from the sums, a single block.</summary>
    Kernels,

    /// <summary>The gradient of the input, found in memory of its own, to its place, a single block.</summary>
    InputGradientPlace,
}
