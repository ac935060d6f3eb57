// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// A layer that joins 2 to 16 maps of one shape element by element, from left to right, and clamps the result once to ±1 (numerics.md section 8). It
/// becomes a hardware layer of its own.
/// </summary>
public abstract class ElementwiseLayer : JoinLayer
{
    private protected ElementwiseLayer(string? name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    public override string Settings => DefaultName;

    /// <summary>The operation of the chip.</summary>
    internal abstract ElementwiseKind Operation { get; }

    internal override SampleShape Infer(ImmutableArray<SampleShape> inputs, string where)
    {
        var check = new LimitCheck(where);
        check.Require(
            inputs.Length is >= 2 and <= DeviceLimits.MaximumOperands, DeviceLimits.Operands, $"there are {inputs.Length}", "Apply the layer to 2 to 16 tensors.");
        check.Require(
            inputs.All(input => input == inputs[0]), DeviceLimits.OperandShapes, $"they are {string.Join(", ", inputs)}", "Bring the operands to one shape.");
        ShapeRules.CheckMap(check, inputs[0], "operand");
        check.ThrowIfAny();
        return inputs[0];
    }

    internal override Variable Record(Tape tape, ReadOnlySpan<Variable> inputs, ImmutableArray<Parameter> parameters, int layerIndex)
    {
        Variable result = inputs[0];
        foreach (Variable operand in inputs[1..]) result = Combine(tape, result, operand);
        return tape.Clamp(result, -OutputStage.Bound, OutputStage.Bound);
    }

    private protected abstract Variable Combine(Tape tape, Variable left, Variable right);
}
