// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>
/// Bitwise or, or exclusive or, of the bytes of two maps. It has no derivative: backwards it is straight-through, each operand receives the gradient
/// of the result unchanged.
/// </summary>
internal sealed class BitwiseOperation(Variable a, Variable b, Variable output, bool exclusive) : Operation([a, b], output)
{
    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, a, b, Output!, exclusive);

    public override void BindSingle(SinglePlan plan) => plan.Combine(a, b, Output!, (memory, first, second, result) =>
    {
        Span<float> x = memory.Region(first.Offset, first.Length), operand = memory.Region(second.Offset, second.Length), y = memory.Region(result.Offset, result.Length);
        if (exclusive) BitwiseKernel.Xor(x, operand, y);
        else BitwiseKernel.Or(x, operand, y);
    });

    private sealed class Step(PlanBuilder planner, Variable a, Variable b, Variable output, bool exclusive) : PlanStep
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

        public override void Forward(Workspace workspace)
        {
            if (exclusive) BitwiseKernel.Xor(workspace.Floats(_a), workspace.Floats(_b), workspace.Floats(_y));
            else BitwiseKernel.Or(workspace.Floats(_a), workspace.Floats(_b), workspace.Floats(_y));
        }

        public override void Backward(Workspace workspace)
        {
            Pass(workspace, workspace.Floats(_dy), _da);
            Pass(workspace, workspace.Floats(_dy), _db);
        }
    }
}
