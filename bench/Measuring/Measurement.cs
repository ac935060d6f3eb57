// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Ai8x.Bench.Measuring;

/// <summary>What a child process measured, one line of JSON.</summary>
internal sealed record Measurement
{
    /// <summary>Marks the lines of a child's output that are measurements.</summary>
    public const string Prefix = "measurement ";

    public required string Engine { get; init; }

    public required string Version { get; init; }

    public required string Model { get; init; }

    public required string Work { get; init; }

    public required int Threads { get; init; }

    public required int Batch { get; init; }

    public required string Data { get; init; }

    public required Timing Timing { get; init; }

    /// <summary>Losses of the first training steps, empty for inference: engines that do the same work agree.</summary>
    public double[] Losses { get; init; } = [];

    /// <summary>Logits of the first sample, empty for training.</summary>
    public float[] Logits { get; init; } = [];

    /// <summary>Peak of the machine on as many threads, in GFLOP/s, the best seen so far.</summary>
    public double Peak { get; init; }

    public double ImagesPerSecond => Batch / Timing.Median;

    public override string ToString() => Prefix + JsonSerializer.Serialize(this);

    public static Measurement? Parse(string line) =>
        line.StartsWith(Prefix, StringComparison.Ordinal) ? JsonSerializer.Deserialize<Measurement>(line.AsSpan(Prefix.Length)) : null;
}
