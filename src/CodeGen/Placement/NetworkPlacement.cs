// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>Where a whole network lies in the accelerator, with the images of its kernel and bias memories.</summary>
public sealed record NetworkPlacement
{
    /// <summary>The network.</summary>
    public required QuantizedNetwork Network { get; init; }

    /// <summary>The layers in execution order.</summary>
    public required ImmutableArray<LayerPlacement> Layers { get; init; }

    /// <summary>Quadrants that any layer uses, ascending; quadrant 0 is always among them.</summary>
    public required ImmutableArray<int> Quadrants { get; init; }

    /// <summary>Content of the kernel memories.</summary>
    public required KernelMemory Kernels { get; init; }

    /// <summary>Bias bytes of each quadrant that holds any.</summary>
    public required ImmutableArray<BiasBlock> Biases { get; init; }

    /// <summary>What the user should know but need not change, one sentence each.</summary>
    public required ImmutableArray<string> Notices { get; init; }

    /// <summary>The layers whose output is checked and unloaded, in order.</summary>
    public IEnumerable<LayerPlacement> OutputLayers => Layers.Where(layer => layer.IsOutput);
}
