// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>
/// A network in the chip's integers together with the description that places it: what quantization hands to the reference model
/// and to code generation. Layer <c>i</c> belongs to <c>Description.Layers[i]</c>.
/// </summary>
public sealed record QuantizedNetwork
{
    /// <summary>Name of the network.</summary>
    public required string Name { get; init; }

    /// <summary>Shape of one input sample; values are signed bytes.</summary>
    public required FeatureShape Input { get; init; }

    /// <summary>The layers in execution order.</summary>
    public required ImmutableArray<QuantizedLayer> Layers { get; init; }

    /// <summary>The description with the placement.</summary>
    public required NetworkDescription Description { get; init; }

    /// <summary>Average pooling rounds to nearest, halves away from zero, instead of cutting towards zero (numerics.md section 6).</summary>
    public bool RoundAveragePooling { get; init; }

    /// <summary>What the user should know but need not change, one sentence each.</summary>
    public ImmutableArray<string> Notices { get; init; } = [];
}
