// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;

namespace Ai8x.Autograd.Operations;

/// <summary>One recorded operation: its variables, and how to bind it to a plan. It holds no data.</summary>
internal abstract class Operation(Variable[] inputs, Variable? output)
{
    public IReadOnlyList<Variable> Inputs => inputs;

    /// <summary>The result, or null for an operation that only adds to the loss.</summary>
    public Variable? Output => output;

    /// <summary>Whether the operation has parameters itself.</summary>
    public virtual bool HasParameters => false;

    /// <summary>Whether the output is the same memory as the first input, so that nothing is to be done.</summary>
    public virtual bool IsAlias(bool training) => false;

    /// <summary>Binds the operation; not called for aliases.</summary>
    public abstract PlanStep Bind(PlanBuilder builder);

    /// <summary>Adds the operation's inference to the plan of single images.</summary>
    public abstract void BindSingle(SinglePlan plan);
}
