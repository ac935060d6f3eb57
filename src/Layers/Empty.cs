// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>The identity, for a place in a model that may stay empty. It stands anywhere and is absent from export and program.</summary>
/// <param name="name">Name, or null for a default one.</param>
public sealed class Empty(string? name = null) : Layer(name)
{
    /// <inheritdoc/>
    public override string DefaultName => "empty";

    /// <inheritdoc/>
    public override string Settings => "empty";

    internal override SampleShape Infer(SampleShape input, string where) => input;

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) => input;
}
