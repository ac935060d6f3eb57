// SPDX-License-Identifier: MIT
using Ai8x.Datasets;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>One training with its model and data at hand: what <c>train</c> and <c>demo</c> have in common.</summary>
internal sealed class ModelTraining : IDisposable
{
    private readonly TrainOptions _options;
    private readonly ModelDefinition _definition;

    public ModelTraining(TrainOptions options, DatasetParts data)
    {
        _options = options;
        Data = data;
        _definition = ModelCatalog.Find(options.Model);
        Context = new ComputeContext(options.Threads);
        Model = _definition.Create().Build(options.Seed);
    }

    public DatasetParts Data { get; }

    public Model Model { get; }

    public ComputeContext Context { get; }

    /// <summary>Trains, keeping checkpoints in the folder, and leaves the weights to export in the model.</summary>
    public TrainingResult Run(string checkpointFolder, bool resume, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var options = new TrainingOptions
        {
            Epochs = _options.Epochs,
            BatchSize = _options.BatchSize,
            LearningRate = _options.LearningRate,
            Optimizer = OptimizerFactory.Parse(_options.Optimizer),
            Schedule = Schedule(),
            Seed = _options.Seed,
            InputScale = _options.InputScale,
            MirrorImages = _options.MirrorImages,
            ShiftImages = _options.ShiftImages,
            HideImages = _options.HideImages,
            Metric = TrainingMetrics.Parse(_options.Metrics),
            EarlyStop = _options.EarlyStop,
            CheckpointDirectory = checkpointFolder,
            Resume = resume,
        };
        TrainingResult result = new Trainer(Model, options, Context).Run(Data.Train, Data.Valid, progress, cancellation);
        if (_options.Export == ExportChoice.Best)
        {
            CheckpointFile.Read(Path.Combine(checkpointFolder, Checkpoint.BestFileName)).ApplyWeights(Model);
        }

        return result;
    }

    private LearningRateSchedule Schedule() => _options.Schedule switch
    {
        ScheduleChoice.Linear => new LinearLearningRate(_options.LearningRate, _options.LearningRate / 100.0, _options.Epochs),
        ScheduleChoice.Constant => new ConstantLearningRate(),
        _ => _definition.Training.Schedule,
    };

    /// <summary>Evaluates the present weights on the test part.</summary>
    public EvaluationResult Evaluate(CancellationToken cancellation) => Evaluator.Evaluate(Model, Data.Test, Context, _options.InputScale, cancellation);

    public void Dispose() => Context.Dispose();
}
