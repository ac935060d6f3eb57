// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.Device;

namespace Ai8x.CodeGen;

/// <summary>A network as a program for the accelerator, with everything that was decided on the way.</summary>
public sealed record SynthesizedNetwork
{
    /// <summary>The program.</summary>
    public required AcceleratorProgram Program { get; init; }

    /// <summary>Where everything lies.</summary>
    public required NetworkPlacement Placement { get; init; }

    /// <summary>How the output is gathered.</summary>
    public required UnloadPlan Unload { get; init; }

    /// <summary>Cycles by the closed formulas.</summary>
    public required CycleEstimate Cycles { get; init; }

    /// <summary>For every layer its output for the sample, <c>[C, H, W]</c> row-major.</summary>
    public required ImmutableArray<int[]> LayerOutputs { get; init; }

    /// <summary>The soft-max of the sample's result in Q15; empty unless asked for.</summary>
    public required ImmutableArray<int> Softmax { get; init; }

    /// <summary>What the user should know but need not change, one sentence each.</summary>
    public required ImmutableArray<string> Notices { get; init; }

    /// <summary>
    /// Stores that empty the rolling buffers, so that the next inference is a first one again; none without buffers. On the chip the contents go on from
    /// one inference to the next.
    /// </summary>
    public ImmutableArray<BusWrite> EmptyBuffers { get; init; } = [];

    /// <summary>Left shift of 32-bit logits in front of the soft-max; 8-bit ones are brought to the same scale as they are read.</summary>
    public int SoftmaxShift => Placement.Layers[^1].Layer is { OutputWidth: 32 } last ? 8 - last.WeightBits : 0;

    /// <summary>Lays out further samples.</summary>
    /// <returns>The packer of this network.</returns>
    public InputPacker CreatePacker() => new(Placement);

    /// <summary>What the C project says about itself.</summary>
    /// <param name="name">Name of the project.</param>
    /// <param name="toolVersion">Version of the generator.</param>
    /// <param name="inputs">The inputs with their checksums.</param>
    /// <returns>The facts, without paths or dates.</returns>
    public ProjectFacts Facts(string name, string toolVersion, ImmutableArray<ProjectInput> inputs) => new()
    {
        Name = name,
        ToolVersion = toolVersion,
        Inputs = inputs,
        InputFormat = PlacementText.Input(Placement),
        Layers = [.. Placement.Layers.Select(PlacementText.Layer)],
        MemoryMap = PlacementText.MemoryMap(Placement),
        Unload = Unload,
        Softmax = !Softmax.IsEmpty,
        SoftmaxShift = SoftmaxShift,
        UsedQuadrants = Placement.Quadrants.Sum(q => 1 << q),
    };
}
