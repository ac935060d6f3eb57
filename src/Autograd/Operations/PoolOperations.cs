// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Maximum pooling; backwards the winner is found again from the input, so no index is kept.</summary>
internal sealed class MaximumPoolOperation(Variable x, Variable output, PoolingShape shape) : Operation([x], output)
{
    public PoolingShape Shape => shape;

    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs[0], Output!, shape);

    public override void BindSingle(SinglePlan plan) => plan.Program.Add(new ChannelPool(plan.Width, shape, average: false, plan.Map(Inputs[0]), plan.Map(Output!)));

    private sealed class Step(PlanBuilder planner, Variable x, Variable output, PoolingShape shape) : PlanStep
    {
        private readonly Region _x = planner.Value(x);
        private readonly Region _y = planner.Value(output);
        private Region _dy = null!;
        private GradientTarget _dx;

        public override void PlanBackward(PlanBuilder builder)
        {
            builder.Use(_x);
            builder.Use(_y);
            _dy = builder.Gradient(output);
            _dx = builder.Claim(x);
        }

        public override void Forward(Workspace workspace) => MaximumPoolKernel.Forward(planner.Width, shape, workspace.Floats(_x), workspace.Lanes, workspace.Floats(_y));

        public override void Backward(Workspace workspace)
        {
            if (!_dx.Needed) return;
            MaximumPoolKernel.Backward(planner.Width, shape, workspace.Floats(_x), workspace.Floats(_y), workspace.Floats(_dy), workspace.Lanes, Share(workspace, _dx));
            Commit(workspace, _dx);
        }
    }
}

/// <summary>Average pooling; backwards every pixel of a window receives the same share.</summary>
internal sealed class AveragePoolOperation(Variable x, Variable output, PoolingShape shape) : Operation([x], output)
{
    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs[0], Output!, shape);

    public override void BindSingle(SinglePlan plan) => plan.Program.Add(new ChannelPool(plan.Width, shape, average: true, plan.Map(Inputs[0]), plan.Map(Output!)));

    private sealed class Step(PlanBuilder planner, Variable x, Variable output, PoolingShape shape) : PlanStep
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

        public override void Forward(Workspace workspace) => AveragePoolKernel.Forward(planner.Width, shape, workspace.Floats(_x), workspace.Lanes, workspace.Floats(_y));

        public override void Backward(Workspace workspace)
        {
            if (!_dx.Needed) return;
            AveragePoolKernel.Backward(planner.Width, shape, workspace.Floats(_dy), workspace.Lanes, Share(workspace, _dx));
            Commit(workspace, _dx);
        }
    }
}
