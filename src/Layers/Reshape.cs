// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Gives the pixels other rows and columns, in raster order, without moving data: on the chip the next layer simply reads with other
/// dimensions. The channels stay as they are.
/// </summary>
public sealed class Reshape : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="height">Rows of the output, at least 1.</param>
    /// <param name="width">Columns of the output, at least 1.</param>
    /// <param name="channels">Channels of the output, the same as those of the input.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="ModelDefinitionException">An extent is not positive.</exception>
    public Reshape(int height, int width, int channels, string? name = null)
        : base(name)
    {
        Target = new SampleShape(height, width, channels);
        if (height >= 1 && width >= 1 && channels >= 1) return;
        throw new ModelDefinitionException(Where, "Every extent of a shape is at least 1.", $"the target is {Target}", "Give positive numbers.");
    }

    /// <summary>Shape of the output.</summary>
    public SampleShape Target { get; }

    /// <inheritdoc/>
    public override string DefaultName => "reshape";

    /// <inheritdoc/>
    public override string Settings => $"reshape {Target}";

    internal override SampleShape Infer(SampleShape input, string where)
    {
        if (Target.Channels == input.Channels && (long)Target.Height * Target.Width == input.Pixels) return Target;
        throw new ModelDefinitionException(
            where, "A reshape keeps the channels and the number of pixels.", $"the input is {input} and the target {Target}", "Choose rows and columns with the same product.");
    }

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) => tape.Reshape(input, Target);
}
