// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Turns <c>[H, W, C]</c> into the vector <c>[1, 1, C * H * W]</c>, channel by channel as the chip does: feature
/// <c>(c * H + y) * W + x</c>. (Keras flattens pixel by pixel; only the order of the next layer's weights differs.) It must be followed by
/// a dense layer unless the map has a single pixel.
/// </summary>
/// <param name="name">Name, or null for a default one.</param>
public sealed class Flatten(string? name = null) : Layer(name)
{
    /// <inheritdoc/>
    public override string DefaultName => "flatten";

    /// <inheritdoc/>
    public override string Settings => "flatten channel-major";

    // How many pixels the chip flattens is asked of the map that it holds, when the model is defined.
    internal override SampleShape Infer(SampleShape input, string where) => new(1, 1, input.Count);

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) => tape.Flatten(input);
}
