// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Optim;

namespace Ai8x.Flow.Tests;

public sealed class TrainingFlowTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-train-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OneEpoch_ExportsModelSampleAndLog_AndEvaluateAgrees()
    {
        var lines = new Lines();
        TrainResult result = TrainingFlow.Run(Options(1) with { SaveSample = 0, InputScale = 256 }, lines, CancellationToken.None);
        NetworkGraph graph = OnnxImporter.Import(result.OnnxFile);
        Assert.Equal(256, graph.InputScale);
        Assert.Equal(71_346, graph.ParameterCount);
        Assert.True(File.Exists(result.SampleFile));
        Assert.Contains(lines.Text, line => line.StartsWith("141/141 - ", StringComparison.Ordinal) && line.Contains(" - val_accuracy: ", StringComparison.Ordinal));
        string log = Assert.Single(Directory.GetFiles(result.LogFolder, "*.log"));
        Assert.Equal(lines.Text, File.ReadAllLines(log));
        EvaluateResult evaluated = EvaluationFlow.Run(new EvaluateOptions { OnnxFile = result.OnnxFile, Dataset = "fashionmnist-sample", Threads = 2 }, FlowObserver.Silent, CancellationToken.None);
        Assert.Equal(result.TestAccuracy, evaluated.Accuracy);
        Assert.Equal(2000, evaluated.Count);
    }

    [Fact]
    public void ResumedRun_EndsWithTheBitsOfTheUninterruptedOne()
    {
        TrainResult whole = TrainingFlow.Run(Options(2), FlowObserver.Silent, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var watcher = new StopAfterFirstEpoch(stop);
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingFlow.Run(Options(2) with { LogDirectory = Path.Combine(_folder, "cut") }, watcher, stop.Token));
        string run = Assert.Single(Directory.GetDirectories(Path.Combine(_folder, "cut")));
        Assert.Equal(1, CheckpointFile.Read(Path.Combine(run, Checkpoint.LastFileName)).EpochsCompleted);
        TrainResult resumed = TrainingFlow.Run(Options(2) with { Resume = run, Threads = 1 }, FlowObserver.Silent, CancellationToken.None);
        Assert.Equal(whole.WeightHash, resumed.WeightHash);
    }

    [Fact]
    public void SampleIndexBeyondTheTestPart_IsRefusedBeforeTraining() => Assert.Throws<FlowException>(
        () => TrainingFlow.Run(Options(1) with { SaveSample = 2000 }, FlowObserver.Silent, CancellationToken.None));

    private TrainOptions Options(int epochs) => new()
    {
        Model = "fashionmnist_model",
        Dataset = "fashionmnist-sample",
        Epochs = epochs,
        BatchSize = 64,
        LearningRate = 0.001f,
        Threads = 2,
        ExportDirectory = Path.Combine(_folder, "export"),
        LogDirectory = Path.Combine(_folder, "logs"),
    };

    private sealed class Lines : FlowObserver
    {
        public List<string> Text { get; } = [];

        public override void Line(string text) => Text.Add(text);

        public override void Progress(string stage, long done, long total, string detail)
        {
        }
    }

    private sealed class StopAfterFirstEpoch(CancellationTokenSource stop) : FlowObserver
    {
        public override void Line(string text)
        {
        }

        public override void Progress(string stage, long done, long total, string detail)
        {
            if (stage == "epoch 2/2") stop.Cancel();
        }
    }
}
