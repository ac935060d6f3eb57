// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Flow;

/// <summary>What to simulate; the names of the command <c>simulate</c>.</summary>
public sealed record SimulateOptions
{
    /// <summary>Folder with a C project, or with vector files.</summary>
    public required string Directory { get; init; }

    /// <summary>The folder holds vector files (<c>program.csv</c> and its companions), not a C project.</summary>
    public bool Vectors { get; init; }

    /// <summary>Go on where the program does what the chip does not define, instead of refusing it.</summary>
    public bool Lenient { get; init; }

    /// <summary>Files for the course of the inference: <c>.json</c> receives trace events; <c>.vcd</c> and <c>.csv</c> the window of cycles.</summary>
    public ImmutableArray<string> Traces { get; init; } = [];

    /// <summary>First cycle and first cycle behind the window for <c>.vcd</c> and <c>.csv</c>, or null for all cycles.</summary>
    public (long First, long End)? Window { get; init; }

    /// <summary>Folder that receives <c>layer_NN_out.npy</c> for every executed layer, or null.</summary>
    public string? DumpLayers { get; init; }

    /// <summary>Folder with <c>layer_NN_out.npy</c> that the layers must equal, or null.</summary>
    public string? Compare { get; init; }

    /// <summary>Stop behind this hardware layer, or null to run all. The known answer is not checked then, unless it is the last one.</summary>
    public int? UntilLayer { get; init; }

    /// <summary>How often the program's sample is run, 1 or more.</summary>
    public int Images { get; init; } = 1;

    /// <summary>Threads for more than one image.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Network description, so that layers come as channels, not slots; or null. Needs <see cref="CheckpointFile"/>.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The model of the description, which has the numbers of channels: an ONNX file, or a folder with integer arrays; or null.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>
    /// Sample whose shape is the input of a folder with integer arrays; null takes <c>sample.npy</c> of that folder.
    /// </summary>
    public string? SampleInput { get; init; }
}
