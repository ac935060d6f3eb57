// SPDX-License-Identifier: MIT
using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.InteropServices;
using Ai8x.Autograd;
using Ai8x.Bench.Models;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Bench.Measuring;

/// <summary>This engine: the same plan, loader and optimizer as the trainer uses.</summary>
internal sealed class ManagedEngine : IMeasuredEngine
{
    private const ulong Seed = 1;
    private const float Divisor = 128;
    private const double LearningRate = 0.001;
    private readonly BenchmarkModel _model;
    private readonly bool _regularized;
    private readonly SampleSource _source;
    private readonly ComputeContext _context;
    private readonly List<IDisposable> _owned = [];
    private ExecutionPlan? _plan;
    private Adam? _adam;
    private IEnumerator<Batch>? _batches;
    private IReadOnlyList<Parameter> _parameters = [];
    private Batch? _fixedBatch;
    private float[] _logits = [];
    private long _step;

    public ManagedEngine(BenchmarkModel model, SampleSource source, int threads, VectorWidth? width = null, bool regularized = false)
    {
        _model = model;
        _source = source;
        _regularized = regularized;
        _context = new ComputeContext(threads, width);
    }

    public string Name => "Ai8x.Managed";

    public string Version { get; } =
        $"{typeof(ExecutionPlan).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}, {RuntimeInformation.FrameworkDescription}";

    public string Data => _source.Name;

    public void BeginTraining(int batch)
    {
        var recorded = new ModelTape(_model, _regularized);
        var loader = new BatchLoader(_source, batch);
        _plan = Own(new ExecutionPlan(recorded.Tape, recorded.Logits, loader.BatchSize, _context, training: true));
        _parameters = recorded.Tape.Parameters;
        _adam = new Adam(_parameters, _context);
        _batches = Own(Epochs(loader).GetEnumerator());
        _step = 0;
    }

    public double TrainingStep(bool wantLoss)
    {
        _batches!.MoveNext();
        BatchResult result = _plan!.ForwardBackward(_batches.Current, Divisor, Seed, _step++);
        _adam!.Update(LearningRate);
        // The trainer looks at every weight after every step.
        for (int i = 0; i < _parameters.Count; i++)
            if (!TensorPrimitives.IsFiniteAll(_parameters[i].Value)) throw new InvalidOperationException($"a weight of {_parameters[i].Name} is not finite");
        return result.MeanLoss;
    }

    public void BeginInference(int batch)
    {
        var recorded = new ModelTape(_model, regularized: false);
        _plan = Own(new ExecutionPlan(recorded.Tape, recorded.Logits, batch, _context, training: false));
        _plan.FreezeWeights();
        _fixedBatch = new Batch { Count = batch, Samples = new sbyte[batch * _model.Input.Count], Labels = new int[batch], SampleIndices = EpochOrder.InOrder(batch) };
        _source.Fill(_fixedBatch.SampleIndices, _fixedBatch.Samples);
        _logits = new float[batch * _model.Classes];
    }

    public void Infer() => _plan!.Forward(_fixedBatch!, Divisor, _logits);

    public float[] FirstLogits() => _logits[.._model.Classes];

    public void Dispose()
    {
        foreach (IDisposable owned in _owned) owned.Dispose();
        _context.Dispose();
    }

    private IEnumerable<Batch> Epochs(BatchLoader loader)
    {
        for (int epoch = 0; ; epoch++)
        {
            foreach (Batch batch in loader.Batches(EpochOrder.Shuffled(_source.Count, Seed, epoch)))
            {
                // An incomplete batch would make one sample shorter than the others.
                if (batch.Count == loader.BatchSize) yield return batch;
            }
        }
    }

    private T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }
}
