// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Planning;
using Ai8x.Datasets;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Optim;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>
/// The command <c>evaluate</c>: accuracy, confusion matrix and the scores of each class of a model file, in float or in the chip's integers, and where the two disagree.
/// </summary>
public static class EvaluationFlow
{
    private const int BatchSize = 256;
    private const int ShownDisagreements = 20;

    /// <summary>Evaluates and reports as the seed's flow does (training-flow.md section 1.3).</summary>
    /// <param name="options">What to evaluate.</param>
    /// <param name="observer">Receives report lines and progress.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The counts.</returns>
    /// <exception cref="FlowException">The options contradict each other, or model and data set do not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static EvaluateResult Run(EvaluateOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        InputFile.Require("--onnx-file", options.OnnxFile);
        NetworkDescription? description = ReadDescription(options);
        NetworkGraph graph = OnnxImporter.Import(options.OnnxFile, description);
        bool planned = options.OnChipArithmetic && description is null;
        RewriteReport.Show(graph, observer);
        DatasetParts data = DatasetLoading.Load(options, observer, cancellation);
        SampleSource source = data.Part(options.Part);
        RequireFit(options, graph, source);
        QuantizedNetwork? quantized = planned
            ? PlannedDescription.Plan(graph, PlannedDescription.Options(options.Quantization, options.Dataset), cancellation).Network
            : description is null ? null : Quantizer.Quantize(graph, description, options.Quantization.ToOptions());
        using LogFile? log = options.LogDirectory is { } folder ? LogFile.Create(OutputFolder.Require(folder), options.Dataset + "-evaluate", options.Clock, observer) : null;
        FlowObserver report = log ?? observer;
        int[] floating = Float(graph, source, options, report, cancellation);
        int[] predictions = quantized is null ? floating : Integers(quantized, source, options.Threads, cancellation);
        EvaluateResult result = Count(source, predictions, quantized is not null, report) with
        {
            OnnxFile = options.OnnxFile,
            Dataset = options.Dataset,
            Disagreements = Compare(source, floating, predictions),
        };
        if (quantized is not null) Report(result, source, floating, report);
        report.Line(string.Create(CultureInfo.InvariantCulture, $"Total number: {result.Count}, test_accuracy: {result.Accuracy:0.0000}"));
        return result;
    }

    /// <summary>Predicts every sample in the chip's integer arithmetic.</summary>
    internal static int[] Integers(QuantizedNetwork network, SampleSource source, int threads, CancellationToken cancellation)
    {
        var evaluator = new IntegerEvaluator(network);
        int[] outputs = evaluator.Evaluate(source, threads, cancellation);
        return [.. Enumerable.Range(0, source.Count).Select(i => Prediction.Of<int>(outputs.AsSpan(i * evaluator.OutputCount, evaluator.OutputCount)))];
    }

    internal static EvaluateResult Count(SampleSource source, int[] predictions, bool integer, FlowObserver observer)
    {
        var confusion = new ConfusionMatrix(source.ClassNames);
        for (int i = 0; i < predictions.Length; i++)
        {
            confusion.Add(source.Label(i), predictions[i]);
            if (i % 100 == 0) observer.Line(string.Create(CultureInfo.InvariantCulture, $"{i}:, test_accuracy: {confusion.Accuracy:0.0000}"));
        }

        observer.Line("Confusion Matrix:");
        foreach (string line in Text.Lines(confusion.ToString())) observer.Line(line);
        ImmutableArray<ClassScore> scores = confusion.Scores();
        foreach (string line in ScoreTable(scores)) observer.Line(line);
        return new EvaluateResult(source.Count, (int)confusion.Correct, Rows(confusion), integer) { Scores = scores };
    }

    private static IEnumerable<string> ScoreTable(ImmutableArray<ClassScore> scores)
    {
        int width = Math.Max("Class".Length, scores.Max(score => score.Name.Length));
        yield return $"{"Class".PadRight(width)}  precision  recall      F1  samples";
        foreach (ClassScore score in scores)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{score.Name.PadRight(width)}  {score.Precision,9:0.0000}  {score.Recall,6:0.0000}  {score.F1,6:0.0000}  {score.Support,7}");
        }
    }

    private static ImmutableArray<Disagreement> Compare(SampleSource source, int[] floating, int[] integer) =>
    [
        .. Enumerable.Range(0, floating.Length).Where(i => floating[i] != integer[i]).Select(i => new Disagreement(i, source.Label(i), floating[i], integer[i])),
    ];

    private static void Report(EvaluateResult result, SampleSource source, int[] floating, FlowObserver report)
    {
        int correct = floating.Where((predicted, i) => predicted == source.Label(i)).Count();
        report.Line(string.Create(CultureInfo.InvariantCulture, $"Float model: {correct} of {floating.Length} correct; float and integer disagree on {result.Disagreements.Length}"));
        foreach (Disagreement sample in result.Disagreements.Take(ShownDisagreements))
        {
            report.Line(string.Create(CultureInfo.InvariantCulture, $"  sample {sample.Index}: class {sample.Label}, float {sample.FloatClass}, integer {sample.IntegerClass}"));
        }

        if (result.Disagreements.Length > ShownDisagreements) report.Line(string.Create(CultureInfo.InvariantCulture, $"  and {result.Disagreements.Length - ShownDisagreements} more (all of them with --json)"));
    }

    internal static ImmutableArray<ImmutableArray<int>> Rows(ConfusionMatrix confusion) =>
    [
        .. Enumerable.Range(0, confusion.Classes).Select(label =>
            Enumerable.Range(0, confusion.Classes).Select(predicted => (int)confusion[label, predicted]).ToImmutableArray()),
    ];

    private static NetworkDescription? ReadDescription(EvaluateOptions options)
    {
        if (options.ConfigFile is null) return null;
        if (options.OnChipArithmetic)
        {
            InputFile.Require("--config-file", options.ConfigFile);
            return NetworkYaml.ReadFile(options.ConfigFile);
        }

        throw new FlowException("--config-file: only used together with --integer, because the float model needs no description. Leave it out or add --integer.");
    }

    private static void RequireFit(EvaluateOptions options, NetworkGraph graph, SampleSource source)
    {
        SampleShape shape = source.Shape;
        int outputs = graph.Layers[^1].Output.Count;
        if (graph.Input == new FeatureShape(shape.Height, shape.Width, shape.Channels) && outputs == source.ClassNames.Length) return;
        throw new FlowException(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.OnnxFile}: the model takes {graph.Input} and gives {outputs} values, '{options.Dataset}' has {shape.Channels}x{shape.Height}x{shape.Width} and {source.ClassNames.Length} classes. Choose the data set that the model was trained on."));
    }

    private static int[] Float(NetworkGraph graph, SampleSource source, EvaluateOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        float divisor = options.Quantization.InputScale ?? graph.InputScale ?? NetworkGraph.DefaultInputScale;
        int classes = source.ClassNames.Length;
        using var context = new ComputeContext(options.Threads);
        using var runner = new GraphRunner(graph, context, BatchSize);
        var samples = new sbyte[BatchSize * source.Shape.Count];
        var logits = new float[BatchSize * classes];
        var predictions = new int[source.Count];
        for (int start = 0; start < source.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, source.Count - start);
            source.Fill([.. Enumerable.Range(start, count)], samples);
            runner.Run(samples.AsSpan(0, count * source.Shape.Count), count, divisor, logits);
            for (int i = 0; i < count; i++) predictions[start + i] = Prediction.Of<float>(logits.AsSpan(i * classes, classes));
            observer.Progress("evaluate", start + count, source.Count, "");
        }

        return predictions;
    }
}
