// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// While training, sets each value to zero with the given probability and multiplies the others by <c>1 / (1 - rate)</c>; otherwise the
/// identity (training-flow.md section 3.7). It does not exist on the chip.
/// </summary>
public sealed class Dropout : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="rate">Probability, at least 0 and below 1.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="ModelDefinitionException">The rate lies outside its range.</exception>
    public Dropout(float rate, string? name = null)
        : base(name)
    {
        Rate = rate;
        if (rate is >= 0f and < 1f) return;
        throw new ModelDefinitionException(
            Where, "A dropout rate is at least 0 and below 1.", $"it is {rate.ToString(CultureInfo.InvariantCulture)}", "Choose another rate.");
    }

    /// <summary>Probability that a value is dropped.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override string DefaultName => "dropout";

    /// <inheritdoc/>
    public override string Settings => string.Create(CultureInfo.InvariantCulture, $"dropout rate={Rate:R}");

    internal override SampleShape Infer(SampleShape input, string where) => input;

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) =>
        tape.Dropout(input, Rate, layerIndex);
}
