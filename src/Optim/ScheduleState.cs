// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>What a learning-rate schedule carries from epoch to epoch; saved in checkpoints.</summary>
/// <param name="LearningRate">Learning rate of the next epoch.</param>
/// <param name="Best">Best score seen by the schedule; negative infinity before the first.</param>
/// <param name="Wait">Epochs without improvement.</param>
public readonly record struct ScheduleState(double LearningRate, double Best, int Wait);
