// SPDX-License-Identifier: MIT
namespace Ai8x.Bench.Measuring;

/// <summary>What is measured: an engine at one kind of work, ready to run, and what tells whether it does the same as others.</summary>
internal sealed record MeasuredWork
{
    public required string Engine { get; init; }

    public required string Version { get; init; }

    public required string Model { get; init; }

    /// <summary><see cref="EngineRunner.Train"/>, <see cref="EngineRunner.Infer"/> or <see cref="EngineRunner.Single"/>, or a name by which a comparison tells samples of another kind from them.</summary>
    public required string Work { get; init; }

    public required int Threads { get; init; }

    public required int Batch { get; init; }

    public required string Data { get; init; }

    /// <summary>Losses of the first training steps, empty for inference: engines that do the same work agree.</summary>
    public double[] Losses { get; init; } = [];

    /// <summary>Logits of the first sample, empty for training.</summary>
    public float[] Logits { get; init; } = [];
}
