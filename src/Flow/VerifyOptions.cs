// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>What to verify; the names and defaults of the command <c>verify</c>.</summary>
public sealed record VerifyOptions
{
    /// <summary>ONNX file or folder of integer arrays; with <c>--model</c> the model that training exported.</summary>
    public required string CheckpointFile { get; init; }

    /// <summary>Network description.</summary>
    public required string? ConfigFile { get; init; }

    /// <summary>Sample input file, or null to take images of <see cref="Dataset"/>.</summary>
    public string? SampleInput { get; init; }

    /// <summary>Data set whose test images are verified, or null.</summary>
    public string? Dataset { get; init; }

    /// <summary>Folder with the data set's files, or null.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Whether valid and test swap their roles.</summary>
    public bool SeedSplits { get; init; }

    /// <summary>Folder for downloads and processed data, or null for the one in the user's folder for application data.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>The most bytes that the samples of the data set may take in memory, at least 0; beyond it they are read from disk. Null is no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Number of images of the data set, at least 1.</summary>
    public int Images { get; init; } = 10;

    /// <summary>How the model is quantized.</summary>
    public QuantizationChoices Quantization { get; init; } = new();

    /// <summary>Folder that receives the C project, or null for a temporary one.</summary>
    public string? TestDirectory { get; init; }

    /// <summary>Name of the project.</summary>
    public string Prefix { get; init; } = "verify";

    /// <summary>Worker threads, at least 1.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
