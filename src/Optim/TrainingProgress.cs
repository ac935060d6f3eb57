// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>News from a training run: <see cref="BatchProgress"/> or <see cref="EpochProgress"/>.</summary>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Epochs">Number of epochs of the run.</param>
/// <param name="ImagesPerSecond">Training samples per second in this epoch so far. A measurement; it influences nothing.</param>
public abstract record TrainingProgress(int Epoch, int Epochs, double ImagesPerSecond);

/// <summary>A batch was learned.</summary>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Epochs">Number of epochs of the run.</param>
/// <param name="Batch">Batch in the epoch, from 1.</param>
/// <param name="Batches">Number of batches of the epoch.</param>
/// <param name="Loss">Mean loss over the samples of this epoch so far, in nats.</param>
/// <param name="Accuracy">Share of correct samples of this epoch so far, 0..1.</param>
/// <param name="LearningRate">Learning rate of the epoch.</param>
/// <param name="ImagesPerSecond">Training samples per second in this epoch so far.</param>
public sealed record BatchProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double Accuracy, double LearningRate, double ImagesPerSecond)
    : TrainingProgress(Epoch, Epochs, ImagesPerSecond);

/// <summary>An epoch ended: it was validated and its checkpoint, if there is one, is on disk.</summary>
/// <param name="Epochs">Number of epochs of the run.</param>
/// <param name="Batches">Number of batches of the epoch.</param>
/// <param name="Metrics">What the epoch achieved.</param>
/// <param name="IsBest">Whether its validation accuracy is the highest of the run so far.</param>
/// <param name="ImagesPerSecond">Training samples per second, without validation.</param>
public sealed record EpochProgress(int Epochs, int Batches, EpochMetrics Metrics, bool IsBest, double ImagesPerSecond)
    : TrainingProgress(Metrics.Epoch, Epochs, ImagesPerSecond);
