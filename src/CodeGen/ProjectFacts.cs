// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.CodeGen;

/// <summary>What the C project says about itself, decided before any text is written.</summary>
public sealed record ProjectFacts
{
    /// <summary>Name of the project and of its folder: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, not starting with a dot.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the generator, without commit or date.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The inputs with their SHA-256, for example the model, the description and the sample.</summary>
    public required ImmutableArray<ProjectInput> Inputs { get; init; }

    /// <summary>Input in words, for example <c>1x28x28, CHW</c>.</summary>
    public required string InputFormat { get; init; }

    /// <summary>One entry per hardware layer, in order.</summary>
    public required ImmutableArray<LayerSummary> Layers { get; init; }

    /// <summary>Which memory holds what, as rows of a table.</summary>
    public required ImmutableArray<MemoryRow> MemoryMap { get; init; }

    /// <summary>How the output is gathered.</summary>
    public required UnloadPlan Unload { get; init; }

    /// <summary>What the C code around the program does.</summary>
    public ProjectOptions Options { get; init; } = ProjectOptions.Default;

    /// <summary>Whether <c>main.c</c> computes the soft-max of the result.</summary>
    public bool Softmax { get; init; }

    /// <summary>Left shift of the logits in front of the soft-max: 8 minus the last layer's weight bits.</summary>
    public int SoftmaxShift { get; init; }

    /// <summary>Used quadrants as a bit mask, for power and clock (machine.md section 6.7).</summary>
    public required int UsedQuadrants { get; init; }
}

/// <summary>An input of the generator.</summary>
/// <param name="Name">File name without folder.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record ProjectInput(string Name, string Sha256);

/// <summary>One hardware layer in words.</summary>
/// <param name="Index">Hardware layer.</param>
/// <param name="Name">Name, without line ends.</param>
/// <param name="Text">Shapes, pooling, operator, activation in one line of ASCII.</param>
public sealed record LayerSummary(int Index, string Name, string Text);

/// <summary>A row of the memory map.</summary>
/// <param name="Memory">Kind of memory, for example <c>kernel</c>, <c>data</c>, <c>bias</c>.</param>
/// <param name="Place">Where, in words.</param>
/// <param name="Content">What, in words.</param>
public sealed record MemoryRow(string Memory, string Place, string Content);
