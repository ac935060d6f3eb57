// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>
/// An activity penalty on a map and the chain that is the only other reader of the map: the map is read once forwards, and its gradient written once. Where a
/// convolution with a rectifier gave the map, the gradient is that in front of the rectifier.
/// </summary>
internal sealed class PenalizedChainStep(PlanBuilder planner, Variable x, float rate, ElementwiseOperation chain, bool rectified) : PlanStep
{
    private readonly Region _x = planner.Value(x);
    private readonly Region _y = planner.Value(chain.Output!);
    private readonly Slot _masks = planner.Masks(x.Shape.Count);
    private Region _dy = null!;
    private GradientTarget _dx;

    public override void PlanBackward(PlanBuilder builder)
    {
        builder.Use(_x);
        _dy = builder.Gradient(chain.Output!);
        _dx = builder.Claim(x);
    }

    public override void Forward(Workspace workspace)
    {
        Span<double> sums = stackalloc double[LaneLayout.Lanes];
        PenalizedChainKernel.Forward(
            planner.Width, chain.Activation, x.Shape.Channels, x.Shape.Pixels, workspace.Floats(_x), workspace.Lanes, workspace.Floats(_y), planner.Training ? workspace.Masks(_masks) : [], sums);
        Span<double> penalties = workspace.Run.Penalties.AsSpan(workspace.FirstSample, workspace.Lanes);
        for (int lane = 0; lane < penalties.Length; lane++) penalties[lane] += rate * sums[lane];
    }

    public override void Backward(Workspace workspace)
    {
        if (!_dx.Needed) return;
        float factor = 2 * rate / workspace.Run.Batch.Count;
        PenalizedChainKernel.Backward(
            planner.Width, chain.Activation.Scale, factor, rectified, workspace.Floats(_x), workspace.Floats(_dy), workspace.Masks(_masks), x.Shape.Count, workspace.Lanes, Share(workspace, _dx));
        Commit(workspace, _dx);
    }
}
