// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Networks;

/// <summary>
/// A trained network as fused hardware layers with float weights: what training hands to export and quantization. Plain immutable
/// data; it knows no files and no placement.
/// </summary>
public sealed record NetworkGraph
{
    /// <summary>Divisor of the input bytes in the current flow (numerics.md section 13).</summary>
    public const int DefaultInputScale = 128;

    /// <summary>Name of the network.</summary>
    public required string Name { get; init; }

    /// <summary>Shape of one input sample.</summary>
    public required FeatureShape Input { get; init; }

    /// <summary>The layers in execution order; a layer reads only earlier ones.</summary>
    public required ImmutableArray<GraphLayer> Layers { get; init; }

    /// <summary>
    /// What the training input was divided by, 128 or 256, or null where the file does not say (then 128 holds). With 256 the first
    /// layer's weights are halved when the network is quantized (numerics.md section 13.1).
    /// </summary>
    public int? InputScale { get; init; }

    /// <summary>What the user should know about the model but need not change, one sentence each.</summary>
    public ImmutableArray<string> Notices { get; init; } = [];

    /// <summary>
    /// What was changed when the model was read, so that its nodes became layers of the chip: float values stay within rounding
    /// (1e-4 relative) where weights were folded, and are the same bits where no arithmetic changed.
    /// </summary>
    public ImmutableArray<GraphRewrite> Rewrites { get; init; } = [];

    /// <summary>Number of weights and biases of all layers.</summary>
    public int ParameterCount => Layers.Sum(layer => layer.ParameterCount);
}
