// SPDX-License-Identifier: MIT
using Ai8x.CodeGen;

namespace Ai8x.Flow;

/// <summary>What to generate; the names and defaults of the command <c>synthesize</c>.</summary>
public sealed record SynthesizeOptions
{
    /// <summary>ONNX file, or a folder with <c>weights_layerN.npy</c> and <c>bias_layerN.npy</c>.</summary>
    public required string CheckpointFile { get; init; }

    /// <summary>Network description; null is an error until descriptions can be planned.</summary>
    public required string? ConfigFile { get; init; }

    /// <summary>Sample input, <c>.npy</c> of a signed integer type.</summary>
    public required string SampleInput { get; init; }

    /// <summary>Name of the project and of its folder.</summary>
    public required string Prefix { get; init; }

    /// <summary>Folder that receives the project's folder.</summary>
    public string TestDirectory { get; init; } = "projects";

    /// <summary>How the model is quantized.</summary>
    public QuantizationChoices Quantization { get; init; } = new();

    /// <summary>Whether <c>&lt;name&gt;_dq.onnx</c> is written beside the ONNX file.</summary>
    public bool DequantizedOnnx { get; init; }

    /// <summary>Folder that receives the program as vector files, or null.</summary>
    public string? DumpProgram { get; init; }

    /// <summary>Folder that receives the memory maps as text and drawings, also where the network does not fit; or null.</summary>
    public string? Maps { get; init; }

    /// <summary>File that receives the placement in words, also where the network does not fit; or null.</summary>
    public string? DumpPlacement { get; init; }

    /// <summary>Changes to the description before anything is made of it.</summary>
    public DescriptionChanges Changes { get; init; } = new();

    /// <summary>What changes accesses of the program.</summary>
    public SynthesisOptions Program { get; init; } = SynthesisOptions.Default;

    /// <summary>What changes the C code around the program.</summary>
    public ProjectOptions Project { get; init; } = ProjectOptions.Default;

    /// <summary>Whether the report lists the model's weights: shape, smallest and largest value of each array.</summary>
    public bool DisplayCheckpoint { get; init; }

    /// <summary>Whether the report lists every access of the program with its fields.</summary>
    public bool Verbose { get; init; }

    /// <summary>Whether the report goes to <c>log.txt</c> in the project's folder instead of the observer.</summary>
    public bool Log { get; init; }
}
