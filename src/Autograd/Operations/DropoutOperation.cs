// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>Dropout in training; an alias of its input otherwise.</summary>
internal sealed class DropoutOperation(Variable x, Variable output, float rate, int layerIndex) : Operation([x], output)
{
    public override bool IsAlias(bool training) => !training || rate == 0;

    /// <summary>What survivors are multiplied by.</summary>
    public float Factor { get; } = 1 / (1 - rate);

    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, this);

    /// <summary>Draws which values of a block survive.</summary>
    public void Draw(VectorWidth width, Workspace workspace, Span<ushort> masks)
    {
        var random = new CounterRandom(workspace.Run.Seed, RandomPurpose.Dropout);
        DropoutKernel.Draw(width, random, layerIndex, workspace.Run.Step, workspace.SampleIndices, Output!.Shape, rate, masks);
    }

    public override void BindSingle(SinglePlan plan) => plan.Alias(Output!, Inputs[0]);

    private sealed class Step(PlanBuilder planner, DropoutOperation operation) : PlanStep
    {
        private readonly Region _x = planner.Value(operation.Inputs[0]);
        private readonly Region _y = planner.Value(operation.Output!);
        private readonly Slot _masks = planner.Masks(operation.Output!.Shape.Count);
        private readonly int _values = operation.Output!.Shape.Count;
        private Region _dy = null!;
        private GradientTarget _dx;

        public override void PlanBackward(PlanBuilder builder)
        {
            _dy = builder.Gradient(operation.Output!);
            _dx = builder.Claim(operation.Inputs[0]);
        }

        public override void Forward(Workspace workspace)
        {
            operation.Draw(planner.Width, workspace, workspace.Masks(_masks));
            // Forwards and backwards are the same: survivors times the factor.
            ActivationKernel.Backward(planner.Width, operation.Factor, workspace.Floats(_x), workspace.Masks(_masks), _values, workspace.Lanes, workspace.Floats(_y));
        }

        public override void Backward(Workspace workspace)
        {
            if (!_dx.Needed) return;
            ActivationKernel.Backward(planner.Width, operation.Factor, workspace.Floats(_dy), workspace.Masks(_masks), _values, workspace.Lanes, Share(workspace, _dx));
            Commit(workspace, _dx);
        }
    }
}
