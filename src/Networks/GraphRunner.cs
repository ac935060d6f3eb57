// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Networks;

/// <summary>
/// Float inference of a graph, on the kernels of training: the logits are the bits that the training engine computes forwards with the same weights, for every number of threads and vector width.
/// Dilated convolutions, which nobody trains, have the same order of summation.
/// </summary>
/// <remarks>A runner serves one caller at a time. It does not own the context.</remarks>
public sealed class GraphRunner : IDisposable
{
    private readonly ComputeContext _context;
    private readonly NetworkGraph _graph;
    private readonly SampleShape _input;
    private readonly GraphStep[] _steps;
    private readonly int[] _offsets;
    private readonly PointwiseStack? _stack;
    private readonly int _stacked;
    private readonly bool _scatters;
    private readonly long _floats;
    private readonly int _scratch;
    private readonly LaneMemory?[] _memory;
    private readonly sbyte[] _samples;
    private readonly float[] _logits;
    private readonly Action<int, int> _runBlock;
    private SingleGraph? _single;
    private int _count;
    private float _divisor;
    private bool _disposed;

    /// <summary>Prepares a graph.</summary>
    /// <param name="graph">The network, with weights.</param>
    /// <param name="context">Workers and vector width; must outlive the runner.</param>
    /// <param name="maximumBatch">Largest number of samples of a run, at least 1.</param>
    /// <exception cref="GraphExecutionException">A layer contradicts itself or is not supported.</exception>
    public GraphRunner(NetworkGraph graph, ComputeContext context, int maximumBatch)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBatch, 1);
        if (graph.Layers.IsDefaultOrEmpty) throw new GraphExecutionException(0, graph.Name, "a graph has at least one layer", "it has none", "Make the graph again from the model.");
        _graph = graph;
        _context = context;
        _steps = new GraphStep[graph.Layers.Length];
        _offsets = new int[graph.Layers.Length + 1];
        for (int i = 0; i < _steps.Length; i++) GraphLayerCheck.Check(graph, i);
        _input = new SampleShape(graph.Input.Rows, graph.Input.Columns, graph.Input.Channels);
        long floats = (long)_input.Count * LaneLayout.Lanes, scratch = 0;
        for (int i = 0; i < _steps.Length; i++)
        {
            GraphLayer layer = graph.Layers[i];
            _steps[i] = new GraphStep(layer, [.. layer.Inputs.Select(source => source < 0 ? graph.Input : graph.Layers[source].Output)], context.VectorWidth);
            _offsets[i] = Offset(i, floats);
            floats += (long)_steps[i].OutputCount * LaneLayout.Lanes;
            scratch = Math.Max(scratch, _steps[i].ScratchCount);
        }
        _stacked = FirstPointwiseLayers.Count(graph, context.VectorWidth);
        if (_stacked > 0) _stack = FirstPointwiseLayers.Stack(graph, context.VectorWidth, _stacked);
        scratch = Math.Max(scratch, _stack?.PatchCount ?? 0);
        _scatters = graph.Layers.Skip(_stacked).Any(layer => layer.Inputs.Contains(-1));
        _offsets[^1] = Offset(_steps.Length - 1, floats);
        Offset(_steps.Length - 1, _floats = floats + scratch);
        _scratch = (int)scratch;
        Outputs = _steps[^1].OutputCount;
        _memory = new LaneMemory?[context.Threads];
        _samples = new sbyte[checked(maximumBatch * _input.Count)];
        _logits = new float[checked(maximumBatch * Outputs)];
        MaximumBatch = maximumBatch;
        _runBlock = RunBlock;
    }

    /// <summary>Values of the last layer's output for one sample.</summary>
    public int Outputs { get; }

    /// <summary>Largest number of samples of a run.</summary>
    public int MaximumBatch { get; }

    /// <summary>Runs the network.</summary>
    /// <param name="samples">The samples one after another, each row-major in <c>[H, W, C]</c> order, -128..127.</param>
    /// <param name="count">Number of samples, 1 .. <see cref="MaximumBatch"/>.</param>
    /// <param name="inputDivisor">Divisor of the input bytes, 128 or 256.</param>
    /// <param name="logits">Receives the last layer's output, <see cref="Outputs"/> values for each sample; a map of more than one pixel in <c>[H, W, C]</c> order.</param>
    /// <exception cref="ArgumentException">Count, divisor or a length does not fit.</exception>
    public void Run(ReadOnlySpan<sbyte> samples, int count, float inputDivisor, Span<float> logits)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (count < 1 || count > MaximumBatch) throw new ArgumentException($"the runner takes 1 to {MaximumBatch} samples, not {count}", nameof(count));
        if (samples.Length < count * _input.Count) throw new ArgumentException($"{count} samples of {_input} are longer than the {samples.Length} values given", nameof(samples));
        if (logits.Length < count * Outputs) throw new ArgumentException($"{count} samples have {count * Outputs} outputs, there is room for {logits.Length}", nameof(logits));
        if (!float.IsFinite(inputDivisor) || inputDivisor <= 0) throw new ArgumentException($"the input divisor is finite and above 0, not {inputDivisor}", nameof(inputDivisor));
        if (count <= ChannelProgram.MostImages)
        {
            RunSingly(samples, count, inputDivisor, logits);
            return;
        }

        samples[..(count * _input.Count)].CopyTo(_samples);
        _count = count;
        _divisor = inputDivisor;
        _context.For(LaneLayout.Blocks(count), _runBlock);
        _logits.AsSpan(0, count * Outputs).CopyTo(logits);
    }

    /// <summary>Releases the memory. The context stays.</summary>
    public void Dispose()
    {
        _disposed = true;
        _single = null;
        Array.Clear(_memory);
    }

    private void RunSingly(ReadOnlySpan<sbyte> samples, int count, float divisor, Span<float> logits)
    {
        _single ??= new SingleGraph(_graph, _context);
        for (int i = 0; i < count; i++) _single.Run(samples.Slice(i * _input.Count, _input.Count), divisor, logits.Slice(i * Outputs, Outputs));
    }

    private void RunBlock(int block, int worker)
    {
        LaneMemory memory = _memory[worker] ??= new LaneMemory(_floats);
        int first = block * LaneLayout.Lanes;
        int lanes = Math.Min(LaneLayout.Lanes, _count - first);
        ReadOnlySpan<sbyte> samples = _samples.AsSpan(first * _input.Count);
        Span<float> scratch = memory.Region(_offsets[^1], _scratch);
        if (_scatters) LaneLayout.Scatter(samples, lanes, _input, _divisor, memory.All);
        _stack?.Run(samples, lanes, _divisor, 0, _stack.Blocks, scratch, memory.Region(_offsets[_stacked - 1], _offsets[_stacked] - _offsets[_stacked - 1]));
        Span<int> starts = stackalloc int[GraphLayerCheck.MostInputs];
        for (int i = _stacked; i < _steps.Length; i++)
        {
            ReadOnlySpan<int> inputs = _graph.Layers[i].Inputs.AsSpan();
            Span<int> sources = starts[..inputs.Length];
            for (int k = 0; k < inputs.Length; k++) sources[k] = inputs[k] < 0 ? 0 : _offsets[inputs[k]];
            _steps[i].Run(memory, sources, lanes, scratch, memory.Region(_offsets[i], _offsets[i + 1] - _offsets[i]));
        }
        FeatureShape last = _graph.Layers[^1].Output;
        ReadOnlySpan<float> output = memory.Region(_offsets[_steps.Length - 1], last.Count * LaneLayout.Lanes);
        for (int lane = 0; lane < lanes; lane++) LaneLayout.GatherLane(output, lane, last.Channels, _logits.AsSpan((first + lane) * Outputs, Outputs));
    }

    private int Offset(int layer, long floats)
    {
        if (floats > Array.MaxLength - LaneLayout.Alignment)
            throw new GraphExecutionException(layer, _graph.Layers[layer].Name, "the maps of sixteen images fit into memory", $"they have {floats} values", "Use smaller maps or fewer channels.");
        return (int)floats;
    }
}
