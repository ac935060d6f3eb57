// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Optim;

/// <summary>How to train. The defaults are those of the command line (training-flow.md section 1.1).</summary>
public sealed record TrainingOptions
{
    /// <summary>Epochs, 1..1,000,000. A resumed run counts the epochs before it.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Samples per step, 1..65,536. The last batch of an epoch holds what is left.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>First learning rate, positive; a schedule may replace it.</summary>
    public double LearningRate { get; init; } = 0.0001;

    /// <summary>The optimizer.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>The learning-rate schedule.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ReduceLearningRateOnPlateau();

    /// <summary>Seed of shuffling, dropout and the changes of images. The first weights have their own, see <c>Sequential.Build</c>.</summary>
    public ulong Seed { get; init; }

    /// <summary>Divisor of the sample bytes: 128, or 256 for the older flow (numerics.md section 13.1).</summary>
    public int InputScale { get; init; } = 128;

    /// <summary>
    /// Whether every training image is mirrored left to right in half of the epochs, which ones following from the seed; for objects that may face either way, not for
    /// digits or letters. Validation sees the images as they are.
    /// </summary>
    public bool MirrorImages { get; init; }

    /// <summary>
    /// By how many rows and columns, at most, every training image is moved in an epoch, 0 .. 64, the distance following from the seed; an edge repeats where an image is
    /// moved away from it. Validation sees the images as they are.
    /// </summary>
    public int ShiftImages { get; init; }

    /// <summary>
    /// Largest height and width of the rectangle that is hidden in every training image in half of the epochs, 0 .. 64, size and place following from the seed; 0 hides
    /// none. Validation sees the images as they are.
    /// </summary>
    public int HideImages { get; init; }

    /// <summary>What decides the best checkpoint, the schedule and the early stop.</summary>
    public TrainingMetric Metric { get; init; }

    /// <summary>Stops after so many epochs in a row without a better one, 1..1,000,000; null trains all epochs.</summary>
    public int? EarlyStop { get; init; }

    /// <summary>Folder of the checkpoints, made if needed; null for none.</summary>
    public string? CheckpointDirectory { get; init; }

    /// <summary>
    /// Whether to continue from the last checkpoint in <see cref="CheckpointDirectory"/>, which must exist. A run writes one before its first
    /// epoch, so a run that was ended at any moment after that can be resumed.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Checks all ranges.</summary>
    /// <exception cref="TrainingConfigurationException">An option is out of range.</exception>
    public void Validate()
    {
        Require(Epochs is >= 1 and <= 1_000_000, "epochs", "There are 1 to 1,000,000 epochs.", Epochs);
        Require(BatchSize is >= 1 and <= 65_536, "batch_size", "A batch has 1 to 65,536 samples.", BatchSize);
        Require(float.IsFinite((float)LearningRate) && LearningRate > 0, "lr", "A learning rate is a positive number in the range of float32.", LearningRate);
        Require(InputScale is 128 or 256, "input scale", "The input scale is 128 or 256.", InputScale);
        Require(Enum.IsDefined(Optimizer), "optimizer", "The optimizer is Adam or SGD.", (int)Optimizer);
        Require(Enum.IsDefined(Metric), "metrics", "The metric is accuracy, top5 or loss.", (int)Metric);
        Require(ShiftImages is >= 0 and <= 64, "shift", "Images are moved by 0 to 64 pixels.", ShiftImages);
        Require(HideImages is >= 0 and <= 64, "hide", "A hidden rectangle has sides of 0 to 64 pixels.", HideImages);
        Require(EarlyStop is null or (>= 1 and <= 1_000_000), "early_stop", "An early stop waits for 1 to 1,000,000 epochs.", EarlyStop ?? 0);
        if (Schedule is null) throw new TrainingConfigurationException("schedule", "A run has a learning-rate schedule.", "it is null", "Use ConstantLearningRate for none.");
        if (Resume && CheckpointDirectory is null)
        {
            throw new TrainingConfigurationException("resume", "A run is resumed from a checkpoint folder.", "none is given", "Give the folder of the run to resume.");
        }
    }

    private static void Require(bool holds, string option, string rule, IFormattable actual)
    {
        if (holds) return;
        throw new TrainingConfigurationException(option, rule, $"it is {actual.ToString(null, CultureInfo.InvariantCulture)}", "Give another value.");
    }
}
