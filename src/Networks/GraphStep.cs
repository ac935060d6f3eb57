// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Networks;

/// <summary>
/// One layer made ready for inference: packed weights, and regions of a worker's memory. The order is that of numerics.md sections 2 and 12.1: joining
/// and pooling (sums and averages are then clipped to ±1), operator, bias, activation, output scale, clamp.
/// </summary>
internal sealed class GraphStep
{
    private const int Lanes = LaneLayout.Lanes;
    private const float Bound = 1f;
    private const float WideBound = 131072f;

    /// <summary>Joined and averaged values are clipped to what a byte holds.</summary>
    internal static readonly Activation Clip = Activation.Identity with { Low = -Bound, High = Bound };

    private readonly GraphLayer _layer;
    private readonly VectorWidth _width;
    private readonly ImmutableArray<FeatureShape> _sources;
    private readonly FeatureShape _pooled;
    private readonly PoolingShape _window;
    private readonly ConvolutionShape _shape;
    private readonly TapConvolution? _listed;
    private readonly PackedConvolution? _convolution;
    private readonly float[] _kernels = [];
    private readonly Activation _activation;

    public GraphStep(GraphLayer layer, ImmutableArray<FeatureShape> sources, VectorWidth width)
    {
        _layer = layer;
        _sources = sources;
        _width = width;
        _pooled = LayerShapes.Pooled(layer.Input, layer.Pooling);
        if (layer.Pooling is { } pooling) _window = new(layer.Input.Channels, layer.Input.Rows, layer.Input.Columns, pooling.Rows, pooling.Columns, pooling.Stride);
        if (layer.Operator == LayerOperator.None) return;
        _activation = Chain(layer);
        TransposedShape transposed = Transposed(layer, _pooled);
        bool transposes = layer.Operator == LayerOperator.ConvTranspose2d;
        // Of a dilated convolution the channels and taps count here.
        _shape = transposes ? TransposedKernel.Kernels(transposed) : Convolution(layer, _pooled);
        if (transposes) _listed = TransposedKernel.Forward(width, transposed);
        else if (layer.Dilation > 1) _listed = Dilated(layer);
        if (_listed is null)
        {
            _convolution = new PackedConvolution(width, _shape);
            _convolution.Pack(layer.Weights.AsSpan());
            return;
        }

        _kernels = new float[_shape.WeightCount];
        ConvolutionKernel.Pack(width, _shape, layer.Weights.AsSpan(), _kernels);
    }

    /// <summary>Values of one image in the output.</summary>
    public int OutputCount => _layer.Output.Count;

    /// <summary>Floats of scratch that the step needs for sixteen images: the joined or reshaped input, an operand, and the pooled map.</summary>
    public long ScratchCount => ((long)_layer.Input.Count + (_layer.Elementwise is null ? 0 : _layer.Input.Count) + _pooled.Count) * Lanes;

    /// <summary>What follows the biased sum: rectifier, output scale and clamp.</summary>
    public static Activation Chain(GraphLayer layer)
    {
        float bound = layer.Wide ? WideBound : Bound;
        return new Activation(layer.Activation == ActivationKind.Relu, MathF.ScaleB(1f, layer.OutputShift), -bound, bound);
    }

    /// <summary>Shape of a convolution, or of a linear layer; of a dilated one only channels, taps and input count.</summary>
    public static ConvolutionShape Convolution(GraphLayer layer, FeatureShape pooled) => layer.Operator switch
    {
        LayerOperator.Linear => new(pooled.Count, layer.Output.Channels, 1, 1, 1, 1, 0, 0),
        LayerOperator.Conv1d => new(pooled.Channels, layer.Output.Channels, 1, pooled.Rows, 1, layer.KernelRows, 0, layer.Padding),
        _ => new(pooled.Channels, layer.Output.Channels, pooled.Rows, pooled.Columns, layer.KernelRows, layer.KernelColumns, layer.Padding, layer.Padding),
    };

    /// <summary>Whether the layer is convolved as <see cref="MinimalFilter"/> says.</summary>
    public static bool IsMinimal(GraphLayer layer, FeatureShape pooled) => layer is { Operator: LayerOperator.Conv2d, Dilation: <= 1 } && MinimalFilter.Takes(Convolution(layer, pooled));

    /// <summary>Shape of a transposed convolution.</summary>
    public static TransposedShape Transposed(GraphLayer layer, FeatureShape pooled) => new(pooled.Channels, layer.Output.Channels, pooled.Rows, pooled.Columns, layer.Padding);

    /// <summary>Joins an operand to what was joined before.</summary>
    public static void Combine(ElementwiseKind kind, ReadOnlySpan<float> operand, Span<float> sum)
    {
        switch (kind)
        {
            case ElementwiseKind.Add: ElementwiseKernel.AddTo(operand, sum); break;
            case ElementwiseKind.Sub: ElementwiseKernel.SubtractFrom(operand, sum); break;
            case ElementwiseKind.Or: BitwiseKernel.Or(sum, operand, sum); break;
            default: BitwiseKernel.Xor(sum, operand, sum); break;
        }
    }

