// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// The result of a layer before there are numbers: a shape and where it comes from. <see cref="Input"/> begins a network, <see cref="Layer.Apply"/> and
/// <see cref="JoinLayer.Apply(ReadOnlySpan{SymbolicTensor})"/> continue it, <see cref="Functional"/> makes it a model.
/// </summary>
public sealed class SymbolicTensor
{
    internal SymbolicTensor(SymbolicGraph graph, Layer? layer, ImmutableArray<SymbolicTensor> sources, SampleShape shape)
    {
        Graph = graph;
        Layer = layer;
        Sources = sources;
        Shape = shape;
    }

    /// <summary>Shape of one sample, <c>[H, W, C]</c>.</summary>
    public SampleShape Shape { get; }

    internal SymbolicGraph Graph { get; }

    /// <summary>The layer that gives this result, or null for the input.</summary>
    internal Layer? Layer { get; }

    /// <summary>What the layer reads.</summary>
    internal ImmutableArray<SymbolicTensor> Sources { get; }

    internal bool IsInput => Layer is null;

    /// <summary>The input of a network.</summary>
    /// <param name="shape">Shape of one sample, <c>[H, W, C]</c>.</param>
    /// <returns>The tensor to apply layers to.</returns>
    public static SymbolicTensor Input(SampleShape shape) => new(new SymbolicGraph(), null, [], shape);
}
