// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>The learning rate of the options throughout.</summary>
public sealed record ConstantLearningRate : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Settings => "constant";

    /// <inheritdoc/>
    public override ScheduleState Start(double learningRate) => new(learningRate, double.NegativeInfinity, 0);

    /// <inheritdoc/>
    public override ScheduleState AfterEpoch(ScheduleState state, int epoch, double score) => state;
}
