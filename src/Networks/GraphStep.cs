// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Networks;

/// <summary>
/// One layer made ready for inference: packed weights, and regions of a worker's memory. The order is that of numerics.md section 12.1: pooling
/// (the average is then clipped to ±1), operator, bias, activation, output scale, clamp.
/// </summary>
internal sealed class GraphStep
{
    private const float Bound = 1f;
    private const float WideBound = 131072f;

    private readonly GraphLayer _layer;
    private readonly VectorWidth _width;
    private readonly FeatureShape _source;
    private readonly FeatureShape _pooled;
    private readonly PoolingShape _window;
    private readonly ConvolutionShape _shape;
    private readonly float[] _packed = [];
    private readonly Activation _activation;

    public GraphStep(GraphLayer layer, FeatureShape source, VectorWidth width)
    {
        _layer = layer;
        _source = source;
        _width = width;
        _pooled = LayerShapes.Pooled(layer.Input, layer.Pooling);
        if (layer.Pooling is { } pooling) _window = new(layer.Input.Channels, layer.Input.Rows, layer.Input.Columns, pooling.Rows, pooling.Columns, pooling.Stride);
        if (layer.Operator == LayerOperator.None) return;
        int outputs = layer.Output.Channels;
        _shape = layer.Operator switch
        {
            LayerOperator.Linear => new(_pooled.Count, outputs, 1, 1, 1, 1, 0, 0),
            LayerOperator.Conv1d => new(_pooled.Channels, outputs, 1, _pooled.Rows, 1, layer.KernelRows, 0, layer.Padding),
            _ => new(_pooled.Channels, outputs, _pooled.Rows, _pooled.Columns, layer.KernelRows, layer.KernelColumns, layer.Padding, layer.Padding),
        };
        _packed = new float[_shape.WeightCount];
        ConvolutionKernel.Pack(width, _shape, layer.Weights.AsSpan(), _packed);
        float bound = layer.Wide ? WideBound : Bound;
        _activation = new Activation(layer.Activation == ActivationKind.Relu, MathF.ScaleB(1f, layer.OutputShift), -bound, bound);
    }

    /// <summary>Values of one image in the output.</summary>
    public int OutputCount => _layer.Output.Count;

    /// <summary>Floats of scratch that the step needs for sixteen images: the reshaped input and the pooled map.</summary>
    public long ScratchCount => (long)(Reshapes ? _source.Count : 0) * LaneLayout.Lanes + (long)(_layer.Pooling is null ? 0 : _pooled.Count) * LaneLayout.Lanes;

    // Where the number of channels stays, the order in memory is the same under both shapes.
    private bool Reshapes => _source != _layer.Input && _source.Channels != _layer.Input.Channels;

    /// <summary>Runs the layer for the images in the first lanes.</summary>
    public void Run(ReadOnlySpan<float> source, int lanes, Span<float> scratch, Span<float> output)
    {
        ReadOnlySpan<float> x = source;
        if (Reshapes)
        {
            LaneLayout.Reshape(source, Sample(_source), scratch, Sample(_layer.Input));
            x = scratch[..(_source.Count * LaneLayout.Lanes)];
            scratch = scratch[(_source.Count * LaneLayout.Lanes)..];
        }
        if (_layer.Pooling is { } pooling)
        {
            Span<float> pooled = _layer.Operator == LayerOperator.None ? output : scratch[..(_pooled.Count * LaneLayout.Lanes)];
            Pool(pooling, x, lanes, pooled);
            x = pooled;
        }
        if (_layer.Operator == LayerOperator.None)
        {
            if (_layer.Pooling is null) x[..(OutputCount * LaneLayout.Lanes)].CopyTo(output);
            return;
        }
        ConvolutionKernel.Forward(_width, _shape, x, _packed, _layer.Bias.IsDefault ? [] : _layer.Bias.AsSpan(), lanes, output);
        ActivationKernel.Forward(_width, _activation, output, OutputCount, lanes, output, []);
    }

    private void Pool(Pooling pooling, ReadOnlySpan<float> x, int lanes, Span<float> pooled)
    {
        if (pooling.Kind == PoolingKind.Max)
        {
            MaximumPoolKernel.Forward(_width, _window, x, lanes, pooled);
            return;
        }
        AveragePoolKernel.Forward(_width, _window, x, lanes, pooled);
        ActivationKernel.Forward(_width, Activation.Identity with { Low = -Bound, High = Bound }, pooled, _pooled.Count, lanes, pooled, []);
    }

    private static SampleShape Sample(FeatureShape shape) => new(shape.Rows, shape.Columns, shape.Channels);
}
