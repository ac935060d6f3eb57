// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Exchange of the axes of a map.</summary>
internal sealed class PermuteOperation(Variable x, Variable output, ImmutableArray<int> order) : Operation([x], output)
{
    // Memory is [channel][row][column], so those axes are compared in that order; an axis of length 1 moves no data.
    public override bool IsAlias(bool training)
    {
        Tensors.SampleShape from = Inputs[0].Shape;
        ReadOnlySpan<int> lengths = [from.Height, from.Width, from.Channels], after = [order[2], order[0], order[1]];
        int before = -1;
        foreach (int axis in after)
        {
            int depth = axis == 2 ? 0 : axis + 1;
            if (lengths[axis] == 1) continue;
            if (depth < before) return false;
            before = depth;
        }
        return true;
    }

    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs[0], Output!, order);

    public override void BindSingle(SinglePlan plan)
    {
        Tensors.SampleShape from = Inputs[0].Shape, to = Output!.Shape;
        ChannelMap y = plan.Map(Output);
        plan.Program.AddMove(plan.Map(Inputs[0]), (channel, pixel) =>
        {
            int[] at = [pixel / from.Width, pixel % from.Width, channel];
            return y.At(at[order[2]], at[order[0]] * to.Width + at[order[1]]);
        });
    }

    private sealed class Step(PlanBuilder planner, Variable x, Variable output, ImmutableArray<int> order) : PlanStep
    {
        private readonly Region _x = planner.Value(x);
        private readonly Region _y = planner.Value(output);
        private readonly int[] _back = [order.IndexOf(0), order.IndexOf(1), order.IndexOf(2)];
        private Region _dy = null!;
        private GradientTarget _dx;

        public override void PlanBackward(PlanBuilder builder)
        {
            _dy = builder.Gradient(output);
            _dx = builder.Claim(x);
        }

        public override void Forward(Workspace workspace) => LaneLayout.Permute(workspace.Floats(_x), x.Shape, order.AsSpan(), workspace.Floats(_y), output.Shape);

        public override void Backward(Workspace workspace)
        {
            if (!_dx.Needed) return;
            LaneLayout.Permute(workspace.Floats(_dy), output.Shape, _back, Share(workspace, _dx), x.Shape);
            Commit(workspace, _dx);
        }
    }
}
