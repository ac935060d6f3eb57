// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Networks;

namespace Ai8x.Layers;

/// <summary>
/// The sum of its operands, as at the end of a residual block, clamped to ±1; the gradient passes where the clamp did not bite.
/// </summary>
/// <param name="name">Name, or null for a default one.</param>
public sealed class Add(string? name = null) : ElementwiseLayer(name)
{
    /// <inheritdoc/>
    public override string DefaultName => "add";

    internal override ElementwiseKind Operation => ElementwiseKind.Add;

    private protected override Variable Combine(Tape tape, Variable left, Variable right) => tape.Add(left, right);
}
