// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>Part of a data set.</summary>
public enum DatasetPart
{
    /// <summary>What is trained on.</summary>
    Train,

    /// <summary>The hold-out of the training part.</summary>
    Valid,

    /// <summary>The official test samples.</summary>
    Test,
}

/// <summary>What to evaluate; the names and defaults of the command <c>evaluate</c>.</summary>
public sealed record EvaluateOptions
{
    /// <summary>ONNX file, float or dequantized.</summary>
    public required string OnnxFile { get; init; }

    /// <summary>Data set name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Folder with the data set's files, or null.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Part that is evaluated.</summary>
    public DatasetPart Part { get; init; } = DatasetPart.Test;

    /// <summary>Whether valid and test swap their roles as in the seed's published figures.</summary>
    public bool SeedSplits { get; init; }

    /// <summary>The most bytes that the samples of the data set may take in memory, at least 0; beyond it they are read from disk. Null is no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Folder for downloads and processed data, or null for the one in the user's folder for application data.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Whether the chip's integer arithmetic is evaluated instead of the float model; needs <see cref="ConfigFile"/>.</summary>
    public bool OnChipArithmetic { get; init; }

    /// <summary>Network description for the integer evaluation.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>How the model is quantized for the integer evaluation.</summary>
    public QuantizationChoices Quantization { get; init; } = new();

    /// <summary>Worker threads, at least 1.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Folder below which the report is also kept, as <c>yyyyMMdd-HHmmss-DATASET-evaluate/yyyyMMdd-HHmmss.log</c>; null keeps none.</summary>
    public string? LogDirectory { get; init; }

    /// <summary>Clock for folder names.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>The user's choices for quantization (numerics.md section 13).</summary>
public sealed record QuantizationChoices
{
    /// <summary>Factor on all weights and biases before rounding; above 0.</summary>
    public double Scale { get; init; } = 1.0;

    /// <summary>Overrides the input scale that the model's metadata states: 128, 256, or null to believe the file.</summary>
    public int? InputScale { get; init; }

    /// <summary>Keeps the first layer's weights unhalved even with input scale 256.</summary>
    public bool KeepFirst { get; init; }

    /// <summary>Average pooling rounds to nearest instead of cutting towards zero.</summary>
    public bool RoundAveragePooling { get; init; }

    /// <summary>A layer may read fewer channels than there are: it skips <c>in_channel_skip</c> in front and drops the surplus (<c>--reshape-inputs</c>).</summary>
    public bool ReshapeInputs { get; init; }
}
