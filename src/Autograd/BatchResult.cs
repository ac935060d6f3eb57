// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd;

/// <summary>What a plan computed for a batch, apart from gradients and logits.</summary>
/// <param name="Count">Number of samples.</param>
/// <param name="LossSum">Sum of the samples' cross-entropies in nats, in double by ascending sample.</param>
/// <param name="Correct">Samples whose first largest logit is at their label.</param>
/// <param name="PenaltySum">Sum of the samples' activity penalties, in double by ascending sample, and for each sample the penalty on weights; 0 where the tape has none.</param>
public readonly record struct BatchResult(int Count, double LossSum, int Correct, double PenaltySum)
{
    /// <summary>Samples whose label is among the five largest logits; of equal logits the lower class counts as larger.</summary>
    public int TopFive { get; init; }

    /// <summary>Mean cross-entropy plus mean activity penalty plus penalty on weights: the value that <see cref="ExecutionPlan.ForwardBackward"/> differentiates.</summary>
    public double MeanLoss => (LossSum + PenaltySum) / Count;
}
