// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Flow;

namespace Ai8x.Bench.Accuracy;

/// <summary>What a row is to reach: the published figures of the seed's flow, and its published model measured by <c>ai8x evaluate</c>.</summary>
/// <param name="Network">Name of the row: the preset, which is the data set, and what is added to it.</param>
/// <param name="HoldOut">Published accuracy on the hold-out, 0..1 (training-flow.md section 5), where there is one.</param>
/// <param name="Float">The published model on the official test part, 0..1, where it was measured.</param>
/// <param name="Integer">The same in the chip's arithmetic.</param>
internal sealed record AccuracyAim(string Network, double? HoldOut, double? Float, double? Integer)
{
    private const string Mirrored = ", mirrored";
    private const string Shifted = ", shifted by ";
    private const string Hidden = ", hidden by ";
    private const string Linear = ", linear rate";

    /// <summary>Name of the row of a training.</summary>
    public static string Name(TrainOptions options) =>
        options.Dataset + (options.MirrorImages ? Mirrored : "") + Pixels(Shifted, options.ShiftImages) + Pixels(Hidden, options.HideImages) + (options.Schedule == ScheduleChoice.Linear ? Linear : "");

    /// <summary>Options of the command that makes the row.</summary>
    public string Options => "--preset " + Network
        .Replace(Mirrored, " --mirror", StringComparison.Ordinal)
        .Replace(Shifted, " --shift ", StringComparison.Ordinal)
        .Replace(Hidden, " --hide ", StringComparison.Ordinal)
        .Replace(Linear, " --schedule linear", StringComparison.Ordinal);

    public static ImmutableArray<AccuracyAim> All { get; } =
    [
        new("mnist", 0.9900, 0.9932, 0.9936),
        new("fashionmnist", 0.9148, 0.9228, 0.9230),
        new("fashionmnist, mirrored", 0.9148, 0.9228, 0.9230),
        new("fashionmnist, mirrored, linear rate", 0.9148, 0.9228, 0.9230),
        new("fashionmnist, mirrored, hidden by 14, linear rate", 0.9148, 0.9228, 0.9230),
        new("cifar10", 0.7036, null, null),
        new("cifar100", 0.3338, null, null),
        new("kws20", 0.8514, null, null),
        new("rock", 0.9140, null, null),
        new("speech_digits", null, null, null),
    ];

    private static string Pixels(string change, int pixels) => pixels == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{change}{pixels}");
}
