// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Channel-major flattening, which is the order in memory already.</summary>
internal sealed class FlattenOperation(Variable x, Variable output) : Operation([x], output)
{
    public override bool IsAlias(bool training) => true;

    public override PlanStep Bind(PlanBuilder builder) => throw new InvalidOperationException("flatten is an alias");

    public override void BindSingle(SinglePlan plan)
    {
        int pixels = Inputs[0].Shape.Pixels;
        ChannelMap y = plan.Map(Output!);
        plan.Program.AddMove(plan.Map(Inputs[0]), (channel, pixel) => y.At(channel * pixels + pixel, 0));
    }
}
