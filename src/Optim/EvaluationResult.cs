// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>How well a model classifies a data set.</summary>
/// <param name="Loss">Mean loss in nats.</param>
/// <param name="Confusion">True against predicted classes.</param>
public sealed record EvaluationResult(double Loss, ConfusionMatrix Confusion)
{
    /// <summary>Share of correct samples, 0..1.</summary>
    public double Accuracy => Confusion.Accuracy;

    /// <summary>Share of samples whose label is among the five largest logits, 0..1.</summary>
    public double TopFive { get; init; }
}
