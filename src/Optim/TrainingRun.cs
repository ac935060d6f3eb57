// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Numerics.Tensors;
using Ai8x.Autograd;
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>The state of one call of <see cref="Trainer.Run"/>.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly Model _model;
    private readonly TrainingOptions _options;
    private readonly SampleSource _training;
    private readonly RunCheckpoints? _checkpoints;
    private readonly BatchLoader _loader;
    private readonly int[] _order;
    private readonly ExecutionPlan _plan;
    private readonly Evaluator _evaluator;
    private readonly IOptimizer _optimizer;
    private readonly List<EpochMetrics> _history = [];
    private ScheduleState _schedule;
    private int _bestEpoch;
    private double _bestScore = double.NegativeInfinity;

    public TrainingRun(
        Model model, TrainingOptions options, ComputeContext context, SampleSource training, SampleSource validation, RunCheckpoints? checkpoints)
    {
        _model = model;
        _options = options;
        _training = training;
        _checkpoints = checkpoints;
        _loader = new BatchLoader(training, options.BatchSize, IImageChange.Of(options, training.Shape));
        _order = new int[training.Count];
        _plan = new ExecutionPlan(model.Tape, model.Output, _loader.BatchSize, context, training: true);
        _evaluator = new Evaluator(model, validation, context, options.InputScale);
        _optimizer = OptimizerFactory.Create(options.Optimizer, model.Parameters, context);
        _schedule = options.Schedule.Start(options.LearningRate);
    }

    public TrainingResult Execute(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        int done = _options.Resume ? Restore() : 0;
        // So that a run that is ended in its first epoch can be resumed like any other.
        if (!_options.Resume) _checkpoints?.SaveStart(View(_checkpoints.Configuration));
        for (int epoch = done; epoch < _options.Epochs && !StopsEarly; epoch++) RunEpoch(epoch, progress, cancellation);
        return new TrainingResult([.. _history], _bestEpoch, _bestScore, _optimizer.Steps, done);
    }

    /// <summary>Whether the last epochs brought nothing better. It follows from the history, so a resumed run stops where the uninterrupted one does.</summary>
    private bool StopsEarly => _options.EarlyStop is { } patience && _history.Count - _bestEpoch >= patience;

    public void Dispose()
    {
        _plan.Dispose();
        _evaluator.Dispose();
    }

    private void RunEpoch(int epoch, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        (double loss, double accuracy, double topFive, double imagesPerSecond) = Learn(epoch, progress, cancellation);
        EvaluationResult validation = Validate(epoch, cancellation);
        var metrics = new EpochMetrics(epoch + 1, loss, accuracy, validation.Loss, validation.Accuracy, _schedule.LearningRate)
        {
            TopFive = topFive,
            ValidationTopFive = validation.TopFive,
        };
        double score = _options.Metric.Score(in metrics);
        _history.Add(metrics);
        bool isBest = score > _bestScore;
        if (isBest) (_bestEpoch, _bestScore) = (metrics.Epoch, score);
        _schedule = _options.Schedule.AfterEpoch(_schedule, epoch, score);
        _checkpoints?.Save(View(_checkpoints.Configuration), isBest);
        progress?.Report(new EpochProgress(_options.Epochs, _loader.BatchCount, metrics, isBest, imagesPerSecond));
    }

    private (double Loss, double Accuracy, double TopFive, double ImagesPerSecond) Learn(int epoch, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        double lossSum = 0;
        long correct = 0, topFive = 0, seen = 0;
        int batchNumber = 0;
        cancellation.ThrowIfCancellationRequested();
        EpochOrder.Shuffle(_order, _options.Seed, epoch);
        foreach (Batch batch in _loader.Batches(_order, epoch))
        {
            cancellation.ThrowIfCancellationRequested();
            BatchResult result = Step(epoch, batch);
            lossSum += result.LossSum + result.PenaltySum;
            correct += result.Correct;
            topFive += result.TopFive;
            seen += batch.Count;
            batchNumber++;
            progress?.Report(new BatchProgress(
                epoch + 1, _options.Epochs, batchNumber, _loader.BatchCount, lossSum / seen, (double)correct / seen, _schedule.LearningRate, Rate(seen, clock)));
        }

        return (lossSum / seen, (double)correct / seen, (double)topFive / seen, Rate(seen, clock));
    }

    private BatchResult Step(int epoch, Batch batch)
    {
        long step = _optimizer.Steps;
        try
        {
            BatchResult result = _plan.ForwardBackward(batch, _options.InputScale, _options.Seed, step);
            _optimizer.Update(_schedule.LearningRate);
            foreach (Parameter parameter in _model.Parameters)
            {
                if (!TensorPrimitives.IsFiniteAll(parameter.Value)) throw new TrainingDivergedException(epoch + 1, step + 1, $"a weight of {parameter.Name}");
            }

            return result;
        }
        catch (NonFiniteException error)
        {
            string quantity = error.Parameter is null ? "the loss" : $"the gradient of {error.Parameter}";
            throw new TrainingDivergedException(epoch + 1, step + 1, quantity);
        }
    }

    private EvaluationResult Validate(int epoch, CancellationToken cancellation)
    {
        try
        {
            return _evaluator.Run(cancellation);
        }
        catch (NonFiniteException)
        {
            throw new TrainingDivergedException(epoch + 1, _optimizer.Steps, "the validation loss");
        }
    }

    /// <summary>The state between two epochs, over the memory of model and optimizer: to be written before the next step.</summary>
    private Checkpoint View(string configuration) => new()
    {
        Configuration = configuration,
        Schedule = _schedule,
        History = [.. _history],
        BestEpoch = _bestEpoch,
        BestScore = _bestScore,
        Weights = Checkpoint.View(_model.Parameters),
        Optimizer = _optimizer.State,
    };

    /// <summary>Continues from the last checkpoint.</summary>
    /// <returns>Number of epochs that are done.</returns>
    private int Restore()
    {
        RunCheckpoints checkpoints = _checkpoints ?? throw new InvalidOperationException("a resumed run has a checkpoint folder");
        Checkpoint checkpoint = checkpoints.LoadLast();
        try
        {
            if (checkpoint.Optimizer.Steps != (long)checkpoint.EpochsCompleted * _loader.BatchCount)
            {
                throw new CheckpointException(null, "the number of steps does not follow from the number of epochs; use another checkpoint");
            }

            if (checkpoint.EpochsCompleted > _options.Epochs)
            {
                throw new CheckpointException(null, $"the checkpoint was written after epoch {checkpoint.EpochsCompleted}, but the run has only {_options.Epochs}; ask for more epochs");
            }

            _optimizer.Restore(checkpoint.Optimizer);
            checkpoint.ApplyWeights(_model);
        }
        catch (CheckpointException error) when (error.Path is null)
        {
            throw new CheckpointException(checkpoints.LastPath, error.Problem);
        }

        _schedule = checkpoint.Schedule;
        _history.AddRange(checkpoint.History);
        (_bestEpoch, _bestScore) = (checkpoint.BestEpoch, checkpoint.BestScore);
        return checkpoint.EpochsCompleted;
    }

    private static double Rate(long seen, Stopwatch clock) => seen / Math.Max(clock.Elapsed.TotalSeconds, 1e-9);
}
