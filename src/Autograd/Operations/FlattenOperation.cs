// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;

namespace Ai8x.Autograd.Operations;

/// <summary>Channel-major flattening, which is the order in memory already.</summary>
internal sealed class FlattenOperation(Variable x, Variable output) : Operation([x], output)
{
    public override bool IsAlias(bool training) => true;

    public override PlanStep Bind(PlanBuilder builder) => throw new InvalidOperationException("flatten is an alias");
}
