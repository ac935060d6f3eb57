// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Adds <c>rate * sum of x^2</c> of each sample to its loss.</summary>
internal sealed class ActivityPenaltyOperation(Variable x, float rate) : Operation([x], null)
{
    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs[0], rate);

    /// <summary>Binds the operation together with the chain that reads the same map.</summary>
    /// <param name="builder">The plan.</param>
    /// <param name="chain">The chain, the only other reader of the map.</param>
    /// <param name="rectified">Whether the gradient is to be that in front of the rectifier which gave the map.</param>
    public PlanStep Bind(PlanBuilder builder, ElementwiseOperation chain, bool rectified) => new PenalizedChainStep(builder, Inputs[0], rate, chain, rectified);

    public override void BindSingle(SinglePlan plan)
    {
        ChannelMap x = plan.Map(Inputs[0]);
        plan.Program.Add(new ChannelAction(memory => plan.Penalty += rate * ChannelPenalty.SumOfSquares(plan.Width, x, memory.Region(x.Offset, x.Length))));
    }

    private sealed class Step(PlanBuilder planner, Variable x, float rate) : PlanStep
    {
        private readonly Region _x = planner.Value(x);
        private GradientTarget _dx;

        public override void PlanBackward(PlanBuilder builder)
        {
            builder.Use(_x);
            _dx = builder.Claim(x);
        }

        public override void Forward(Workspace workspace)
        {
            Span<double> sums = stackalloc double[LaneLayout.Lanes];
            PenaltyKernel.SumOfSquares(planner.Width, x.Shape.Channels, x.Shape.Pixels, workspace.Floats(_x), workspace.Lanes, sums);
            Span<double> penalties = workspace.Run.Penalties.AsSpan(workspace.FirstSample, workspace.Lanes);
            for (int lane = 0; lane < penalties.Length; lane++) penalties[lane] += rate * sums[lane];
        }

        public override void Backward(Workspace workspace)
        {
            if (!_dx.Needed) return;
            float factor = 2 * rate / workspace.Run.Batch.Count;
            PenaltyKernel.Backward(planner.Width, x.Shape.Count, factor, workspace.Floats(_x), workspace.Lanes, _dx.Accumulates, workspace.Floats(_dx.Region));
        }
    }
}
