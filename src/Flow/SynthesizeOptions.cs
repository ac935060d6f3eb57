// SPDX-License-Identifier: MIT
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

    /// <summary>Whether the project computes the soft-max of the result.</summary>
    public bool Softmax { get; init; }

    /// <summary>Whether <c>&lt;name&gt;_dq.onnx</c> is written beside the ONNX file.</summary>
    public bool DequantizedOnnx { get; init; }

    /// <summary>Folder that receives the program as vector files, or null.</summary>
    public string? DumpProgram { get; init; }
}
