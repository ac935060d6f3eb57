// SPDX-License-Identifier: MIT
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

    /// <summary>Name of the data set for the description.</summary>
    public string Dataset { get; init; } = "unknown";

    /// <summary>Steps of the search for offsets that are tried for one choice of processors; the plan does not depend on time.</summary>
    public int SearchSteps { get; init; } = 20_000;
}
