// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Datasets;
using Ai8x.Models;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Optim;

namespace Ai8x.Flow;

/// <summary>
/// The command <c>train</c>: data set, model, training with log and checkpoints, test accuracy with confusion matrix, export as ONNX, saved
/// sample (training-flow.md section 2).
/// </summary>
public static class TrainingFlow
{
    /// <summary>Trains and exports.</summary>
    /// <param name="options">What to train and how.</param>
    /// <param name="observer">Receives report lines and progress.</param>
    /// <param name="cancellation">Stops between steps; the checkpoints of the last complete epoch stay.</param>
    /// <returns>Where everything lies and how good it is.</returns>
    /// <exception cref="FlowException">A folder cannot be written, or the options contradict each other.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TrainResult Run(TrainOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        ModelCatalog.Find(options.Model);
        OptimizerFactory.Parse(options.Optimizer);
        DatasetParts data = DatasetLoading.Load(options.Dataset, options.DataDirectory, options.SeedSplits, observer, cancellation);
        RequireSampleIndex(options, data);
        string exportFolder = OutputFolder.Require(Path.Combine(options.ExportDirectory, options.Dataset));
        using var training = new ModelTraining(options, data);
        using LogFile log = OpenLog(options, observer);
        Announce(options, data, training, log);
        TrainingResult result = training.Run(log.Folder, new EpochReport(log, options.Clock), cancellation);
        EvaluationResult test = training.Evaluate(cancellation);
        Line(log, $"Test Accuracy: {test.Accuracy:0.0000}");
        log.Line("Confusion Matrix:");
        foreach (string line in Text.Lines(test.Confusion.ToString())) log.Line(line);
        NetworkGraph graph = training.Model.ToGraph(options.InputScale);
        string onnxFile = Path.Combine(exportFolder, "saved_model.onnx");
        OnnxExporter.Export(onnxFile, graph);
        string? sampleFile = options.SaveSample is { } index ? SavedSample.Write(exportFolder, data.Test, index, graph, training.Context) : null;
        string hash = WeightHash.Of(training.Model.Parameters);
        Line(log, $"Exported the weights of the {(options.Export == ExportChoice.Best ? $"best epoch ({result.BestEpoch})" : "last epoch")} to {Text.Shown(onnxFile)}");
        Line(log, $"Weights SHA-256: {hash}");
        return new TrainResult(
            onnxFile, sampleFile, log.Folder, graph.ParameterCount, result.History.Length, result.History[^1].ValidationAccuracy, test.Accuracy, data.Test.Count, hash);
    }

    private static void RequireSampleIndex(TrainOptions options, DatasetParts data)
    {
        if (options.SaveSample is not { } index || (uint)index < (uint)data.Test.Count) return;
        throw new FlowException(string.Create(
            CultureInfo.InvariantCulture,
            $"--save-sample {index}: the test part of '{options.Dataset}' has samples 0 to {data.Test.Count - 1}. Choose one of them."));
    }

    private static LogFile OpenLog(TrainOptions options, FlowObserver observer)
    {
        if (options.Resume is not { } path) return LogFile.Create(OutputFolder.Require(options.LogDirectory), options.Dataset, options.Clock, observer);
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!File.Exists(Path.Combine(folder, Checkpoint.LastFileName)))
        {
            throw new FlowException($"--resume '{path}': there is no {Checkpoint.LastFileName}. Give the log folder of an earlier run.");
        }

        return LogFile.Continue(folder, options.Clock, observer);
    }

    private static void Announce(TrainOptions options, DatasetParts data, ModelTraining training, LogFile log)
    {
        Line(log, $"Model {options.Model}, data set {options.Dataset}: {data.Train.Count:N0} train, {data.Valid.Count:N0} valid, {data.Test.Count:N0} test samples");
        Line(log, $"Epochs {options.Epochs}, batch size {options.BatchSize}, {options.Optimizer}, learning rate {options.LearningRate}, seed {options.Seed}, input scale {options.InputScale}");
        foreach (string line in Text.Lines(training.Model.Summary().ToString())) log.Line(line);
    }

    private static void Line(LogFile log, FormattableString text) => log.Line(FormattableString.Invariant(text));

    /// <summary>Prints each epoch as the seed's flow does and forwards the progress inside an epoch.</summary>
    private sealed class EpochReport(LogFile log, TimeProvider clock) : IProgress<TrainingProgress>
    {
        private long _start = clock.GetTimestamp();

        public void Report(TrainingProgress value)
        {
            if (value is BatchProgress batch)
            {
                log.Progress(
                    string.Create(CultureInfo.InvariantCulture, $"epoch {batch.Epoch}/{batch.Epochs}"),
                    batch.Batch,
                    batch.Batches,
                    string.Create(CultureInfo.InvariantCulture, $"loss {batch.Loss:0.0000}  accuracy {batch.Accuracy:0.0000}  {batch.ImagesPerSecond:N0} images/s"));
            }
            else if (value is EpochProgress epoch)
            {
                EpochMetrics m = epoch.Metrics;
                double seconds = clock.GetElapsedTime(_start).TotalSeconds;
                _start = clock.GetTimestamp();
                Line(log, $"Epoch {m.Epoch}/{epoch.Epochs}");
                Line(log, $"{epoch.Batches}/{epoch.Batches} - {seconds:0}s - loss: {m.Loss:0.0000} - accuracy: {m.Accuracy:0.0000} - val_loss: {m.ValidationLoss:0.0000} - val_accuracy: {m.ValidationAccuracy:0.0000}");
            }
        }
    }
}
