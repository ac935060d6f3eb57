// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>A chain of layers, each reading the one before.</summary>
public sealed class Sequential : ModelArchitecture
{
    /// <summary>Makes the model and infers all shapes.</summary>
    /// <param name="name">Name of the model, for example <c>mnist_model</c>.</param>
    /// <param name="inputShape">Shape of one sample, <c>[H, W, C]</c>.</param>
    /// <param name="layers">The layers in order of execution.</param>
    /// <exception cref="Device.Limits.LimitException">A layer breaks a limit of the device; the message names the layer.</exception>
    /// <exception cref="ModelDefinitionException">Shapes do not fit, a name is used twice, or the chip cannot do such a chain.</exception>
    public Sequential(string name, SampleShape inputShape, params IEnumerable<Layer> layers)
        : base(name, inputShape, Chain(name, inputShape, layers))
    {
    }

    private static ImmutableArray<LayerNode> Chain(string name, SampleShape inputShape, IEnumerable<Layer> layers)
    {
        CheckInput(name, inputShape);
        ArgumentNullException.ThrowIfNull(layers);
        ImmutableArray<Layer> chain = [.. layers];
        var graph = new LayerGraph(inputShape);
        graph.Reserve(chain);
        int last = LayerGraph.Input;
        foreach (Layer layer in chain) last = graph.Add(layer, [last]);
        return graph.Nodes;
    }
}
