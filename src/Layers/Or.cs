// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Ai8x.Autograd;
using Ai8x.Networks;

namespace Ai8x.Layers;

/// <summary>
/// The bitwise or of its operands, as bytes in two's complement: a value <c>x</c> is the byte <c>clamp(round_half_even(128 x), -128, 127)</c>, so training
/// computes what the chip does. The operation has no derivative: each operand receives the gradient of the result unchanged (straight-through). An ONNX
/// model cannot say it, so such a network is quantized from its <c>NetworkGraph</c> in memory and not exported.
/// </summary>
/// <param name="name">Name, or null for a default one.</param>
[SuppressMessage("Naming", "CA1716", Justification = "The operation is called so in the flow that this mirrors.")]
public sealed class Or(string? name = null) : ElementwiseLayer(name)
{
    /// <inheritdoc/>
    public override string DefaultName => "or";

    internal override ElementwiseKind Operation => ElementwiseKind.Or;

    private protected override Variable Combine(Tape tape, Variable left, Variable right) => tape.Or(left, right);
}
