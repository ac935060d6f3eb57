// SPDX-License-Identifier: MIT
namespace Ai8x.Compare;

/// <summary>How many times faster than the best peer each model is meant to be, with two threads.</summary>
/// <param name="Train">Training, batch 256.</param>
/// <param name="Infer">Inference, batch 256.</param>
/// <param name="Single">Inference of one image.</param>
/// <param name="PeakPercent">Share of the FP32 peak in training, or null where none is asked for.</param>
internal sealed record Aims(double Train, double Infer, double Single, double? PeakPercent)
{
    /// <summary>One thread: so much of the ratio of two.</summary>
    public const double OneThread = 0.9;

    /// <summary>Two threads against one.</summary>
    public const double Scaling = 1.9;

    public static Aims? Of(string model) => model switch
    {
        "mnist" => new(2.4, 1.8, 1.2, 75),
        "cifar10" => new(2.3, 1.7, 1.0, 75),
        "cifar100" => new(1.9, 1.8, 1.0, null),
        "kws20" => new(1.5, 1.4, 1.0, null),
        "rock" => new(2.4, 2.2, 1.0, null),
        _ => null,
    };
}
