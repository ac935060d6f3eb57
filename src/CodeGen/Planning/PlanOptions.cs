// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>How a plan is made.</summary>
public sealed record PlanOptions
{
    /// <summary>The defaults: least latency, weights of eight bits.</summary>
    public static PlanOptions Default { get; } = new();

    /// <summary>What is made small.</summary>
    public PlanObjective Objective { get; init; }

    /// <summary>Bits of the weights of layers that do not say, 1, 2, 4 or 8.</summary>
    public int WeightBits { get; init; } = 8;

    /// <summary>How the network is quantized.</summary>
    public QuantizationOptions Quantization { get; init; } = QuantizationOptions.Default;

    /// <summary>FIFOs that the program can feed, tried in this order where the input has no room in data memory; <see cref="InputPath.Memory"/> does not count.</summary>
    public ImmutableArray<InputPath> Fifos { get; init; } = [InputPath.Fifo];

    /// <summary>FIFOs of a program that the RISC-V core runs.</summary>
    public static ImmutableArray<InputPath> RiscvFifos { get; } = [InputPath.FastFifoQuad, InputPath.FastFifo, InputPath.Fifo];

    /// <summary>
    /// How many of the first layers stream, 0..8, for a program that feeds a FIFO anyway; null for as few as give the network room in data memory, none where it has room without.
    /// </summary>
    public int? StreamingLayers { get; init; }

    /// <summary>Name of the data set for the description.</summary>
    public string Dataset { get; init; } = "unknown";

    /// <summary>Steps of the search for offsets that are tried for one choice of processors; the plan does not depend on time.</summary>
    public int SearchSteps { get; init; } = 20_000;
}
