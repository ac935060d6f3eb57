// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Description of one layer: what it computes, not the numbers it learned. A layer is immutable and checks itself when it is made; a
/// <see cref="Model"/> gives it shapes and parameters. The same layer object may stand in several models.
/// </summary>
public abstract class Layer
{
    /// <summary>Keeps the name.</summary>
    /// <param name="name">Name, or null for a default name that the model chooses.</param>
    /// <exception cref="ModelDefinitionException">The name is empty, longer than 128 characters, or holds control characters.</exception>
    private protected Layer(string? name)
    {
        Name = name;
        Kind = GetType().Name;
        if (name is not null) ModelNames.Check(name, $"{Kind} layer");
    }

    /// <summary>Name given by the user, or null.</summary>
    public string? Name { get; }

    /// <summary>Class of the layer, for example <c>FusedConv2DReLU</c>.</summary>
    public string Kind { get; }

    /// <summary>
    /// Stem of the default name, one per operation and not per class: <c>conv1d</c>, <c>conv2d</c>, <c>conv2d_transpose</c>, <c>max_pool1d</c>, <c>max_pool2d</c>,
    /// <c>avg_pool1d</c>, <c>avg_pool2d</c>, <c>dense</c>, <c>add</c>, <c>sub</c>, <c>or</c>, <c>xor</c>, <c>concatenate</c>, <c>flatten</c>, <c>reshape</c>, <c>permute</c>,
    /// <c>dropout</c>, <c>relu</c>, <c>softmax</c>, <c>empty</c>.
    /// </summary>
    public abstract string DefaultName { get; }

    /// <summary>Every setting that decides what the layer computes, as one line of text; equal settings give equal text.</summary>
    public abstract string Settings { get; }

    /// <summary>Applies the layer in the functional style.</summary>
    /// <param name="input">What the layer reads.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="Device.Limits.LimitException">The device cannot do it.</exception>
    /// <exception cref="ModelDefinitionException">The layer cannot read such an input.</exception>
    public SymbolicTensor Apply(SymbolicTensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return SymbolicGraph.Apply(this, [input]);
    }

    /// <summary>The layer in words before a model numbers it.</summary>
    internal string Where => Describe(Kind, Name);

    internal static string Describe(string kind, string? name) => name is null ? $"{kind} layer" : $"{kind} layer \"{name}\"";

    /// <summary>Shape of the output for a shape of the input.</summary>
    /// <exception cref="Device.Limits.LimitException">The device cannot do it.</exception>
    /// <exception cref="ModelDefinitionException">The layer cannot read such an input.</exception>
    internal abstract SampleShape Infer(SampleShape input, string where);

    /// <summary>Shape of the output for the shapes of all inputs.</summary>
    /// <exception cref="Device.Limits.LimitException">The device cannot do it.</exception>
    /// <exception cref="ModelDefinitionException">The layer cannot read such inputs.</exception>
    internal virtual SampleShape Infer(ImmutableArray<SampleShape> inputs, string where) => Infer(inputs[0], where);

    /// <summary>The parameters that the layer needs for an input shape, in the order in which recording reads them.</summary>
    internal virtual ImmutableArray<WeightSpecification> Weights(SampleShape input) => [];

    /// <summary>Records the forward computation of all inputs on a tape.</summary>
    internal virtual Variable Record(Tape tape, ReadOnlySpan<Variable> inputs, ImmutableArray<Parameter> parameters, int layerIndex) => Record(tape, inputs[0], parameters, layerIndex);

    /// <summary>Records the forward computation on a tape.</summary>
    internal abstract Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex);
}
