// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Optim;

/// <summary>
/// A learning rate that falls by the same amount after every epoch, from the first to the last. Unlike a plateau it does not follow the noise of the validation data.
/// It replaces the learning rate of the options.
/// </summary>
public sealed record LinearLearningRate : LearningRateSchedule
{
    private readonly double _first;
    private readonly double _last;
    private readonly int _epochs;

    /// <summary>Makes the schedule.</summary>
    /// <param name="first">Learning rate of the first epoch, positive.</param>
    /// <param name="last">Learning rate of the last epoch and of all behind it, positive.</param>
    /// <param name="epochs">Epochs of the whole run, at least 1. One epoch runs with the first rate.</param>
    /// <exception cref="TrainingConfigurationException">A rate is not a positive number, or there is no epoch.</exception>
    public LinearLearningRate(double first, double last, int epochs)
    {
        (_first, _last, _epochs) = (first, last, epochs);
        if (double.IsFinite(first) && first > 0 && double.IsFinite(last) && last > 0 && epochs > 0) return;
        throw new TrainingConfigurationException("schedule", "A linear schedule has two positive learning rates and at least one epoch.", $"it is {Settings}", "Correct the rates or the number of epochs.");
    }

    /// <inheritdoc/>
    public override string Settings => string.Create(CultureInfo.InvariantCulture, $"linear {_first:R} to {_last:R} in {_epochs} epochs");

    /// <inheritdoc/>
    public override ScheduleState Start(double learningRate) => new(Rate(0), double.NegativeInfinity, 0);

    /// <inheritdoc/>
    public override ScheduleState AfterEpoch(ScheduleState state, int epoch, double score) => state with { LearningRate = Rate(epoch + 1) };

    private double Rate(int epoch) => epoch == 0 ? _first : epoch >= _epochs - 1 ? _last : _first + (_last - _first) * epoch / (_epochs - 1);
}
