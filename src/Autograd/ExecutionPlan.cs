// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd;

/// <summary>
/// A tape bound to memory and workers: computes logits, loss and gradients of batches. Memory is allocated by the constructor and
/// the first batches; later ones allocate nothing. Results are the same bits for every number of threads and every vector width.
/// </summary>
/// <remarks>A plan serves one caller at a time. It does not own the context.</remarks>
public sealed class ExecutionPlan : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly (Parameter Weights, float Rate)[] _weightPenalties;
    private readonly ComputeContext _context;
    private readonly PlanBuilder _layout;
    private readonly Func<SinglePlan> _makeSingle;
    private readonly Workspace?[] _workspaces;
    private readonly (Parameter Parameter, int Start, int Length)[] _ranges;
    private readonly bool[] _rangeFinite;
    private readonly BatchRun _run;
    private readonly SampleShape _inputShape;
    private readonly int _maximumBatch;
    private readonly bool _training;
    private readonly Action<int, int> _trainBlock;
    private readonly Action<int, int> _inferBlock;
    private readonly Action<int, int> _sumRange;
    private readonly float[] _logits;
    private readonly Action<int, int> _prepareStep;
    private readonly Func<int, Workspace> _workspaceOf;
    private BlockTree? _gradients;
    private SinglePlan? _single;
    private int _blocks;
    private bool _isFrozen;
    private bool _disposed;

    /// <summary>Plans a network.</summary>
    /// <param name="tape">The recorded network.</param>
    /// <param name="logits">Its output, <c>[1, 1, classes]</c>.</param>
    /// <param name="maximumBatch">Largest number of samples in a batch, at least 1.</param>
    /// <param name="context">Workers and vector width; must outlive the plan.</param>
    /// <param name="training">Whether <see cref="ForwardBackward"/> will be called; a plan without it needs less memory.</param>
    /// <exception cref="ArgumentException">The logits are no vector, or belong to another tape, or the network is too large.</exception>
    public ExecutionPlan(Tape tape, Variable logits, int maximumBatch, ComputeContext context, bool training)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBatch, 1);
        if (logits.Tape != tape) throw new ArgumentException("the logits belong to another tape", nameof(logits));
        if (logits.Shape.Pixels != 1) throw new ArgumentException($"logits are a vector [1, 1, classes], not {logits.Shape}: flatten the map first", nameof(logits));
        if (tape.InputVariable is null) throw new ArgumentException("the tape has no input", nameof(tape));
        _parameters = [.. tape.Parameters];
        _weightPenalties = [.. tape.WeightPenalties];
        _context = context;
        _maximumBatch = maximumBatch;
        _training = training;
        _inputShape = tape.InputVariable.Shape;
        _layout = new PlanBuilder(tape, logits, context.VectorWidth, context.Threads, training);
        _makeSingle = () => new SinglePlan(tape, logits, context);
        _run = new BatchRun(maximumBatch);
        Classes = logits.Shape.Channels;
        int blocks = LaneLayout.Blocks(maximumBatch);
        _logits = new float[checked(maximumBatch * Classes)];
        _workspaces = new Workspace?[context.Threads];
        if (training) _gradients = new BlockTree(_layout.ParameterCount, blocks, context.Threads);
        _ranges = [.. from parameter in _parameters from range in WorkRanges.Of(parameter.Count) select (parameter, range.Start, range.Length)];
        _rangeFinite = new bool[_ranges.Length];
        _trainBlock = TrainBlock;
        _inferBlock = InferBlock;
        _sumRange = SumRange;
        _workspaceOf = WorkspaceOf;
        _prepareStep = (item, _) => _layout.Steps[item % _layout.Steps.Length].Prepare(backward: item >= _layout.Steps.Length);
    }

    /// <summary>Number of classes: the length of the logits.</summary>
    public int Classes { get; }

    /// <summary>
    /// Forward and backward pass. Afterwards each parameter's gradient is that of the mean loss over <see cref="Batch.Count"/> samples:
    /// softmax cross-entropy of the logits plus penalties on activity and weights.
    /// </summary>
    /// <param name="batch">The samples, 1 to the plan's maximum.</param>
    /// <param name="inputDivisor">Divisor of the input bytes, 128 or 256.</param>
    /// <param name="seed">Seed of the run, for dropout.</param>
    /// <param name="step">Training step, at least 0, for dropout.</param>
    /// <returns>Loss and number of correct predictions.</returns>
    /// <exception cref="InvalidOperationException">The plan was not made for training.</exception>
    /// <exception cref="ArgumentException">The batch does not fit the plan.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; gradients are then undefined, values untouched.</exception>
    public BatchResult ForwardBackward(Batch batch, float inputDivisor, ulong seed, long step)
    {
        if (!_training) throw new InvalidOperationException("the plan was made without training: pass training: true to its constructor");
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        Begin(batch, inputDivisor, seed, step);
        // Now, not in a later step: a worker that never had a block of its own may help with another's, and needs a workspace for it.
        if (_layout.SpareCount > 0 && _workspaces[^1] is null)
            for (int worker = 0; worker < _workspaces.Length; worker++) WorkspaceOf(worker);
        _gradients!.Begin(_blocks);
        _context.For(2 * _layout.Steps.Length, _prepareStep);
        _context.For(_blocks, _trainBlock);
        BatchResult result = Summarize(step);
        _context.For(_ranges.Length, _sumRange);
        foreach ((Parameter weights, float rate) in _weightPenalties) PenaltyKernel.AddWeights(2 * rate, weights.Value, weights.Gradient);
        if (_rangeFinite.AsSpan().Contains(false)) ThrowFirstNonFinite(step);
        return result;
    }

    /// <summary>Inference: logits without dropout, and loss and accuracy against the batch's labels.</summary>
    /// <param name="batch">The samples, 1 to the plan's maximum.</param>
    /// <param name="inputDivisor">Divisor of the input bytes, 128 or 256.</param>
    /// <param name="logits">Receives <c>[Count, classes]</c>, row-major.</param>
    /// <returns>Loss and number of correct predictions.</returns>
    /// <exception cref="InvalidOperationException">The plan was made for training.</exception>
    /// <exception cref="ArgumentException">The batch does not fit the plan, or there is too little room for the logits.</exception>
    /// <exception cref="NonFiniteException">A loss is not finite.</exception>
    public BatchResult Forward(Batch batch, float inputDivisor, Span<float> logits)
    {
        if (_training) throw new InvalidOperationException("the plan was made for training: inference needs one with training: false");
        Begin(batch, inputDivisor, 0, 0);
        if (logits.Length < batch.Count * Classes) throw new ArgumentException($"{batch.Count} samples have {batch.Count * Classes} logits, there is room for {logits.Length}", nameof(logits));
        if (batch.Count <= ChannelProgram.MostImages) InferSingly(batch);
        else InferBlocks();
        _logits.AsSpan(0, batch.Count * Classes).CopyTo(logits);
        return Summarize(-1);
    }

    /// <summary>
    /// Takes the weights as they are, for all later calls of <see cref="Forward"/>: it then no longer looks for changes, which takes a tenth of the time of a
    /// single image. Changes of the parameters have no effect until this method is called again.
    /// </summary>
    /// <exception cref="InvalidOperationException">The plan was made for training, which changes the weights.</exception>
    public void FreezeWeights()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_training) throw new InvalidOperationException("the plan was made for training, which changes the weights: freeze those of one with training: false");
        _single ??= _makeSingle();
        _single.Prepare();
        _context.For(_layout.Steps.Length, _prepareStep);
        _isFrozen = true;
    }

    /// <summary>Releases the memory. The context stays.</summary>
    public void Dispose()
    {
        _disposed = true;
        _single = null;
        _gradients = null;
        Array.Clear(_workspaces);
    }

    private void Begin(Batch batch, float inputDivisor, ulong seed, long step)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count < 1 || batch.Count > _maximumBatch) throw new ArgumentException($"the plan takes 1 to {_maximumBatch} samples, not {batch.Count}", nameof(batch));
        if (batch.Samples.Length / _inputShape.Count < batch.Count) throw new ArgumentException($"{batch.Count} samples of {_inputShape} are longer than the {batch.Samples.Length} values given", nameof(batch));
        if (batch.Labels.Length < batch.Count || batch.SampleIndices.Length < batch.Count) throw new ArgumentException($"{batch.Count} samples need as many labels and sample indices", nameof(batch));
        if (!float.IsFinite(inputDivisor) || inputDivisor <= 0) throw new ArgumentException($"the input divisor is finite and above 0, not {inputDivisor}", nameof(inputDivisor));
        for (int i = 0; i < batch.Count; i++)
            if ((uint)batch.Labels[i] >= (uint)Classes) throw new ArgumentException($"label {batch.Labels[i]} of sample {i} is not one of the {Classes} classes", nameof(batch));
        _run.Batch = batch;
        _run.InputDivisor = inputDivisor;
        _run.Seed = seed;
        _run.Step = step;
        _run.Penalties.AsSpan(0, batch.Count).Clear();
        _blocks = LaneLayout.Blocks(batch.Count);
    }

    private Workspace WorkspaceOf(int worker) => _workspaces[worker] ??= new Workspace(_layout.FloatCount, _layout.MaskCount, _context, worker, _layout.SpareCount, _workspaceOf) { Run = _run };

    private Workspace Enter(int block, int worker)
    {
        Workspace workspace = WorkspaceOf(worker);
        workspace.Enter();
        workspace.Moment = Moment.Input;
        workspace.FirstSample = block * LaneLayout.Lanes;
        workspace.Lanes = Math.Min(LaneLayout.Lanes, _run.Batch.Count - workspace.FirstSample);
        _run.Batch.Need(workspace.FirstSample, workspace.Lanes);
        if (_layout.Input is { } input)
            LaneLayout.Scatter(_run.Batch.Samples.AsSpan(workspace.FirstSample * _inputShape.Count), workspace.Lanes, _inputShape, _run.InputDivisor, workspace.Floats(input));
        return workspace;
    }

    private void ForwardBlock(Workspace workspace)
    {
        for (int i = 0; i < _layout.Steps.Length; i++)
        {
            workspace.Moment = Moment.Forward(i);
            _layout.Steps[i].Forward(workspace);
        }

        workspace.Moment = Moment.Loss;
        ReadOnlySpan<float> logits = workspace.Floats(_layout.Logits);
        for (int lane = 0; lane < workspace.Lanes; lane++)
        {
            int sample = workspace.FirstSample + lane;
            (float loss, _run.Ranks[sample]) = SoftmaxCrossEntropy.Forward(logits, Classes, lane, _run.Batch.Labels[sample]);
            _run.Losses[sample] = loss;
        }
    }

    private void InferBlocks()
    {
        if (!_isFrozen) _context.For(_layout.Steps.Length, _prepareStep);
        _context.For(_blocks, _inferBlock);
    }

    private void InferSingly(Batch batch)
    {
        SinglePlan single = _single ??= _makeSingle();
        if (!_isFrozen) single.Prepare();
        batch.Need(0, batch.Count);
        for (int sample = 0; sample < batch.Count; sample++)
        {
            ReadOnlySpan<float> logits = single.Run(batch.Samples.AsSpan(sample * _inputShape.Count, _inputShape.Count), _run.InputDivisor);
            (_run.Losses[sample], _run.Ranks[sample]) = SoftmaxCrossEntropy.Forward(logits, Classes, 0, batch.Labels[sample]);
            _run.Penalties[sample] = single.Penalty;
            LaneLayout.GatherLane(logits, 0, Classes, _logits.AsSpan(sample * Classes, Classes));
        }
    }

    private void InferBlock(int block, int worker)
    {
        Workspace workspace = Enter(block, worker);
        ForwardBlock(workspace);
        ReadOnlySpan<float> logits = workspace.Floats(_layout.Logits);
        for (int lane = 0; lane < workspace.Lanes; lane++)
            LaneLayout.GatherLane(logits, lane, Classes, _logits.AsSpan((workspace.FirstSample + lane) * Classes, Classes));
    }

    private void TrainBlock(int block, int worker)
    {
        Workspace workspace = Enter(block, worker);
        LaneMemory gradients = workspace.ParameterGradients = _gradients!.Take(worker);
        ForwardBlock(workspace);
        ReadOnlySpan<float> logits = workspace.Floats(_layout.Logits);
        Span<float> gradient = workspace.Floats(_layout.LogitsGradient);
        gradient.Clear();
        for (int lane = 0; lane < workspace.Lanes; lane++)
            SoftmaxCrossEntropy.Backward(logits, Classes, lane, _run.Batch.Labels[workspace.FirstSample + lane], _run.Batch.Count, gradient);
        for (int i = _layout.Steps.Length - 1; i >= 0; i--)
        {
            workspace.Moment = Moment.Backward(i);
            _layout.Steps[i].Backward(workspace);
        }

        _gradients!.End(block, gradients, worker);
    }

    private void SumRange(int range, int worker)
    {
        (Parameter parameter, int start, int length) = _ranges[range];
        Span<float> sum = parameter.Gradient.Slice(start, length);
        _gradients!.Sum(_layout.ParameterSlot(parameter).Offset + start, sum);
        _rangeFinite[range] = ElementwiseKernel.AllFinite(sum);
    }

    private BatchResult Summarize(long step)
    {
        double loss = 0;
        double penalty = 0;
        int correct = 0, topFive = 0;
        for (int i = 0; i < _run.Batch.Count; i++)
        {
            loss += _run.Losses[i];
            penalty += _run.Penalties[i];
            if (_run.Ranks[i] == 0) correct++;
            if (_run.Ranks[i] < 5) topFive++;
        }
        // A penalty on weights is the same for every sample; the sums are divided by the number of samples later.
        foreach ((Parameter weights, float rate) in _weightPenalties) penalty += _run.Batch.Count * (rate * PenaltyKernel.SumOfSquares(weights.Value));
        if (!double.IsFinite(loss) || !double.IsFinite(penalty)) throw new NonFiniteException("the loss", null, step);
        return new BatchResult(_run.Batch.Count, loss, correct, penalty) { TopFive = topFive };
    }

    private void ThrowFirstNonFinite(long step)
    {
        foreach (Parameter parameter in _parameters)
            if (!ElementwiseKernel.AllFinite(parameter.Gradient)) throw new NonFiniteException($"the gradient of parameter \"{parameter.Name}\"", parameter.Name, step);
    }
}
