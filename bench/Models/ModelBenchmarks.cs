// SPDX-License-Identifier: MIT
using Ai8x.Bench.Measuring;
using Ai8x.Tensors;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench.Models;

/// <summary>Whole models as published, with dropout and activity penalties: a training step with loading and Adam, and inference, over threads and batch sizes.</summary>
public class ModelBenchmarks : IDisposable
{
    private ManagedEngine? _engine;

    public static IEnumerable<string> Names => PublishedModels.All.Select(model => model.Name);

    [ParamsSource(nameof(Names))]
    public string Model { get; set; } = "mnist";

    [Params(1, 2)]
    public int Threads { get; set; } = 2;

    [Params(1, 16, 64, 256)]
    public int Batch { get; set; } = 256;

    /// <summary>Operations of one training step and of one inference.</summary>
    internal (double Train, double Infer) Flops => (PublishedModels.Find(Model).TrainingFlops * Batch, PublishedModels.Find(Model).InferenceFlops * Batch);

    [GlobalSetup(Target = nameof(Train))]
    public void SetupTraining() => Open().BeginTraining(Batch);

    [GlobalSetup(Target = nameof(Infer))]
    public void SetupInference() => Open().BeginInference(Batch);

    [Benchmark]
    public double Train() => _engine!.TrainingStep(wantLoss: true);

    [Benchmark]
    public void Infer() => _engine!.Infer();

    [GlobalCleanup]
    public void Dispose()
    {
        _engine?.Dispose();
        _engine = null;
        GC.SuppressFinalize(this);
    }

    private ManagedEngine Open()
    {
        BenchmarkModel model = PublishedModels.Find(Model);
        SampleSource source = ModelSamples.Training(model);
        return _engine = new ManagedEngine(model, source, Threads, width: null, regularized: true);
    }
}
