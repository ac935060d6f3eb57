// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>Dropout in training; an alias of its input otherwise.</summary>
internal sealed class DropoutOperation(Variable x, Variable output, float rate, int layerIndex) : Operation([x], output)
{
    public override bool IsAlias(bool training) => !training || rate == 0;

    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs[0], Output!, rate, layerIndex);

    public override void BindSingle(SinglePlan plan) => plan.Alias(Output!, Inputs[0]);

    private sealed class Step(PlanBuilder planner, Variable x, Variable output, float rate, int layerIndex) : PlanStep
    {
        private readonly Slot _x = planner.Value(x);
        private readonly Slot _y = planner.Value(output);
        private readonly Slot _masks = planner.Masks(output.Shape.Count);
        private readonly float _factor = 1 / (1 - rate);
        private Slot _dy;
        private GradientTarget _dx;

        public override void PlanBackward(PlanBuilder builder)
        {
            _dy = builder.Gradient(output);
            _dx = builder.Claim(x);
        }

        public override void Forward(Workspace workspace)
        {
            var random = new CounterRandom(workspace.Run.Seed, RandomPurpose.Dropout);
            DropoutKernel.Draw(planner.Width, random, layerIndex, workspace.Run.Step, workspace.SampleIndices, output.Shape, rate, workspace.Masks(_masks));
            // Forwards and backwards are the same: survivors times the factor.
            ActivationKernel.Backward(planner.Width, _factor, workspace.Floats(_x), workspace.Masks(_masks), output.Shape.Count, workspace.Lanes, workspace.Floats(_y));
        }

        public override void Backward(Workspace workspace)
        {
            if (!_dx.Needed) return;
            ActivationKernel.Backward(planner.Width, _factor, workspace.Floats(_dy), workspace.Masks(_masks), output.Shape.Count, workspace.Lanes, Share(workspace, _dx));
            Commit(workspace, _dx);
        }
    }
}
