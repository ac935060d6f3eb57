// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Bench.Accuracy;

/// <summary>What a row is to reach: the published figures of the seed's flow, and its published model measured by <c>ai8x evaluate</c>.</summary>
/// <param name="Network">Name of the row: the preset, which is the data set, and what is added to it.</param>
/// <param name="HoldOut">Published accuracy on the hold-out, 0..1 (training-flow.md section 5), where there is one.</param>
/// <param name="Float">The published model on the official test part, 0..1, where it was measured.</param>
/// <param name="Integer">The same in the chip's arithmetic.</param>
internal sealed record AccuracyAim(string Network, double? HoldOut, double? Float, double? Integer)
{
    private const string Mirrored = ", mirrored";
    private const string Linear = ", linear rate";

    /// <summary>Name of the row of a preset.</summary>
    public static string Name(string preset, bool mirrored, bool linear) => preset + (mirrored ? Mirrored : "") + (linear ? Linear : "");

    /// <summary>Options of the command that makes the row.</summary>
    public string Options => "--preset " + Network.Replace(Mirrored, " --mirror", StringComparison.Ordinal).Replace(Linear, " --schedule linear", StringComparison.Ordinal);

    public static ImmutableArray<AccuracyAim> All { get; } =
    [
        new("mnist", 0.9900, 0.9932, 0.9936),
        new("fashionmnist", 0.9148, 0.9228, 0.9230),
        new("fashionmnist, mirrored", 0.9148, 0.9228, 0.9230),
        new("fashionmnist, mirrored, linear rate", 0.9148, 0.9228, 0.9230),
        new("cifar10", 0.7036, null, null),
        new("cifar100", 0.3338, null, null),
        new("kws20", 0.8514, null, null),
        new("rock", 0.9140, null, null),
        new("speech_digits", null, null, null),
    ];
}
