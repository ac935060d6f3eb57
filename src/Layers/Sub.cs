// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Ai8x.Autograd;
using Ai8x.Networks;

namespace Ai8x.Layers;

/// <summary>
/// The first operand minus the others, clamped to ±1; the gradient passes where the clamp did not bite.
/// </summary>
/// <param name="name">Name, or null for a default one.</param>
[SuppressMessage("Naming", "CA1716", Justification = "The operation is called so in the flow that this mirrors.")]
public sealed class Sub(string? name = null) : ElementwiseLayer(name)
{
    /// <inheritdoc/>
    public override string DefaultName => "sub";

    internal override ElementwiseKind Operation => ElementwiseKind.Sub;

    private protected override Variable Combine(Tape tape, Variable left, Variable right) => tape.Subtract(left, right);
}
