// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>A node that becomes a hardware layer.</summary>
/// <param name="Node">The node.</param>
/// <param name="Source">Hardware layer that it reads, -1 for the network input.</param>
/// <param name="Input">Shape of its input before flattening, <c>[H, W, C]</c>.</param>
/// <param name="Flatten">Whether it reads a map of more than one pixel as a vector.</param>
internal sealed record HardwareStep(LayerNode Node, int Source, SampleShape Input, bool Flatten);
