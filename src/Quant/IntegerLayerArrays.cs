// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Quant;

/// <summary>
/// Integer weights and bias of one weighted layer, as they stand in <c>weights_layerN.npy</c> and <c>bias_layerN.npy</c>.
/// </summary>
public sealed record IntegerLayerArrays
{
    /// <summary>Where the arrays came from, for messages.</summary>
    public string Source { get; init; } = "(in memory)";

    /// <summary>
    /// Shape of the weights: <c>[O, I, KH, KW]</c> for a convolution, <c>[O, I]</c> for a linear layer, where with flatten <c>I</c>
    /// counts channel, row, column with the column fastest.
    /// </summary>
    public required ImmutableArray<int> Shape { get; init; }

    /// <summary>Weights in row-major order, within the range of the layer's weight bits.</summary>
    public required ImmutableArray<int> Weights { get; init; }

    /// <summary>Bias per output channel, -128..127; empty if the layer has none.</summary>
    public ImmutableArray<int> Bias { get; init; } = [];
}
