// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>What the demonstration does.</summary>
public sealed record DemoOptions
{
    /// <summary>Epochs without <c>--epochs</c>.</summary>
    public const int DefaultEpochs = 6;

    /// <summary>Simulated test images without <c>--images</c>.</summary>
    public const int DefaultImages = 200;

    /// <summary>Epochs of training.</summary>
    public int Epochs { get; init; } = DefaultEpochs;

    /// <summary>Test images that run on the simulated chip, 1..2,000.</summary>
    public int Images { get; init; } = DefaultImages;

    /// <summary>Worker threads; the result does not depend on them.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Folder that receives model, sample, log and C project.</summary>
    public string OutputDirectory { get; init; } = "export/demo";

    /// <summary>Clock for folder names.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
