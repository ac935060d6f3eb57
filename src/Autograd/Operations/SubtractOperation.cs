// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>Element-wise difference; the first operand receives the gradient, the second its negative.</summary>
internal sealed class SubtractOperation(Variable a, Variable b, Variable output) : Operation([a, b], output)
{
    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, a, b, Output!);

    public override void BindSingle(SinglePlan plan) => plan.Combine(a, b, Output!, (memory, first, second, difference) =>
        ElementwiseKernel.Subtract(memory.Region(first.Offset, first.Length), memory.Region(second.Offset, second.Length), memory.Region(difference.Offset, difference.Length)));

    private sealed class Step(PlanBuilder planner, Variable a, Variable b, Variable output) : PlanStep
    {
        private readonly Region _a = planner.Value(a);
        private readonly Region _b = planner.Value(b);
        private readonly Region _y = planner.Value(output);
        private Region _dy = null!;
        private GradientTarget _da;
        private GradientTarget _db;

        public override void PlanBackward(PlanBuilder builder)
        {
            _dy = builder.Gradient(output);
            _da = builder.Claim(a);
            _db = builder.Claim(b);
        }

        public override void Forward(Workspace workspace) => ElementwiseKernel.Subtract(workspace.Floats(_a), workspace.Floats(_b), workspace.Floats(_y));

        public override void Backward(Workspace workspace)
        {
            Pass(workspace, workspace.Floats(_dy), _da);
            if (!_db.Needed) return;
            if (_db.Accumulates) ElementwiseKernel.SubtractFrom(workspace.Floats(_dy), workspace.Floats(_db.Region));
            else ElementwiseKernel.Negate(workspace.Floats(_dy), workspace.Floats(_db.Region));
        }
    }
}
