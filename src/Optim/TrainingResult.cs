// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Optim;

/// <summary>How a training run went. The model holds the weights of the last epoch.</summary>
/// <param name="History">One entry per epoch from the first, those before a resumption included.</param>
/// <param name="BestEpoch">First epoch, from 1, with the highest score on the validation data.</param>
/// <param name="BestScore">That score: accuracy or top-five share, 0..1, or minus the loss (<see cref="TrainingMetric"/>).</param>
/// <param name="Steps">Training steps from the first epoch on.</param>
/// <param name="ResumedAfterEpoch">Epochs that were already done when the run was resumed; 0 if it was not.</param>
public sealed record TrainingResult(
    ImmutableArray<EpochMetrics> History, int BestEpoch, double BestScore, long Steps, int ResumedAfterEpoch);
