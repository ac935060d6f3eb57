// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Optim.Tests;

public class TrainerTests
{
    private static readonly QuadrantSource TrainingData = new(150);
    private static readonly QuadrantSource ValidationData = new(60, offset: 10_000);

    private sealed class TenClasses : SampleSource
    {
        private readonly QuadrantSource _images = new(200);

        public override string Name => "ten";

        public override int Count => 200;

        public override SampleShape Shape => QuadrantSource.Map;

        public override System.Collections.Immutable.ImmutableArray<string> ClassNames { get; } = [.. "0123456789".Select(digit => digit.ToString())];

        public override int Label(int index) => index % 10;

        public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination) => _images.Fill(indices, destination);
    }

    private static TrainingOptions Options(int epochs = 6) => new()
    {
        Epochs = epochs,
        BatchSize = 32,
        LearningRate = 0.02,
        Seed = 5,
        Schedule = new ReduceLearningRateOnPlateau { Patience = 1 },
    };

    [Fact]
    public void Run_OnSeparableData_ReachesOneHundredPercent()
    {
        (Model model, TrainingResult result) = Train(Options(epochs: 12));

        Assert.Equal(1.0, result.BestScore);
        EvaluationResult evaluation = Evaluate(model);
        Assert.Equal(1.0, evaluation.Accuracy);
        Assert.Equal(60, evaluation.Confusion.Total);
        Assert.Equal(result.History[^1].ValidationLoss, evaluation.Loss);
        Assert.True(result.History[^1].Loss < result.History[0].Loss / 4);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Sgd)]
    public void Run_WithAnyNumberOfThreads_LearnsTheSameBits(OptimizerKind optimizer)
    {
        TrainingOptions options = Options(epochs: 2) with { Optimizer = optimizer };

        string[] hashes = [.. new[] { 1, 2, 3 }.Select(threads => WeightHash.Of(Train(options, threads: threads).Model.Parameters))];

        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public void Run_WithAnotherSeed_LearnsOtherBits() =>
        Assert.NotEqual(WeightHash.Of(Train(Options(2)).Model.Parameters), WeightHash.Of(Train(Options(2) with { Seed = 6 }).Model.Parameters));

    [Theory]
    [InlineData("mirrored")]
    [InlineData("shifted by up to 1 pixels")]
    [InlineData("rectangle of up to 3 pixels")]
    public void Run_WithChangedImages_LearnsOtherBits_TheSameWithAnyThreads_AndIsNotResumedWithout(string change)
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = Changing(Options(2), change) with { CheckpointDirectory = folder.Path };
        string changed = WeightHash.Of(Train(options).Model.Parameters);

        Assert.NotEqual(changed, WeightHash.Of(Train(Options(2)).Model.Parameters));
        Assert.Equal(changed, WeightHash.Of(Train(options with { CheckpointDirectory = null }, threads: 3).Model.Parameters));
        TrainingOptions without = Options(3) with { CheckpointDirectory = folder.Path, Resume = true };
        Assert.Contains(change, Assert.Throws<CheckpointException>(() => Train(without)).Message, StringComparison.Ordinal);
    }

    private static TrainingOptions Changing(TrainingOptions options, string change) => change[0] switch
    {
        'm' => options with { MirrorImages = true },
        's' => options with { ShiftImages = 1 },
        'r' => options with { HideImages = 3 },
        _ => options,
    };

    [Theory]
    [InlineData("mirrored", "mirror")]
    [InlineData("shifted", "shift")]
    [InlineData("rectangle hidden", "hide")]
    public void ChangedImages_OfSamplesThatAreNoImages_AreRefused(string change, string option)
    {
        Model model = new Sequential("line", new SampleShape(16, 1, 2), new Flatten(), new FusedDense(1, wide: true)).Build(1);
        using var context = new ComputeContext(1);
        var trainer = new Trainer(model, Changing(Options(1), change), context);
        TrainingConfigurationException error = Assert.Throws<TrainingConfigurationException>(() => trainer.Run(new LineSource(), new LineSource(), cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(option, error.Option);
        Assert.Contains("[16, 1, 2]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unchanged")]
    [InlineData("mirrored")]
    [InlineData("shifted")]
    [InlineData("rectangle hidden")]
    public void Run_Resumed_EndsWithTheBitsOfTheUninterruptedRun(string images)
    {
        using var whole = new TemporaryFolder();
        using var split = new TemporaryFolder();
        (Model expected, TrainingResult uninterrupted) = Train(Changing(Options(6), images) with { CheckpointDirectory = whole.Path });
        TrainingOptions options = Changing(Options(6), images) with { CheckpointDirectory = split.Path };
        Train(options with { Epochs = 2 });
        Train(options with { Epochs = 3, Resume = true });

        (Model model, TrainingResult resumed) = Train(options with { Resume = true });

        Assert.Equal(3, resumed.ResumedAfterEpoch);
        Assert.Equal(WeightHash.Of(expected.Parameters), WeightHash.Of(model.Parameters));
        Assert.Equal(uninterrupted.History, resumed.History.AsEnumerable());
        Assert.Equal(uninterrupted with { ResumedAfterEpoch = 0, History = [] }, resumed with { ResumedAfterEpoch = 0, History = [] });
        foreach (string file in (string[])[Checkpoint.LastFileName, Checkpoint.BestFileName])
        {
            Assert.Equal(File.ReadAllBytes(whole[file]), File.ReadAllBytes(split[file]));
        }
    }

    [Fact]
    public void Run_CancelledInAnEpoch_LeavesTheLastCompleteCheckpoint()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = Options(4) with { CheckpointDirectory = folder.Path };
        using var cancellation = new CancellationTokenSource();
        var progress = new Listener(news =>
        {
            if (news is BatchProgress { Epoch: 3, Batch: 2 }) cancellation.Cancel();
        });

        Assert.Throws<OperationCanceledException>(() => Train(options, progress, cancellation: cancellation.Token));

        Assert.Equal(2, CheckpointFile.Read(folder[Checkpoint.LastFileName]).EpochsCompleted);
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
        string resumed = WeightHash.Of(Train(options with { Resume = true }).Model.Parameters);
        Assert.Equal(WeightHash.Of(Train(Options(4)).Model.Parameters), resumed);
    }

    [Fact]
    public void Run_EndedInItsFirstEpoch_IsResumedFromItsStart()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[Checkpoint.BestFileName], "of an earlier run");
        TrainingOptions options = Options(2) with { CheckpointDirectory = folder.Path };
        using var cancellation = new CancellationTokenSource();
        var progress = new Listener(_ => cancellation.Cancel());

        Assert.Throws<OperationCanceledException>(() => Train(options, progress, cancellation: cancellation.Token));

        Assert.Equal(0, CheckpointFile.Read(folder[Checkpoint.LastFileName]).EpochsCompleted);
        Assert.False(File.Exists(folder[Checkpoint.BestFileName]));
        Assert.Equal(WeightHash.Of(Train(Options(2)).Model.Parameters), WeightHash.Of(Train(options with { Resume = true }).Model.Parameters));
    }

    [Fact]
    public void EarlyStop_EndsAfterSoManyEpochsWithoutABetterOne_ResumedOrNot()
    {
        using var folder = new TemporaryFolder();
        // The rate is so small that no prediction changes: the first epoch stays the best.
        TrainingOptions options = Options(9) with { LearningRate = 1e-12, EarlyStop = 3, CheckpointDirectory = folder.Path };

        Assert.Equal(4, Train(options).Result.History.Length);
        Assert.Equal(4, Train(options with { Resume = true }).Result.History.Length);
        Assert.Equal(9, Train(options with { EarlyStop = null, CheckpointDirectory = null }).Result.History.Length);
    }

    [Fact]
    public void Metric_DecidesTheBestEpochAndTheSchedule()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = Options(6) with { Metric = TrainingMetric.Loss, CheckpointDirectory = folder.Path };
        TrainingResult result = Train(options).Result;

        double least = result.History.Min(epoch => epoch.ValidationLoss);
        Assert.Equal(result.History.First(epoch => epoch.ValidationLoss == least).Epoch, result.BestEpoch);
        Assert.Equal(-least, result.BestScore);
        Assert.Contains("metric: loss", CheckpointFile.Read(folder[Checkpoint.LastFileName]).Configuration, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => Train(options with { Metric = TrainingMetric.Accuracy, Resume = true }));
        Assert.Throws<TrainingConfigurationException>(() => TrainingMetrics.Parse("f1"));
    }

    [Fact]
    public void TwoRunsSideBySide_LearnTheBitsOfEachAlone()
    {
        TrainingOptions[] options = [Options(3), Options(3) with { Seed = 9, Optimizer = OptimizerKind.Sgd, BatchSize = 20 }];
        string[] alone = [.. options.Select(each => WeightHash.Of(Train(each).Model.Parameters))];
        var together = new string[2];
        Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => together[i] = WeightHash.Of(Train(options[i]).Model.Parameters));

        Assert.Equal(alone, together);
        Assert.NotEqual(alone[0], alone[1]);
    }

    [Fact]
    public void TopFive_CountsLabelsAmongTheFiveLargestLogits()
    {
        var source = new TenClasses();
        Model model = new Sequential("ten", QuadrantSource.Map, new Flatten(), new FusedDense(10, wide: true)).Build(4);
        using var context = new ComputeContext(2);
        EvaluationResult result = Evaluator.Evaluate(model, source, context, cancellation: TestContext.Current.CancellationToken);
        int inFive = 0;
        float[] weights = [.. model.Parameters[0].Value], bias = [.. model.Parameters[1].Value];
        var sample = new sbyte[36];
        for (int i = 0; i < source.Count; i++)
        {
            source.Fill([i], sample);
            double[] logits = [.. Enumerable.Range(0, 10).Select(o => bias[o] + Enumerable.Range(0, 36).Sum(n => (double)weights[o * 36 + n] * sample[n] / 128))];
            if (Enumerable.Range(0, 10).OrderByDescending(c => logits[c]).Take(5).Contains(source.Label(i))) inFive++;
        }

        Assert.InRange(inFive, 1, source.Count - 1);
        Assert.Equal((double)inFive / source.Count, result.TopFive);
    }

    [Fact]
    public void Run_CancelledBeforeItStarts_ReadsNothing()
    {
        var source = new QuadrantSource(40) { OnFill = _ => Assert.Fail("a sample was read") };
        using var context = new ComputeContext(1);

        Assert.Throws<OperationCanceledException>(() => new Trainer(TinyModel.Build(), Options(), context).Run(source, ValidationData, cancellation: new CancellationToken(true)));
    }

    [Fact]
    public void BestCheckpoint_HoldsTheFirstEpochOfTheHighestValidationAccuracy()
    {
        using var folder = new TemporaryFolder();
        (Model model, TrainingResult result) = Train(Options(5) with { CheckpointDirectory = folder.Path });
        Checkpoint best = CheckpointFile.Read(folder[Checkpoint.BestFileName]);
        double highest = result.History.Max(epoch => epoch.ValidationAccuracy);

        Assert.Equal(result.History.First(epoch => epoch.ValidationAccuracy == highest).Epoch, result.BestEpoch);
        Assert.Equal((result.BestEpoch, result.BestEpoch), (best.BestEpoch, best.EpochsCompleted));
        best.ApplyWeights(model);
        Assert.Equal(highest, Evaluate(model).Accuracy);
    }

    /// <summary>A thread that waits for a disk reads whole batches; samples in memory are gathered by blocks of sixteen.</summary>
    [Theory]
    [InlineData(true, 32, 32, 6)]
    [InlineData(false, 16, 16, 16, 16, 6)]
    public void Run_ReadsEverySampleOnceAnEpochAndUsesTheIncompleteBatch(bool waits, params int[] lengths)
    {
        var reads = new List<int[]>();
        var source = new QuadrantSource(70) { Waits = waits, OnFill = indices => { lock (reads) reads.Add(indices); } };
        using var context = new ComputeContext(1);
        Run(new Trainer(TinyModel.Build(), Options(2), context), source);

        Assert.Equal([.. lengths, .. lengths], reads.Select(indices => indices.Length));
        Assert.Equal(Enumerable.Range(0, 70), reads.Take(lengths.Length).SelectMany(indices => indices).Order());
        Assert.Equal(Enumerable.Range(0, 70), reads.Skip(lengths.Length).SelectMany(indices => indices).Order());
        Assert.NotEqual(reads[0], reads[lengths.Length]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_WithASlowSource_LearnsTheSameBits(bool waits)
    {
        var slow = new QuadrantSource(150) { Waits = waits, OnFill = indices => Thread.Sleep(indices[0] % 3) }; // Slow here and there, so that reading falls behind and overtakes.
        using var context = new ComputeContext(2);
        Model model = TinyModel.Build();
        Run(new Trainer(model, Options(2), context), slow);
        Assert.Equal(WeightHash.Of(Train(Options(2)).Model.Parameters), WeightHash.Of(model.Parameters));
    }

    [Fact]
    public void Progress_ReportsEveryBatchAndEpochInOrder()
    {
        var news = new List<TrainingProgress>();
        (_, TrainingResult result) = Train(Options(2), new Listener(news.Add));

        Assert.Equal(12, news.Count);
        Assert.Equal([1, 2, 3, 4, 5], news.Take(5).Select(item => Assert.IsType<BatchProgress>(item).Batch));
        EpochProgress last = Assert.IsType<EpochProgress>(news[^1]);
        Assert.Equal((2, 2, 5), (last.Epoch, last.Epochs, last.Batches));
        Assert.Equal(result.History[1], last.Metrics);
        Assert.Equal(last.Metrics.Loss, Assert.IsType<BatchProgress>(news[^2]).Loss);
        Assert.All(news, item => Assert.True(item.ImagesPerSecond > 0));
    }

    [Fact]
    public void Run_WithALearningRateFarTooHigh_StopsWithATypedError()
    {
        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(
            () => Train(Options() with { LearningRate = 3e38 }));

        Assert.Equal(1, error.Epoch);
        Assert.Contains("Lower the learning rate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAWeightThatIsNotFinite_StopsWithATypedError()
    {
        Model model = TinyModel.Build();
        model.Parameters[^1].Value[0] = float.NaN;
        using var context = new ComputeContext(1);

        Assert.Equal(1, Assert.Throws<TrainingDivergedException>(() => Run(new Trainer(model, Options(), context), TrainingData)).Step);
    }

    [Fact]
    public void Resume_WithOtherSettings_NamesTheFirstDifference()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = Options(1) with { CheckpointDirectory = folder.Path };
        Train(options);

        CheckpointException error = Assert.Throws<CheckpointException>(() => Train(options with { Epochs = 2, Resume = true, BatchSize = 16 }));
        Assert.Contains("\"batch size: 32\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"batch size: 16\"", error.Message, StringComparison.Ordinal);

        // A line that only one of the two has is told as such, whatever follows it.
        error = Assert.Throws<CheckpointException>(() => Train(options with { Epochs = 2, Resume = true, MirrorImages = true }));
        Assert.Contains("it was made without, this run is with \"images: mirrored in half of the epochs\"", error.Message, StringComparison.Ordinal);

        using var context = new ComputeContext(1);
        var trainer = new Trainer(TinyModel.Build(), options with { Resume = true }, context);
        Assert.Contains("training data", Assert.Throws<CheckpointException>(() => Run(trainer, new QuadrantSource(150, offset: 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_WithoutCheckpointOrFolder_IsRefused()
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<CheckpointException>(() => Train(Options() with { CheckpointDirectory = folder.Path, Resume = true }));
        Assert.Throws<TrainingConfigurationException>(() => Train(Options() with { Resume = true }));
    }

    [Fact]
    public void Resume_BeyondTheEpochsAskedFor_IsRefused()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions options = Options(2) with { CheckpointDirectory = folder.Path };
        Train(options);

        Assert.Equal(2, Train(options with { Resume = true }).Result.ResumedAfterEpoch);
        Assert.Throws<CheckpointException>(() => Train(options with { Resume = true, Epochs = 1 }));
    }

    [Fact]
    public void Data_ThatDoesNotFitTheModel_IsRefused()
    {
        using var context = new ComputeContext(1);
        Model other = new Sequential("other", new SampleShape(6, 6, 2), new Flatten(), new FusedDense(4)).Build(0);
        Model fewer = new Sequential("fewer", QuadrantSource.Map, new Flatten(), new FusedDense(3)).Build(0);
        Model map = new Sequential("map", QuadrantSource.Map, new FusedConv2D(4, 3)).Build(0);

        Assert.Contains("[6, 6, 2]", Assert.Throws<TrainingConfigurationException>(() => Run(new Trainer(other, Options(), context), TrainingData)).Message, StringComparison.Ordinal);
        Assert.Contains("3 outputs for 4 classes", Assert.Throws<TrainingConfigurationException>(() => Run(new Trainer(fewer, Options(), context), TrainingData)).Message, StringComparison.Ordinal);
        Assert.Throws<TrainingConfigurationException>(() => Run(new Trainer(map, Options(), context), TrainingData));
        Assert.Throws<TrainingConfigurationException>(() => Run(new Trainer(TinyModel.Build(), Options(), context), new QuadrantSource(0)));
    }

    [Fact]
    public void Options_OutOfRange_NameTheOption()
    {
        Assert.Equal("epochs", Assert.Throws<TrainingConfigurationException>((Options() with { Epochs = 0 }).Validate).Option);
        Assert.Equal("batch_size", Assert.Throws<TrainingConfigurationException>((Options() with { BatchSize = 0 }).Validate).Option);
        Assert.Equal("batch_size", Assert.Throws<TrainingConfigurationException>((Options() with { BatchSize = 65_537 }).Validate).Option);
        Assert.Equal("lr", Assert.Throws<TrainingConfigurationException>((Options() with { LearningRate = double.NaN }).Validate).Option);
        Assert.Equal("lr", Assert.Throws<TrainingConfigurationException>((Options() with { LearningRate = 1e39 }).Validate).Option);
        Assert.Equal("lr", Assert.Throws<TrainingConfigurationException>((Options() with { LearningRate = 0 }).Validate).Option);
        Assert.Equal("input scale", Assert.Throws<TrainingConfigurationException>((Options() with { InputScale = 255 }).Validate).Option);
    }

    private static (Model Model, TrainingResult Result) Train(
        TrainingOptions options, IProgress<TrainingProgress>? progress = null, int threads = 1, CancellationToken? cancellation = null)
    {
        Model model = TinyModel.Build();
        using var context = new ComputeContext(threads);
        return (model, new Trainer(model, options, context).Run(TrainingData, ValidationData, progress, cancellation ?? TestContext.Current.CancellationToken));
    }

    private static TrainingResult Run(Trainer trainer, SampleSource training) =>
        trainer.Run(training, ValidationData, cancellation: TestContext.Current.CancellationToken);

    private static EvaluationResult Evaluate(Model model)
    {
        using var context = new ComputeContext(1);
        return Evaluator.Evaluate(model, ValidationData, context, cancellation: TestContext.Current.CancellationToken);
    }

    private sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value);
    }
}
