// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Marks the end of a classifier; it is the last layer. Softmax is part of the loss, which takes logits, and is computed in software behind the chip: so
/// the output of the model, the export and the program end with the logits in front of this layer.
/// </summary>
/// <param name="name">Name, or null for a default one.</param>
public sealed class Softmax(string? name = null) : Layer(name)
{
    /// <inheritdoc/>
    public override string DefaultName => "softmax";

    /// <inheritdoc/>
    public override string Settings => "softmax";

    internal override SampleShape Infer(SampleShape input, string where)
    {
        if (input.Pixels == 1) return input;
        throw new ModelDefinitionException(
            where, "A softmax reads a vector [1, 1, classes].", $"the input is {input}", "Put a Flatten and a dense layer in front of it.");
    }

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) => input;
}
