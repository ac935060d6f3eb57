// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>A node that becomes a hardware layer.</summary>
/// <param name="Node">The node.</param>
/// <param name="Sources">Hardware layers that it reads, -1 for the network input; several for element-wise operations and joined maps.</param>
/// <param name="Input">Shape of its input before flattening, <c>[H, W, C]</c>: that of one operand, or of the joined maps.</param>
/// <param name="Output">Shape of its output as the chip holds it.</param>
/// <param name="Flatten">Whether it reads a map of more than one pixel as a vector.</param>
internal sealed record HardwareStep(LayerNode Node, ImmutableArray<int> Sources, SampleShape Input, SampleShape Output, bool Flatten)
{
    /// <summary>Whether a ReLU layer behind it became its activation.</summary>
    public bool Rectified { get; init; }

    /// <summary>For each input of a dense layer the feature of the map that the chip holds; default where they are the same.</summary>
    public ImmutableArray<int> Features { get; init; }
}
