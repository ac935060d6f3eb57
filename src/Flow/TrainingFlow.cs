// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Planning;
using Ai8x.Datasets;
using Ai8x.Device.Limits;
using Ai8x.Models;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>
/// The command <c>train</c>: data set, model, training with log and checkpoints, test accuracy with confusion matrix, export as ONNX, saved
/// samples, picture (training-flow.md section 2). docs/train.md lists everything that is written.
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
        long start = options.Clock.GetTimestamp();
        RequireImages(options, ModelCatalog.Find(options.Model).Create().InputShape);
        OptimizerFactory.Parse(options.Optimizer);
        TrainingMetric metric = TrainingMetrics.Parse(options.Metrics);
        DatasetParts data = DatasetLoading.Load(options, observer, cancellation);
        RequireSampleIndex(options, data);
        string exportFolder = OutputFolder.Require(Path.Combine(options.ExportDirectory, options.Dataset));
        using var training = new ModelTraining(options, data);
        using LogFile log = OpenLog(options, observer);
        Announce(options, data, training, log);
        TrainingResult result = Train(options, metric, training, log, cancellation);
        EvaluationResult test = Evaluate(metric, training, log, cancellation);
        NetworkGraph graph = training.Model.ToGraph(options.InputScale);
        using var predictor = new SamplePredictor(graph, data.Test, training.Context);
        ImmutableArray<string> classFiles = ShowSamples(options, data.Test, predictor, log, cancellation);
        Summarize(training, log);
        string onnxFile = Path.Combine(exportFolder, "saved_model.onnx"), picture = Path.Combine(exportFolder, "model.svg");
        OnnxExporter.Export(onnxFile, graph);
        AtomicFile.WriteText(picture, ModelReport.Picture(training.Model));
        string? description = PlanExported(graph, exportFolder, options, log, cancellation);
        string? sampleFile = options.SaveSample is { } index ? SaveSample(predictor.Predict(index), exportFolder, options, log) : null;
        string hash = WeightHash.Of(training.Model.Parameters);
        Line(log, $"Exported the weights of the {(options.Export == ExportChoice.Best ? $"best epoch ({result.BestEpoch})" : "last epoch")} to {Text.Shown(onnxFile)}");
        Line(log, $"Weights SHA-256: {hash}");
        return new TrainResult(
            onnxFile, sampleFile, log.Folder, graph.ParameterCount, result.History.Length, result.History[^1].ValidationAccuracy, test.Accuracy, data.Test.Count, hash)
        {
            BestEpoch = result.BestEpoch,
            ClassSampleFiles = classFiles,
            PictureFile = picture,
            DescriptionFile = description,
            Seconds = options.Clock.GetElapsedTime(start).TotalSeconds,
        };
    }

    private static void RequireImages(TrainOptions options, SampleShape input)
    {
        string[] given = [.. new[]
        {
            options.MirrorImages ? "--mirror" : "",
            options.ShiftImages != 0 ? string.Create(CultureInfo.InvariantCulture, $"--shift {options.ShiftImages}") : "",
            options.HideImages != 0 ? string.Create(CultureInfo.InvariantCulture, $"--hide {options.HideImages}") : "",
        }.Where(option => option.Length > 0)];
        if (given.Length == 0 || input is { Height: > 1, Width: > 1 }) return;
        throw new FlowException($"{string.Join(", ", given)}: only images of at least two rows and two columns are changed; '{options.Model}' reads {input}. Leave the option out.");
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
        if (File.Exists(Path.Combine(folder, Checkpoint.LastFileName)) || LogFile.IsRun(folder)) return LogFile.Continue(folder, options.Clock, observer);
        throw new FlowException($"--resume '{path}': there is no {Checkpoint.LastFileName}. Give the log folder of an earlier run.");
    }

    private static void Announce(TrainOptions options, DatasetParts data, ModelTraining training, LogFile log)
    {
        Line(log, $"Model {options.Model}, data set {options.Dataset}: {data.Train.Count:N0} train, {data.Valid.Count:N0} valid, {data.Test.Count:N0} test samples");
        Line(log, $"Epochs {options.Epochs}, batch size {options.BatchSize}, {options.Optimizer}, learning rate {options.LearningRate}{(options.Schedule == ScheduleChoice.Published ? "" : $" ({options.Schedule.ToString().ToLowerInvariant()})")}, seed {options.Seed}, input scale {options.InputScale}{ImageChanges(options)}");
        foreach (string line in Text.Lines(training.Model.Summary().ToString())) log.Line(line);
    }

    private static string ImageChanges(TrainOptions options) =>
        (options.MirrorImages ? ", images mirrored in half of the epochs" : "")
        + (options.ShiftImages > 0 ? string.Create(CultureInfo.InvariantCulture, $", images shifted by up to {options.ShiftImages} pixels") : "")
        + (options.HideImages > 0 ? string.Create(CultureInfo.InvariantCulture, $", rectangles of up to {options.HideImages} pixels hidden in half of the epochs") : "");

    private static TrainingResult Train(TrainOptions options, TrainingMetric metric, ModelTraining training, LogFile log, CancellationToken cancellation)
    {
        string last = Path.Combine(log.Folder, Checkpoint.LastFileName);
        // A run that ended before it could write anything begins again; what it would have learned is not lost, it is learned now.
        bool resume = options.Resume is not null && File.Exists(last);
        ImmutableArray<EpochMetrics> earlier = resume ? CheckpointFile.Read(last).History : [];
        if (options.Resume is not null) Line(log, $"Resumed after epoch {earlier.Length}");
        using var record = new TrainingRecord(log, earlier, metric, options.Clock);
        TrainingResult result = training.Run(log.Folder, resume, record, cancellation);
        if (result.History.Length < options.Epochs) Line(log, $"Stopped early: no better {TrainingMetrics.NameOf(metric)} since epoch {result.BestEpoch}");
        return result;
    }

    /// <summary>Plans the exported model. One that does not fit the accelerator is exported all the same, for it may be changed or evaluated.</summary>
    private static string? PlanExported(NetworkGraph graph, string folder, TrainOptions options, LogFile log, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, PlannedDescription.FileName);
        try
        {
            NetworkPlan plan = PlannedDescription.Plan(graph, PlannedDescription.Options(new QuantizationChoices(), options.Dataset), cancellation);
            AtomicFile.WriteText(path, PlanYaml.Write(plan));
            Line(log, $"Planned {Text.Shown(path)}: {plan.Layers.Length} layers, {plan.Cycles:N0} cycles");
            return path;
        }
        catch (Exception refusal) when (refusal is FlowException or LimitException)
        {
            File.Delete(path);
            log.Line("No description was planned, for the model does not fit the accelerator:");
            foreach (string line in Text.Lines(refusal.Message)) log.Line(line);
            return null;
        }
    }

    private static EvaluationResult Evaluate(TrainingMetric metric, ModelTraining training, LogFile log, CancellationToken cancellation)
    {
        EvaluationResult test = training.Evaluate(cancellation);
        Line(log, $"Test Accuracy: {test.Accuracy:0.0000}");
        if (metric == TrainingMetric.TopFive) Line(log, $"Test Top5: {test.TopFive:0.0000}");
        if (metric == TrainingMetric.Loss) Line(log, $"Test Loss: {test.Loss:0.0000}");
        log.Line("Confusion Matrix:");
        foreach (string line in Text.Lines(test.Confusion.ToString())) log.Line(line);
        return test;
    }

    private static ImmutableArray<string> ShowSamples(TrainOptions options, SampleSource test, SamplePredictor predictor, LogFile log, CancellationToken cancellation)
    {
        Line(log, $"Classes: {string.Join(", ", test.ClassNames)}");
        if (!options.SaveSamplePerClass)
        {
            Show(predictor.Any(options.Seed), log);
            return [];
        }

        ImmutableArray<string>.Builder files = ImmutableArray.CreateBuilder<string>();
        var missing = new HashSet<int>(Enumerable.Range(0, test.ClassNames.Length));
        foreach (SavedSample sample in predictor.OnePerClass(options.Seed, cancellation))
        {
            Show(sample, log);
            files.Add(sample.WriteOfClass(log.Folder, options.SampleForm));
            missing.Remove(sample.Label);
        }

        if (missing.Count > 0) Line(log, $"No test sample with a confidence of {SamplePredictor.Confident} of: {string.Join(", ", missing.Order().Select(label => test.ClassNames[label]))}");
        return files.ToImmutable();
    }

    private static void Show(SavedSample sample, LogFile log)
    {
        float[] confidences = sample.Confidences;
        Line(log, $"Sample {sample.Index}: predicted {sample.Predicted}, confidence {confidences[sample.Predicted]:0.0000}, actual {sample.Label}");
        Line(log, $"  predictions: [{string.Join(' ', confidences.Select(share => share.ToString("0.0000", CultureInfo.InvariantCulture)))}]");
    }

    private static void Summarize(ModelTraining training, LogFile log)
    {
        foreach (string line in Text.Lines(training.Model.Summary().ToString())) log.Line(line);
        log.Line("Ranges of weights and biases:");
        foreach (string line in ModelReport.Ranges(training.Model)) log.Line(line);
    }

    private static string SaveSample(SavedSample sample, string folder, TrainOptions options, LogFile log)
    {
        string path = sample.WriteBesideModel(folder, options.SampleForm);
        Line(log, $"Saved test sample {sample.Index} (class {sample.Label}, predicted {sample.Predicted}) to {Text.Shown(path)}");
        if (!SavedSample.IsChannelFirst(sample.Shape, options.SampleForm))
        {
            string needed = sample.Shape.Channels == 1 ? "without --channel-first" : sample.Shape.Width == 1 ? "with --channel-first --swap-hw" : "with --channel-first";
            Line(log, $"Note: the sample is saved as {SavedSample.NameOf(options.SampleForm)}; 'ai8x synthesize' reads the channel first. Save it {needed} for that.");
        }

        return path;
    }

    private static void Line(LogFile log, FormattableString text) => log.Line(FormattableString.Invariant(text));
}
