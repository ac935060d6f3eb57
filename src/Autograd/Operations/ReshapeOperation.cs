// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Row-major reinterpretation. In memory the channels come first, so elements move unless the number of channels stays.</summary>
internal sealed class ReshapeOperation(Variable x, Variable output) : Operation([x], output)
{
    public override bool IsAlias(bool training)
    {
        Tensors.SampleShape from = Inputs[0].Shape;
        Tensors.SampleShape to = Output!.Shape;
        return from.Channels == to.Channels || (from.Pixels == 1 && to.Channels == 1) || (from.Channels == 1 && to.Pixels == 1);
    }

    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs[0], Output!);

    public override void BindSingle(SinglePlan plan)
    {
        Tensors.SampleShape from = Inputs[0].Shape, to = Output!.Shape;
        ChannelMap y = plan.Map(Output);
        plan.Program.AddMove(plan.Map(Inputs[0]), (channel, pixel) =>
        {
            int element = pixel * from.Channels + channel;
            return y.At(element % to.Channels, element / to.Channels);
        });
    }

    private sealed class Step(PlanBuilder planner, Variable x, Variable output) : PlanStep
    {
        private readonly Region _x = planner.Value(x);
        private readonly Region _y = planner.Value(output);
        private Region _dy = null!;
        private GradientTarget _dx;

        public override void PlanBackward(PlanBuilder builder)
        {
            _dy = builder.Gradient(output);
            _dx = builder.Claim(x);
        }

        public override void Forward(Workspace workspace) => LaneLayout.Reshape(workspace.Floats(_x), x.Shape, workspace.Floats(_y), output.Shape);

        public override void Backward(Workspace workspace)
        {
            if (!_dx.Needed) return;
            LaneLayout.Reshape(workspace.Floats(_dy), output.Shape, Share(workspace, _dx), x.Shape);
            Commit(workspace, _dx);
        }
    }
}
