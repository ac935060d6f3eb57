// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>What an epoch achieved.</summary>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Loss">Mean loss over the training samples while the weights changed, in nats.</param>
/// <param name="Accuracy">Share of training samples that were classified correctly meanwhile, 0..1.</param>
/// <param name="ValidationLoss">Mean loss over the validation samples after the epoch, in nats.</param>
/// <param name="ValidationAccuracy">Share of validation samples classified correctly after the epoch, 0..1.</param>
/// <param name="LearningRate">Learning rate of the epoch.</param>
public readonly record struct EpochMetrics(
    int Epoch, double Loss, double Accuracy, double ValidationLoss, double ValidationAccuracy, double LearningRate)
{
    /// <summary>Share of training samples whose label was among the five largest logits, 0..1; not a number where an older checkpoint did not hold it.</summary>
    public double TopFive { get; init; } = double.NaN;

    /// <summary>The same share of the validation samples after the epoch.</summary>
    public double ValidationTopFive { get; init; } = double.NaN;
}
