// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>A chain of rectifier, scale and clamp. The builder joins neighbours, and gives a chain to the convolution in front of it.</summary>
internal sealed class ElementwiseOperation(Variable x, Variable output, Activation activation) : Operation([x], output)
{
    public Activation Activation => activation;

    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs[0], Output!, activation);

    public override void BindSingle(SinglePlan plan) => plan.Program.AddActivation(activation, plan.Map(Inputs[0]), plan.Map(Output!));

    private sealed class Step(PlanBuilder planner, Variable x, Variable output, Activation activation) : PlanStep
    {
        private readonly Region _x = planner.Value(x);
        private readonly Region _y = planner.Value(output);
        private readonly int _pixels = output.Shape.Count;
        private readonly Slot _masks = planner.Masks(output.Shape.Count);
        private Region _dy = null!;
        private GradientTarget _dx;

        public override void PlanBackward(PlanBuilder builder)
        {
            _dy = builder.Gradient(output);
            _dx = builder.Claim(x);
        }

        public override void Forward(Workspace workspace) =>
            ActivationKernel.Forward(planner.Width, activation, workspace.Floats(_x), _pixels, workspace.Lanes, workspace.Floats(_y), workspace.Masks(_masks));

        public override void Backward(Workspace workspace)
        {
            if (!_dx.Needed) return;
            ActivationKernel.Backward(planner.Width, activation.Scale, workspace.Floats(_dy), workspace.Masks(_masks), _pixels, workspace.Lanes, Share(workspace, _dx));
            Commit(workspace, _dx);
        }
    }
}
