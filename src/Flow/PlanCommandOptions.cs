// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Planning;

namespace Ai8x.Flow;

/// <summary>What to plan; the names and defaults of the command <c>plan</c>.</summary>
public sealed record PlanCommandOptions
{
    /// <summary>The model.</summary>
    public required string OnnxFile { get; init; }

    /// <summary>File that receives the description.</summary>
    public string Output { get; init; } = PlannedDescription.FileName;

    /// <summary>A description whose layers are planned anew, or null for the layers of the model. Its placement does not count.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>What is made small.</summary>
    public PlanObjective Objective { get; init; }

    /// <summary>Bits of a weight: 1, 2, 4 or 8.</summary>
    public int WeightBits { get; init; } = 8;

    /// <summary>Whether the RISC-V core runs the program, so that an input without room in data memory may come through the fast FIFO.</summary>
    public bool Riscv { get; init; }

    /// <summary>Whether the reasons of all choices are shown.</summary>
    public bool Report { get; init; }

    /// <summary>Whether a table says for each layer where its time and memory go.</summary>
    public bool Explain { get; init; }

    /// <summary>File that receives a drawing of the memories over time (SVG), or null.</summary>
    public string? Drawing { get; init; }

    /// <summary>How the model is quantized.</summary>
    public QuantizationChoices Quantization { get; init; } = new();

    /// <summary>Name of the data set for the description, or null.</summary>
    public string? Dataset { get; init; }
}
