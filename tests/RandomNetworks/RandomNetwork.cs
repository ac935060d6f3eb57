// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.RandomNetworks;

/// <summary>A description that the MAX78000 can execute, with weights and a sample.</summary>
public sealed record RandomNetwork
{
    /// <summary>The number from which it was made.</summary>
    public required int Seed { get; init; }

    /// <summary>The description.</summary>
    public required NetworkDescription Description { get; init; }

    /// <summary>Shape of the sample.</summary>
    public required FeatureShape Input { get; init; }

    /// <summary>Weights and biases of the layers that have any, in order.</summary>
    public required ImmutableArray<IntegerLayerArrays> Arrays { get; init; }

    /// <summary>The sample, <c>[C, H, W]</c> row-major.</summary>
    public required ImmutableArray<sbyte> Sample { get; init; }

    /// <summary>Whether the input comes through the FIFO.</summary>
    public bool UsesFifo { get; init; }

    /// <summary>Whether that is the fast FIFO of the RISC-V core.</summary>
    public bool UsesFastFifo { get; init; }

    /// <summary>Layers that overwrite what they have read, in the order in which the accelerator reads and writes (machine.md section 11.8).</summary>
    public ImmutableArray<int> InPlace { get; init; } = [];

    /// <summary>What the network contains, for statistics.</summary>
    public required ImmutableSortedSet<string> Features { get; init; }

    /// <summary>The network in integers.</summary>
    /// <param name="broken">Takes broken limits instead of an exception, or null.</param>
    public QuantizedNetwork Quantize(ICollection<LimitViolation>? broken = null) => Quantizer.FromIntegers("random", Input, Description, Arrays, QuantizationOptions.Default, broken);
}
