// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>A layer that reads several maps; it stands in functional and subclassed models.</summary>
public abstract class JoinLayer : Layer
{
    private protected JoinLayer(string? name)
        : base(name)
    {
    }

    /// <summary>Applies the layer in the functional style.</summary>
    /// <param name="inputs">What the layer reads, 2 to 16 maps.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="Device.Limits.LimitException">The device cannot do it.</exception>
    /// <exception cref="ModelDefinitionException">The operands come from different inputs.</exception>
    public SymbolicTensor Apply(params ReadOnlySpan<SymbolicTensor> inputs)
    {
        foreach (SymbolicTensor input in inputs) ArgumentNullException.ThrowIfNull(input, nameof(inputs));
        return SymbolicGraph.Apply(this, inputs);
    }

    internal abstract override SampleShape Infer(ImmutableArray<SampleShape> inputs, string where);

    internal sealed override SampleShape Infer(SampleShape input, string where) => Infer([input], where);

    internal abstract override Variable Record(Tape tape, ReadOnlySpan<Variable> inputs, ImmutableArray<Parameter> parameters, int layerIndex);

    internal sealed override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) => Record(tape, [input], parameters, layerIndex);
}
