// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ai8x.Optim;
using Ai8x.Reporting;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>
/// Writes down each epoch: the two lines of the seed's flow in the log, <c>history.csv</c>, and TensorBoard's scalars in <c>train/</c>, <c>validation/</c>
/// and <c>metrics/</c> (training-flow.md section 2). Forwards the progress inside an epoch.
/// </summary>
internal sealed class TrainingRecord : IProgress<TrainingProgress>, IDisposable
{
    public const string HistoryFileName = "history.csv";

    private readonly LogFile _log;
    private readonly TimeProvider _clock;
    private readonly TrainingMetric _metric;
    private readonly List<EpochMetrics> _history = [];
    private readonly EventFile _train;
    private readonly EventFile _validation;
    private readonly EventFile _metrics;
    private long _start;

    /// <summary>Begins the record of a run in the folder of its log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="earlier">Epochs before a resumption; written again, so that nothing is missing or twice.</param>
    /// <param name="metric">What is printed beside the loss.</param>
    /// <param name="clock">Clock of durations and wall times.</param>
    public TrainingRecord(LogFile log, ImmutableArray<EpochMetrics> earlier, TrainingMetric metric, TimeProvider clock)
    {
        (_log, _clock, _metric) = (log, clock, metric);
        _train = EventFile.Begin(Path.Combine(log.Folder, "train"), clock);
        _validation = EventFile.Begin(Path.Combine(log.Folder, "validation"), clock);
        _metrics = EventFile.Begin(Path.Combine(log.Folder, "metrics"), clock);
        foreach (EpochMetrics epoch in earlier) Add(epoch);
        _start = clock.GetTimestamp();
    }

    public void Report(TrainingProgress value)
    {
        if (value is BatchProgress batch) Forward(batch);
        else if (value is EpochProgress epoch) Finish(epoch);
    }

    public void Dispose()
    {
        _train.Dispose();
        _validation.Dispose();
        _metrics.Dispose();
    }

    private void Forward(BatchProgress batch)
    {
        _log.Progress(
            "training",
            (batch.Epoch - 1L) * batch.Batches + batch.Batch,
            (long)batch.Epochs * batch.Batches,
            string.Create(CultureInfo.InvariantCulture, $"{batch.Epochs} epochs"));
        _log.Progress(
            string.Create(CultureInfo.InvariantCulture, $"epoch {batch.Epoch}/{batch.Epochs}"),
            batch.Batch,
            batch.Batches,
            string.Create(CultureInfo.InvariantCulture, $"loss {batch.Loss:0.0000}  accuracy {batch.Accuracy:0.0000}  {batch.ImagesPerSecond:N0} images/s"));
    }

    private void Finish(EpochProgress epoch)
    {
        double seconds = _clock.GetElapsedTime(_start).TotalSeconds;
        _start = _clock.GetTimestamp();
        Add(epoch.Metrics);
        _log.Line(string.Create(CultureInfo.InvariantCulture, $"Epoch {epoch.Epoch}/{epoch.Epochs}"));
        _log.Line(string.Create(CultureInfo.InvariantCulture, $"{epoch.Batches}/{epoch.Batches} - {seconds:0}s - {Figures(epoch.Metrics)}"));
    }

    private string Figures(EpochMetrics m) => _metric switch
    {
        TrainingMetric.Accuracy => FormattableString.Invariant($"loss: {m.Loss:0.0000} - accuracy: {m.Accuracy:0.0000} - val_loss: {m.ValidationLoss:0.0000} - val_accuracy: {m.ValidationAccuracy:0.0000}"),
        TrainingMetric.TopFive => FormattableString.Invariant($"loss: {m.Loss:0.0000} - top5: {m.TopFive:0.0000} - val_loss: {m.ValidationLoss:0.0000} - val_top5: {m.ValidationTopFive:0.0000}"),
        _ => FormattableString.Invariant($"loss: {m.Loss:0.0000} - val_loss: {m.ValidationLoss:0.0000}"),
    };

    private void Add(EpochMetrics epoch)
    {
        _history.Add(epoch);
        int step = epoch.Epoch - 1;
        _train.Scalars(step, ("epoch_loss", epoch.Loss), ("epoch_accuracy", epoch.Accuracy), ("epoch_top5", epoch.TopFive));
        _validation.Scalars(step, ("epoch_loss", epoch.ValidationLoss), ("epoch_accuracy", epoch.ValidationAccuracy), ("epoch_top5", epoch.ValidationTopFive));
        _metrics.Scalars(step, ("learning_rate", epoch.LearningRate));
        AtomicFile.WriteText(Path.Combine(_log.Folder, HistoryFileName), Table());
    }

    private string Table()
    {
        var text = new StringBuilder("epoch,loss,accuracy,top5,val_loss,val_accuracy,val_top5,learning_rate\n");
        foreach (EpochMetrics m in _history)
        {
            text.Append(m.Epoch);
            foreach (double value in (ReadOnlySpan<double>)[m.Loss, m.Accuracy, m.TopFive, m.ValidationLoss, m.ValidationAccuracy, m.ValidationTopFive, m.LearningRate])
            {
                // A share that an older checkpoint did not hold stays empty.
                text.Append(',').Append(double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
