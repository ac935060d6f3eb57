// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>Data in memory that a layer can read.</summary>
/// <param name="Layers">Layers that wrote it, -1 the network input; several for joined data.</param>
/// <param name="Shape">Shape of one operand.</param>
/// <param name="Map">Processors that read it.</param>
/// <param name="Region">What it keeps taken in data memory.</param>
/// <param name="Start">Its first word.</param>
internal sealed record Tensor(ImmutableArray<int> Layers, FeatureShape Shape, ProcessorMap Map, Region Region, int Start)
{
    /// <summary>Operands that stand word by word behind each other.</summary>
    public int Operands { get; init; } = 1;

    /// <summary>Whether <see cref="Shape"/> must be written out, because the writers have other dimensions.</summary>
    public bool NamesDimensions { get; init; }

    /// <summary>Rows dropped at the top and the bottom.</summary>
    public (int Top, int Bottom) Crop { get; init; }

    /// <summary>Whether any layer may read it; data from a FIFO and CHW data are for the first layer only.</summary>
    public bool IsShared { get; init; } = true;

    public int Passes => Channels.Passes(Shape.Channels);

    /// <summary>Byte offset of the first word that is read.</summary>
    public int Offset => 4 * Start + 4 * Crop.Top * Shape.Columns * Passes;
}
