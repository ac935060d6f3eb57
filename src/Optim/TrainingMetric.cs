// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>
/// What a run is watched by: it decides the best checkpoint, the plateau schedule and the early stop, and is printed beside the loss.
/// </summary>
public enum TrainingMetric
{
    /// <summary>Share of samples whose first largest logit is their label's, 0..1.</summary>
    Accuracy,

    /// <summary>Share of samples whose label is among the five largest logits, 0..1.</summary>
    TopFive,

    /// <summary>Mean loss in nats; less is better.</summary>
    Loss,
}

/// <summary>Names of the metrics and what they read.</summary>
public static class TrainingMetrics
{
    /// <summary>Reads a name as users write it.</summary>
    /// <param name="text"><c>accuracy</c>, <c>top5</c> or <c>loss</c>, in any case.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="TrainingConfigurationException">There is no such metric.</exception>
    public static TrainingMetric Parse(string text) => text?.ToUpperInvariant() switch
    {
        "ACCURACY" => TrainingMetric.Accuracy,
        "TOP5" => TrainingMetric.TopFive,
        "LOSS" => TrainingMetric.Loss,
        _ => throw new TrainingConfigurationException("metrics", "The metric is accuracy, top5 or loss.", $"it is \"{text}\"", "Choose one of these."),
    };

    /// <summary>The name as users write it.</summary>
    /// <param name="metric">The metric.</param>
    /// <returns><c>accuracy</c>, <c>top5</c> or <c>loss</c>.</returns>
    public static string NameOf(TrainingMetric metric) => metric switch
    {
        TrainingMetric.Accuracy => "accuracy",
        TrainingMetric.TopFive => "top5",
        TrainingMetric.Loss => "loss",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "unknown metric"),
    };

    /// <summary>The score of an epoch on the validation data; more is better.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="epoch">The epoch.</param>
    /// <returns>The accuracy or top-five share, 0..1, or minus the loss.</returns>
    public static double Score(this TrainingMetric metric, in EpochMetrics epoch) => metric switch
    {
        TrainingMetric.Accuracy => epoch.ValidationAccuracy,
        TrainingMetric.TopFive => epoch.ValidationTopFive,
        TrainingMetric.Loss => -epoch.ValidationLoss,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "unknown metric"),
    };
}
