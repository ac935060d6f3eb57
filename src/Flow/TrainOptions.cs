// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>Which weights an export takes.</summary>
public enum ExportChoice
{
    /// <summary>Those of the last epoch, as the seed's flow does.</summary>
    Last,

    /// <summary>Those of the epoch with the best validation accuracy.</summary>
    Best,
}

/// <summary>How the learning rate goes from epoch to epoch.</summary>
public enum ScheduleChoice
{
    /// <summary>The model's own schedule, as published.</summary>
    Published,

    /// <summary>It falls in a straight line to a hundredth in the last epoch.</summary>
    Linear,

    /// <summary>It stays.</summary>
    Constant,
}

/// <summary>What to train and how; the names and defaults of the command <c>train</c> (training-flow.md section 1.1).</summary>
public sealed record TrainOptions
{
    /// <summary>Model name, for example <c>mnist_model</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Data set name, for example <c>mnist</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Folder with the data set's files, or null to look in the usual places and then download.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Epochs, at least 1.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Samples per training step, 1..65,536.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary><c>Adam</c> or <c>SGD</c>.</summary>
    public string Optimizer { get; init; } = "Adam";

    /// <summary>Initial learning rate, above 0.</summary>
    public float LearningRate { get; init; } = 0.0001f;

    /// <summary>How the learning rate goes on from there.</summary>
    public ScheduleChoice Schedule { get; init; } = ScheduleChoice.Published;

    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Worker threads, at least 1; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>What the input bytes are divided by: 128 or 256.</summary>
    public int InputScale { get; init; } = 128;

    /// <summary>Which weights are exported.</summary>
    public ExportChoice Export { get; init; } = ExportChoice.Last;

    /// <summary>
    /// What is printed beside the loss and decides the best epoch, the plateau schedule and the early stop: <c>accuracy</c>, <c>top5</c> or <c>loss</c>.
    /// </summary>
    public string Metrics { get; init; } = "accuracy";

    /// <summary>Stops after so many epochs in a row without a better one, at least 1; null trains all epochs.</summary>
    public int? EarlyStop { get; init; }

    /// <summary>Index of the test sample to save beside the model, or null. Index 0 is a sample like any other.</summary>
    public int? SaveSample { get; init; }

    /// <summary>Whether one confident sample of each class is saved in the log folder.</summary>
    public bool SaveSamplePerClass { get; init; }

    /// <summary>Order of the axes of saved samples.</summary>
    public SampleForm SampleForm { get; init; }

    /// <summary>Whether valid and test swap their roles as in the seed's published figures.</summary>
    public bool SeedSplits { get; init; }

    /// <summary>The most bytes that the samples of the data set may take in memory, at least 0; beyond it they are read from disk. Null is no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Folder for downloads and processed data, or null for the one in the user's folder for application data.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Changed copies of every training recording, 0 to 16, for data sets of speech.</summary>
    public int AugmentedCopies { get; init; } = 1;

    /// <summary>Whether every training image is mirrored left to right in half of the epochs, which ones following from the seed.</summary>
    public bool MirrorImages { get; init; }

    /// <summary>By how many rows and columns, at most, every training image is moved, 0 .. 64; the distances of an epoch follow from the seed, and an edge repeats.</summary>
    public int ShiftImages { get; init; }

    /// <summary>Largest height and width of the rectangle that is hidden in every training image in half of the epochs, 0 .. 64; 0 hides none.</summary>
    public int HideImages { get; init; }

    /// <summary>Run folder (below <see cref="LogDirectory"/>) or checkpoint file to resume from, or null for a fresh start.</summary>
    public string? Resume { get; init; }

    /// <summary>Folder that receives <c>&lt;dataset&gt;/saved_model.onnx</c>.</summary>
    public string ExportDirectory { get; init; } = "export";

    /// <summary>Folder that receives the run's log folder.</summary>
    public string LogDirectory { get; init; } = "logs";

    /// <summary>Clock for folder names and durations.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
