// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>A placement as far as it goes, with the rules that it breaks.</summary>
public sealed record PlacementAttempt
{
    /// <summary>The network.</summary>
    public required QuantizedNetwork Network { get; init; }

    /// <summary>The layers in execution order; kernels and bias of a layer that found no room keep their default place.</summary>
    public required ImmutableArray<LayerPlacement> Layers { get; init; }

    /// <summary>Quadrants that any layer uses, ascending.</summary>
    public required ImmutableArray<int> Quadrants { get; init; }

    /// <summary>Content of the kernel memories, or null where the maps and offsets are too wrong to place kernels.</summary>
    public required KernelMemory? Kernels { get; init; }

    /// <summary>Bias bytes of each quadrant that holds any.</summary>
    public required ImmutableArray<BiasBlock> Biases { get; init; }

    /// <summary>What the user should know but need not change, one sentence each.</summary>
    public required ImmutableArray<string> Notices { get; init; }

    /// <summary>All broken rules; empty for a complete placement.</summary>
    public required ImmutableArray<LimitViolation> Violations { get; init; }
}
