// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Optim;

namespace Ai8x.Flow.Tests;

public sealed class TrainingFlowTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-train-").FullName;
    private readonly string _images;

    public TrainingFlowTests() => _images = SmallImages.Write(Path.Combine(_folder, "images"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        Assert.Equal(File.ReadAllText(Path.Combine(whole.LogFolder, "history.csv")), File.ReadAllText(Path.Combine(resumed.LogFolder, "history.csv")));
        Assert.Equal(TrainedModel.Events(whole, "train"), TrainedModel.Events(resumed, "train"));
    }

    [Fact]
    public void TwoRunsSideBySide_InOneSecondAndFolder_GiveTheBitsOfEachAlone()
    {
        TrainResult alone = TrainingFlow.Run(Options(1), FlowObserver.Silent, CancellationToken.None);
        TrainOptions[] options = [Options(1) with { ExportDirectory = Path.Combine(_folder, "first") }, Options(1) with { Seed = 2, ExportDirectory = Path.Combine(_folder, "second") }];
        var together = new TrainResult[2];
        Parallel.For(0, 2, i => together[i] = TrainingFlow.Run(options[i] with { Clock = new StoppedClock(), LogDirectory = Path.Combine(_folder, "together") }, FlowObserver.Silent, CancellationToken.None));

        Assert.Equal(alone.WeightHash, together[0].WeightHash);
        Assert.NotEqual(together[0].WeightHash, together[1].WeightHash);
        Assert.NotEqual(together[0].LogFolder, together[1].LogFolder);
    }

    [Fact]
    public void DataReadFromDisk_GiveTheSameWeights()
    {
        string cache = Path.Combine(_folder, "cache");
        TrainResult loaded = TrainingFlow.Run(Options(1), FlowObserver.Silent, CancellationToken.None);
        TrainResult streamed = TrainingFlow.Run(Options(1) with { MemoryLimit = 1_000_000, CacheDirectory = cache }, FlowObserver.Silent, CancellationToken.None);
        Assert.Equal(loaded.WeightHash, streamed.WeightHash);
        Assert.True(File.Exists(Path.Combine(cache, "fashionmnist", "processed.npz")));
    }

    [Theory]
    [InlineData(ScheduleChoice.Linear, 0.001, 0.000505, 0.00001)]
    [InlineData(ScheduleChoice.Constant, 0.001, 0.001, 0.001)]
    [InlineData(ScheduleChoice.Published, 0.001, 0.001, 0.001)]
    public void LearningRate_FollowsTheScheduleOfTheOptions(ScheduleChoice schedule, params double[] rates)
    {
        TrainResult result = TrainingFlow.Run(Options(3) with { LearningRate = 0.001f, Schedule = schedule }, FlowObserver.Silent, CancellationToken.None);
        string[] rows = [.. File.ReadLines(Path.Combine(result.LogFolder, "history.csv")).Skip(1)];
        Assert.Equal(rates, rows.Select(row => Math.Round(double.Parse(row.Split(',')[^1], CultureInfo.InvariantCulture), 8)));
    }

    /// <summary>Before data are looked for: the folder does not exist.</summary>
    [Fact]
    public void ChangesOfImages_OfRecordings_AreRefusedBeforeAnyWork()
    {
        TrainOptions options = TrainingPreset.Find("kws20") with { DataDirectory = Path.Combine(_folder, "nowhere"), LogDirectory = Path.Combine(_folder, "logs"), ShiftImages = 2, HideImages = 3 };
        FlowException refused = Assert.Throws<FlowException>(() => TrainingFlow.Run(options, FlowObserver.Silent, CancellationToken.None));
        Assert.Contains("--shift 2, --hide 3: only images", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.LogDirectory));
    }

    [Fact]
    public void ChangesOfImages_AreAnnounced_AndReachTheTraining()
    {
        var lines = new RecordedLines();
        TrainOptions changing = Options(1) with { MirrorImages = true, ShiftImages = 2, HideImages = 5 };
        TrainResult changed = TrainingFlow.Run(changing, lines, CancellationToken.None);
        Assert.Contains(lines.Text, line => line.EndsWith(", images mirrored in half of the epochs, images shifted by up to 2 pixels, rectangles of up to 5 pixels hidden in half of the epochs", StringComparison.Ordinal));
        changing = changing with { Resume = changed.LogFolder, Epochs = 2 };
        foreach ((TrainOptions without, string change) in new[]
                 {
                     (changing with { MirrorImages = false }, "mirrored"), (changing with { ShiftImages = 0 }, "shifted by up to 2"), (changing with { HideImages = 0 }, "up to 5 pixels hidden"),
                 })
        {
            Exception refused = Assert.ThrowsAny<Exception>(() => TrainingFlow.Run(without, FlowObserver.Silent, CancellationToken.None));
            Assert.Contains(change, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TopFiveMetric_IsPrintedInPlaceOfTheAccuracy()
    {
        var lines = new RecordedLines();
        TrainingFlow.Run(Options(1) with { Metrics = "top5" }, lines, CancellationToken.None);
        Assert.Contains(lines.Text, line => line.Contains(" - top5: ", StringComparison.Ordinal) && line.Contains(" - val_top5: ", StringComparison.Ordinal) && !line.Contains("accuracy", StringComparison.Ordinal));
        Assert.Throws<TrainingConfigurationException>(() => TrainingFlow.Run(Options(1) with { Metrics = "auc" }, lines, CancellationToken.None));
    }

    [Fact]
    public void RunThatEndedBeforeItsFirstCheckpoint_BeginsAgain()
    {
        string run = Directory.CreateDirectory(Path.Combine(_folder, "20260101-000000-fashionmnist")).FullName;
        Assert.Throws<FlowException>(() => TrainingFlow.Run(Options(1) with { Resume = run }, FlowObserver.Silent, CancellationToken.None));
        File.WriteAllText(Path.Combine(run, "20260101-000000.log"), "");
        TrainResult begun = TrainingFlow.Run(Options(1) with { Resume = run }, FlowObserver.Silent, CancellationToken.None);
        Assert.Equal((run, 1), (begun.LogFolder, begun.Epochs));
    }

    [Fact]
    public void Presets_AreThePublishedCommands()
    {
        TrainOptions mnist = TrainingPreset.Find("mnist"), fashion = TrainingPreset.Find("fashionmnist");
        Assert.Equal(("mnist_model", 100, 256, "Adam", 0.001f, 1, true, SampleForm.Nhwc), (mnist.Model, mnist.Epochs, mnist.BatchSize, mnist.Optimizer, mnist.LearningRate, mnist.SaveSample, mnist.SaveSamplePerClass, mnist.SampleForm));
        Assert.Equal(("fashionmnist_model", 100, 256, 1234), (fashion.Model, fashion.Epochs, fashion.BatchSize, fashion.SaveSample));
        Assert.Equal(
            [SampleForm.Chw, SampleForm.Chw, SampleForm.Nhwc, SampleForm.Cwh, SampleForm.Nhwc, SampleForm.Chw],
            new[] { "cifar10", "cifar100", "fashionmnist", "kws20", "mnist", "rock" }.Select(name => TrainingPreset.Find(name).SampleForm));
        Assert.Contains("mnist", Assert.Throws<FlowException>(() => TrainingPreset.Find("imagenet")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmallImages.Test)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void SampleIndexBeyondTheTestPart_IsRefusedBeforeTraining(int index)
    {
        FlowException refusal = Assert.Throws<FlowException>(() => TrainingFlow.Run(Options(1) with { SaveSample = index }, FlowObserver.Silent, CancellationToken.None));
        Assert.Contains("samples 0 to 299", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HistoryOfAnOlderCheckpoint_LeavesSharesThatItDidNotHoldEmpty()
    {
        using LogFile log = LogFile.Create(_folder, "old", TimeProvider.System, FlowObserver.Silent);
        using var record = new TrainingRecord(log, [new EpochMetrics(1, 0.5, 0.25, 0.75, 0.125, 0.001)], TrainingMetric.Accuracy, TimeProvider.System);
        Assert.Equal("1,0.5,0.25,,0.75,0.125,,0.001", File.ReadAllLines(Path.Combine(log.Folder, TrainingRecord.HistoryFileName))[^1]);
    }

    private TrainOptions Options(int epochs) => TrainedModel.In(_folder) with { Epochs = epochs, Dataset = "fashionmnist", DataDirectory = _images };

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
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
