// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// <c>max(x, 0)</c>, gradient 0 at 0. On the chip it becomes the activation of the convolution or dense layer in front of it, which nothing else reads and
/// which is not wide; there it stands before scale and clamp, with the same result. A second rectifier changes nothing and vanishes.
/// </summary>
/// <param name="name">Name, or null for a default one.</param>
public sealed class ReLU(string? name = null) : Layer(name)
{
    /// <inheritdoc/>
    public override string DefaultName => "relu";

    /// <inheritdoc/>
    public override string Settings => "relu";

    internal override SampleShape Infer(SampleShape input, string where) => input;

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) => tape.Relu(input);
}
