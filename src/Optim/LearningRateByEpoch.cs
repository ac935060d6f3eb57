// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;

namespace Ai8x.Optim;

/// <summary>
/// Fixed learning rates by epoch (training-flow.md section 2.2). They replace the learning rate of the options, as in the flow this mirrors.
/// </summary>
public sealed record LearningRateByEpoch : LearningRateSchedule
{
    private readonly double _first;
    private readonly ImmutableArray<(int After, double Rate)> _changes;

    /// <summary>Makes the schedule.</summary>
    /// <param name="first">Learning rate from epoch 0.</param>
    /// <param name="changes">Changes in ascending order: epochs with an index (from 0) above <c>After</c> run with <c>Rate</c>.</param>
    /// <exception cref="TrainingConfigurationException">A rate is not positive, or the changes are not in ascending order.</exception>
    public LearningRateByEpoch(double first, params ImmutableArray<(int After, double Rate)> changes)
    {
        _first = first;
        _changes = changes;
        bool positive = first > 0 && changes.All(change => change.Rate > 0);
        bool ascending = changes.Zip(changes.Skip(1)).All(pair => pair.First.After < pair.Second.After);
        if (positive && ascending) return;
        throw new TrainingConfigurationException(
            "schedule", "Learning rates by epoch are positive and in ascending order of epochs.", $"they are {Settings}", "Correct the list.");
    }

    /// <inheritdoc/>
    public override string Settings => string.Create(CultureInfo.InvariantCulture, $"by epoch {_first:R}")
        + string.Concat(_changes.Select(change => string.Create(CultureInfo.InvariantCulture, $"; after {change.After}: {change.Rate:R}")));

    /// <inheritdoc/>
    public override ScheduleState Start(double learningRate) => new(Rate(0), double.NegativeInfinity, 0);

    /// <inheritdoc/>
    public override ScheduleState AfterEpoch(ScheduleState state, int epoch, double score) =>
        state with { LearningRate = Rate(epoch + 1) };

    private double Rate(int epoch)
    {
        double rate = _first;
        foreach ((int after, double next) in _changes)
        {
            if (epoch > after) rate = next;
        }

        return rate;
    }
}