    /// <summary>Runs the layer for the images in the first lanes.</summary>
    /// <param name="memory">The worker's memory.</param>
    /// <param name="sources">First float of each source.</param>
    /// <param name="lanes">Images.</param>
    /// <param name="scratch">At least <see cref="ScratchCount"/> floats.</param>
    /// <param name="output">The layer's result.</param>
    public void Run(LaneMemory memory, ReadOnlySpan<int> sources, int lanes, Span<float> scratch, Span<float> output)
    {
        ReadOnlySpan<float> x = Input(memory, sources, lanes, ref scratch);
        if (_layer.Pooling is { } pooling && (_layer.Elementwise is null || !_layer.PoolFirst))
        {
            Span<float> pooled = scratch[..(_pooled.Count * Lanes)];
            Pool(pooling, x, lanes, pooled);
            x = pooled;
        }

        if (_layer.Operator == LayerOperator.None)
        {
            x[..(OutputCount * Lanes)].CopyTo(output);
            return;
        }

        if (_listed is not null) _listed.Run(x, _kernels, Bias, lanes, output);
        else
        {
            bool fuses = _layer.Activation != ActivationKind.Abs;
            _convolution!.Forward(x, Bias, fuses ? _activation : Activation.Identity, lanes, output, []);
            if (fuses) return;
        }

        if (_layer.Activation == ActivationKind.Abs)
        {
            foreach (ref float value in output[..(OutputCount * Lanes)]) value = MathF.Abs(value);
        }

        ActivationKernel.Forward(_width, _activation, output, OutputCount, lanes, output, []);
    }

    private TapConvolution Dilated(GraphLayer layer) => new(
        _width, _shape, TapGeometry.Dilated(_pooled.Rows, layer.Output.Rows, layer.KernelRows, layer.Padding, layer.Dilation, Lanes, Lanes), _pooled.Pixels, layer.Output.Pixels);

    private ReadOnlySpan<float> Bias => _layer.Bias.IsDefault ? [] : _layer.Bias.AsSpan();

    private ReadOnlySpan<float> Input(LaneMemory memory, ReadOnlySpan<int> sources, int lanes, ref Span<float> scratch)
    {
        if (_layer.Elementwise is { } kind) return Sum(kind, memory, sources, lanes, ref scratch);
        if (sources.Length == 1)
        {
            FeatureShape source = _sources[0];
            ReadOnlySpan<float> x = Source(memory, sources, 0);

            // Where the number of channels stays, the order in memory is the same under both shapes.
            if (source.Channels == _layer.Input.Channels) return x;
            Span<float> reshaped = Take(ref scratch, source.Count);
            LaneLayout.Reshape(x, Sample(source), reshaped, Sample(_layer.Input));
            return reshaped;
        }

        Span<float> joined = Take(ref scratch, _layer.Input.Count);
        for (int i = 0, at = 0; i < sources.Length; at += _sources[i++].Count * Lanes) Source(memory, sources, i).CopyTo(joined[at..]);
        return joined;
    }

    private ReadOnlySpan<float> Sum(ElementwiseKind kind, LaneMemory memory, ReadOnlySpan<int> sources, int lanes, ref Span<float> scratch)
    {
        int count = _layer.PoolFirst ? _pooled.Count : _layer.Input.Count;
        Span<float> sum = Take(ref scratch, count), operand = Take(ref scratch, count);
        Operand(memory, sources, 0, lanes, sum);
        for (int i = 1; i < sources.Length; i++)
        {
            Operand(memory, sources, i, lanes, operand);
            Combine(kind, operand, sum);
        }

        ActivationKernel.Forward(_width, Clip, sum, count, lanes, sum, []);
        return sum;
    }

    private void Operand(LaneMemory memory, ReadOnlySpan<int> sources, int index, int lanes, Span<float> operand)
    {
        if (_layer.Pooling is { } pooling && _layer.PoolFirst) Pool(pooling, Source(memory, sources, index), lanes, operand);
        else Source(memory, sources, index).CopyTo(operand);
    }

    private ReadOnlySpan<float> Source(LaneMemory memory, ReadOnlySpan<int> sources, int index) => memory.Region(sources[index], _sources[index].Count * Lanes);

    private void Pool(Pooling pooling, ReadOnlySpan<float> x, int lanes, Span<float> pooled)
    {
        if (pooling.Kind == PoolingKind.Max)
        {
            MaximumPoolKernel.Forward(_width, _window, x, lanes, pooled);
            return;
        }

        AveragePoolKernel.Forward(_width, _window, x, lanes, pooled);
        ActivationKernel.Forward(_width, Clip, pooled, _pooled.Count, lanes, pooled, []);
    }

    private static Span<float> Take(ref Span<float> scratch, int count)
    {
        Span<float> region = scratch[..(count * Lanes)];
        scratch = scratch[(count * Lanes)..];
        return region;
    }

    private static SampleShape Sample(FeatureShape shape) => new(shape.Rows, shape.Columns, shape.Channels);
}
