// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Maps of the same rows and columns joined by channel, in the order given. On the chip it is how the next layer reads: a convolution, a pool or a dense
/// layer must follow.
/// </summary>
/// <param name="name">Name, or null for a default one.</param>
public sealed class Concatenate(string? name = null) : JoinLayer(name)
{
    /// <inheritdoc/>
    public override string DefaultName => "concatenate";

    /// <inheritdoc/>
    public override string Settings => "concatenate";

    internal override SampleShape Infer(ImmutableArray<SampleShape> inputs, string where)
    {
        var check = new LimitCheck(where);
        check.Require(
            inputs.Length is >= 2 and <= DeviceLimits.MaximumOperands, DeviceLimits.Operands, $"there are {inputs.Length}", "Apply the layer to 2 to 16 tensors.");
        check.Require(
            inputs.All(input => (input.Height, input.Width) == (inputs[0].Height, inputs[0].Width)), DeviceLimits.JoinedShapes, $"they are {string.Join(", ", inputs)}", "Bring the maps to the same rows and columns.");
        SampleShape joined = inputs[0] with { Channels = (int)Math.Min(int.MaxValue, inputs.Sum(input => (long)input.Channels)) };
        ShapeRules.CheckMap(check, joined, "joined map");
        check.ThrowIfAny();
        return joined;
    }

    internal override Variable Record(Tape tape, ReadOnlySpan<Variable> inputs, ImmutableArray<Parameter> parameters, int layerIndex) => tape.Concatenate(inputs);
}
