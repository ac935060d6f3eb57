// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Optim;

/// <summary>
/// Lowers the learning rate when the score on the validation data, by default the accuracy, stops rising (training-flow.md section 2.2): an epoch counts as better if its
/// score exceeds the best by more than <see cref="MinimumDelta"/>; after <see cref="Patience"/> epochs that are not, the rate is
/// multiplied by <see cref="Factor"/>, but never falls below <see cref="MinimumLearningRate"/>, and the count starts again.
/// </summary>
public sealed record ReduceLearningRateOnPlateau : LearningRateSchedule
{
    /// <summary>Multiplies the learning rate, between 0 and 1.</summary>
    public double Factor { get; init; } = 0.2;

    /// <summary>Epochs without improvement before the rate is lowered, at least 1.</summary>
    public int Patience { get; init; } = 3;

    /// <summary>Lower bound of the learning rate. A rate that starts below it is left alone.</summary>
    public double MinimumLearningRate { get; init; } = 1e-5;

    /// <summary>Smallest rise that counts as an improvement.</summary>
    public double MinimumDelta { get; init; } = 1e-4;

    /// <inheritdoc/>
    public override string Settings => string.Create(
        CultureInfo.InvariantCulture, $"plateau factor={Factor:R} patience={Patience} min_lr={MinimumLearningRate:R} min_delta={MinimumDelta:R}");

    /// <inheritdoc/>
    public override ScheduleState Start(double learningRate) => new(learningRate, double.NegativeInfinity, 0);

    /// <inheritdoc/>
    public override ScheduleState AfterEpoch(ScheduleState state, int epoch, double score)
    {
        if (score > state.Best + MinimumDelta) return state with { Best = score, Wait = 0 };
        if (state.Wait + 1 < Patience) return state with { Wait = state.Wait + 1 };
        double lowered = state.LearningRate > MinimumLearningRate
            ? Math.Max(Factor * state.LearningRate, MinimumLearningRate)
            : state.LearningRate;
        return state with { LearningRate = lowered, Wait = 0 };
    }
}
