// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>Says with which learning rate each epoch runs. Immutable; what changes is the <see cref="ScheduleState"/> that it is given.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>Name and settings as one line of text; equal settings give equal text.</summary>
    public abstract string Settings { get; }

    /// <summary>State before the first epoch.</summary>
    /// <param name="learningRate">The learning rate of the options.</param>
    /// <returns>The state, with the learning rate of epoch 0.</returns>
    public abstract ScheduleState Start(double learningRate);

    /// <summary>State after an epoch.</summary>
    /// <param name="state">State before it.</param>
    /// <param name="epoch">The epoch that ended, from 0.</param>
    /// <param name="score">Its score on the validation data; more is better (<see cref="TrainingMetric"/>).</param>
    /// <returns>The state, with the learning rate of the next epoch.</returns>
    public abstract ScheduleState AfterEpoch(ScheduleState state, int epoch, double score);
}
