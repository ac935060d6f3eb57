// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>A complete description that a plan made, with the figures and reasons behind it.</summary>
public sealed record NetworkPlan
{
    /// <summary>The network, quantized, with the planned description.</summary>
    public required QuantizedNetwork Network { get; init; }

    /// <summary>The description.</summary>
    public NetworkDescription Description => Network.Description;

    /// <summary>Options with which the program is made: how the input reaches the accelerator. They hold nothing else.</summary>
    public required SynthesisOptions Synthesis { get; init; }

    /// <summary>How many of the first layers stream; 0 where the input has room in data memory.</summary>
    public int StreamingLayers => Description.Layers.Count(layer => layer.Streaming);

    /// <summary>The choices for each layer, in execution order.</summary>
    public required ImmutableArray<PlannedLayer> Layers { get; init; }

    /// <summary>Cycles of an inference, start included (latency.md section 3).</summary>
    public required long Cycles { get; init; }

    /// <summary>No placement of these layers with neighbouring processors takes fewer cycles (see <c>docs/planner.md</c>).</summary>
    public required long LeastCycles { get; init; }

    /// <summary>Whether <see cref="Cycles"/> is proven to be the least.</summary>
    public bool IsOptimal => Cycles == LeastCycles;

    /// <summary>Bytes of data memory from the start of each instance up to the highest that is used, 0..32768.</summary>
    public required int PeakBytes { get; init; }

    /// <summary>Quadrants that are switched on, 1..4.</summary>
    public required int Quadrants { get; init; }

    /// <summary>Cycles times the quadrants that are switched on meanwhile: what the objective <see cref="PlanObjective.Energy"/> makes small.</summary>
    public long QuadrantCycles => Quadrants * Cycles;

    /// <summary>What was changed to make the network fit the accelerator, one sentence each.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];
}

/// <summary>What a plan chose for a layer.</summary>
/// <param name="Index">Layer index in the description.</param>
/// <param name="Name">Its name.</param>
/// <param name="Processors">Processors that read.</param>
/// <param name="OutputProcessors">Processors whose memory takes the output.</param>
/// <param name="Passes">Passes over the input channels.</param>
/// <param name="InputOffset">First byte read.</param>
/// <param name="OutputOffset">First byte written.</param>
/// <param name="LiveBytes">Bytes of data memory, all instances together, that hold live data while the layer runs.</param>
/// <param name="KernelWords">Kernel words on each of its processors.</param>
/// <param name="Cycles">Cycles of the layer.</param>
/// <param name="Operations">Multiplications of the layer.</param>
/// <param name="Reasons">Why, one sentence each.</param>
public sealed record PlannedLayer(
    int Index,
    string Name,
    ProcessorMap Processors,
    ProcessorMap OutputProcessors,
    int Passes,
    int InputOffset,
    int OutputOffset,
    int LiveBytes,
    int KernelWords,
    long Cycles,
    long Operations,
    ImmutableArray<string> Reasons)
{
    /// <summary>Words of the ring in data memory through which its input passes, 0 where the layer does not stream.</summary>
    public int RingWords { get; init; }

    /// <summary>Share of the 576 multipliers (64 processors, 9 taps) that did useful work, 0..1.</summary>
    public double Utilisation => Cycles == 0 ? 0 : Operations / (576.0 * Cycles);
}
