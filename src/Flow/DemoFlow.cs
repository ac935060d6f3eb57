// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Planning;
using Ai8x.Datasets;
using Ai8x.Models;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Optim;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>
/// The command <c>demo</c>: the whole flow on the bundled images. Its lines hold no times and no paths of the machine, so they are the same everywhere.
/// </summary>
public static class DemoFlow
{
    private const string Dataset = "fashionmnist-sample";

    /// <summary>Trains, exports, quantizes, generates C, simulates and verifies.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="observer">Receives report lines and progress.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>Every stage's figures.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static DemoResult Run(DemoOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        string folder = OutputFolder.Require(options.OutputDirectory);
        DatasetParts data = DatasetLoading.LoadBundled(Dataset, observer, cancellation);
        TrainResult trained = Train(options, folder, data, observer, cancellation);

        NetworkGraph graph = OnnxImporter.Import(trained.OnnxFile);
        NetworkPlan plan = PlannedDescription.Plan(graph, PlanOptions.Default with { Dataset = Dataset }, cancellation);
        string config = Path.Combine(folder, PlannedDescription.FileName);
        AtomicFile.WriteText(config, PlanYaml.Write(plan));
        QuantizedNetwork quantized = plan.Network;
        int[] predictions = EvaluationFlow.Integers(quantized, data.Test, options.Threads, cancellation);
        EvaluateResult integer = EvaluationFlow.Count(data.Test, predictions, integer: true, FlowObserver.Silent);
        EvaluateResult floating = new(data.Test.Count, (int)Math.Round(trained.TestAccuracy * data.Test.Count), [], OnChipArithmetic: false);

        var lines = new VerdictLast(observer);
        VerifyResult proof = VerificationFlow.Run(
            new VerifyOptions
            {
                CheckpointFile = trained.OnnxFile,
                ConfigFile = config,
                Dataset = Dataset,
                Images = options.Images,
                TestDirectory = folder,
                Prefix = "fashionmnist",
                Threads = options.Threads,
            },
            lines,
            cancellation);
        Line(observer, $"plan      {PlannedDescription.FileName}: {plan.Layers.Length} layers on the 64 processors, {plan.Cycles:N0} cycles, up to byte {plan.PeakBytes:N0} of 32,768 in data memory");
        observer.Line("generate  C project fashionmnist/, read back from its files and run on the simulated MAX78000:");
        lines.FlushAllButLast();
        Line(observer, $"accuracy  float {floating.Accuracy:0.0 %}   integer {integer.Accuracy:0.0 %}   ({data.Test.Count:N0} test images)");
        Line(observer, $"          simulated {(double)proof.SimulatedCorrect!.Value / proof.Images:0.0 %}   ({proof.Images} test images on the simulated chip)");
        observer.Line(proof.Verdict);
        return new DemoResult(proof.Passed, trained, floating, integer, proof);
    }

    private static TrainResult Train(DemoOptions options, string folder, DatasetParts data, FlowObserver observer, CancellationToken cancellation)
    {
        var training = new TrainOptions
        {
            Model = FashionMnistModel.Name,
            Dataset = Dataset,
            Epochs = options.Epochs,
            BatchSize = 64,
            LearningRate = 0.001f,
            Threads = options.Threads,
        };
        using var run = new ModelTraining(training, data);
        Line(observer, $"data      Fashion-MNIST sample: {data.Train.Count:N0} training, {data.Valid.Count:N0} validation, {data.Test.Count:N0} test images");
        Line(observer, $"model     {training.Model}, {run.Model.ToGraph().ParameterCount:N0} parameters");
        TrainingResult result = run.Run(Path.Combine(folder, "checkpoints"), resume: false, new EpochLines(observer), cancellation);
        EvaluationResult test = run.Evaluate(cancellation);
        string onnx = Path.Combine(folder, "saved_model.onnx");
        OnnxExporter.Export(onnx, run.Model.ToGraph(training.InputScale));
        string hash = WeightHash.Of(run.Model.Parameters);
        Line(observer, $"export    saved_model.onnx, SHA-256 of the weights {hash[..16]}...");
        return new TrainResult(
            onnx, null, folder, run.Model.ToGraph().ParameterCount, options.Epochs, result.History[^1].ValidationAccuracy, test.Accuracy, data.Test.Count, hash);
    }

    private static void Line(FlowObserver observer, FormattableString text) => observer.Line(FormattableString.Invariant(text));

    private sealed class EpochLines(FlowObserver observer) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value is BatchProgress batch)
            {
                observer.Progress(
                    string.Create(CultureInfo.InvariantCulture, $"epoch {batch.Epoch}/{batch.Epochs}"),
                    batch.Batch,
                    batch.Batches,
                    string.Create(CultureInfo.InvariantCulture, $"loss {batch.Loss:0.0000}  {batch.ImagesPerSecond:N0} images/s"));
            }
            else if (value is EpochProgress epoch)
            {
                EpochMetrics m = epoch.Metrics;
                Line(observer, $"train     epoch {m.Epoch}/{epoch.Epochs}  loss {m.Loss:0.0000}  accuracy {m.Accuracy:0.0000}  val_loss {m.ValidationLoss:0.0000}  val_accuracy {m.ValidationAccuracy:0.0000}");
            }
        }
    }

    /// <summary>Holds the lines of the proof back, because the accuracies belong between its table and its verdict.</summary>
    private sealed class VerdictLast(FlowObserver next) : FlowObserver
    {
        private readonly List<string> _lines = [];

        public override void Line(string text) => _lines.Add(text);

        public override void Progress(string stage, long done, long total, string detail) => next.Progress(stage, done, total, detail);

        public void FlushAllButLast()
        {
            foreach (string line in _lines.SkipLast(1)) next.Line(line);
        }
    }
}
