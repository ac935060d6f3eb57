// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Networks;

/// <summary>
/// A graph for one image at a time, channels in the lanes: for few images it answers sooner than blocks of sixteen, with the same bits. The order of a
/// layer is that of <see cref="GraphStep"/>.
/// </summary>
internal sealed class SingleGraph
{
    private readonly ChannelProgram _program;
    private readonly VectorWidth _width;
    private readonly ChannelMap[] _outputs;
    private readonly ChannelMap _input;
    private readonly FeatureShape _last;

    /// <summary>Plans a checked graph.</summary>
    public SingleGraph(NetworkGraph graph, ComputeContext context)
    {
        _program = new ChannelProgram(context);
        _width = context.VectorWidth;
        _last = graph.Layers[^1].Output;
        bool channelByChannel = graph.Layers.Where(layer => layer.Inputs.Contains(-1)).All(layer => layer is { Pooling: null, Elementwise: null } && layer.Operator != LayerOperator.None);
        _input = _program.Input(new SampleShape(graph.Input.Rows, graph.Input.Columns, graph.Input.Channels), channelByChannel);
        _outputs = new ChannelMap[graph.Layers.Length];
        for (int i = 0; i < _outputs.Length; i++)
        {
            GraphLayer layer = graph.Layers[i];
            _outputs[i] = Add(layer, [.. layer.Inputs.Select(source => source < 0 ? _input : _outputs[source])]);
        }
    }

    /// <summary>Runs one image.</summary>
    /// <param name="sample">Row-major <c>[H, W, C]</c>.</param>
    /// <param name="divisor">Divisor of its bytes.</param>
    /// <param name="output">The last layer's output in <c>[H, W, C]</c> order.</param>
    public void Run(ReadOnlySpan<sbyte> sample, float divisor, Span<float> output)
    {
        _program.Run(sample, divisor);
        ChannelMap map = _outputs[^1];
        ReadOnlySpan<float> values = _program.Values(map);
        for (int pixel = 0; pixel < map.Pixels; pixel++) values.Slice(pixel * map.Stride, map.Channels).CopyTo(output[(pixel * _last.Channels)..]);
    }

    private ChannelMap Add(GraphLayer layer, ImmutableArray<ChannelMap> sources)
    {
        FeatureShape pooled = LayerShapes.Pooled(layer.Input, layer.Pooling);
        ChannelMap x = layer.Elementwise is { } kind ? Combine(kind, layer, sources) : Joined(layer, sources);
        if (layer.Pooling is { } pooling && (layer.Elementwise is null || !layer.PoolFirst)) x = Pool(pooling, layer.Input, x);
        return layer.Operator == LayerOperator.None ? x : Operate(layer, pooled, x);
    }

    /// <summary>The layer's input as a map of its shape: sources joined by channel, or one in another shape.</summary>
    private ChannelMap Joined(GraphLayer layer, ImmutableArray<ChannelMap> sources)
    {
        FeatureShape shape = layer.Input;
        if (sources.Length == 1 && sources[0].Channels == shape.Channels && (sources[0].Stride == ChannelMap.WideStride(shape.Channels) || layer is { Pooling: null } && layer.Operator != LayerOperator.None)) return sources[0];
        ChannelMap joined = _program.Map(shape.Pixels, shape.Channels);
        int first = 0;
        foreach (ChannelMap source in sources)
        {
            int start = first, channels = source.Channels;
            if (sources.Length > 1) _program.AddMove(source, (channel, pixel) => joined.At(start + channel, pixel));
            else _program.AddMove(source, (channel, pixel) => joined.At((pixel * channels + channel) % shape.Channels, (pixel * channels + channel) / shape.Channels));
            first += channels;
        }

        return joined;
    }

    private ChannelMap Combine(ElementwiseKind kind, GraphLayer layer, ImmutableArray<ChannelMap> sources)
    {
        ImmutableArray<ChannelMap> operands = layer is { PoolFirst: true, Pooling: { } pooling } ? [.. sources.Select(source => Pool(pooling, layer.Input, source))] : sources;
        ChannelMap sum = _program.Map(operands[0].Pixels, operands[0].Channels);
        _program.Add(new ChannelAction(memory =>
        {
            Span<float> total = memory.Region(sum.Offset, sum.Length);
            memory.Region(operands[0].Offset, sum.Length).CopyTo(total);
            for (int i = 1; i < operands.Length; i++) GraphStep.Combine(kind, memory.Region(operands[i].Offset, sum.Length), total);
        }));
        _program.AddActivation(GraphStep.Clip, sum, sum);
        return sum;
    }

    private ChannelMap Pool(Pooling pooling, FeatureShape shape, ChannelMap x)
    {
        FeatureShape pooled = LayerShapes.Pooled(shape, pooling);
        ChannelMap y = _program.Map(pooled.Pixels, pooled.Channels);
        bool average = pooling.Kind == PoolingKind.Average;
        _program.Add(new ChannelPool(_width, new PoolingShape(shape.Channels, shape.Rows, shape.Columns, pooling.Rows, pooling.Columns, pooling.Stride), average, x, y));
        if (average) _program.AddActivation(GraphStep.Clip, y, y);
        return y;
    }

    private ChannelMap Operate(GraphLayer layer, FeatureShape pooled, ChannelMap x)
    {
        if (layer.Operator == LayerOperator.Linear && pooled.Pixels > 1)
        {
            ChannelMap flat = _program.Map(1, pooled.Count);
            int pixels = pooled.Pixels;
            _program.AddMove(x, (channel, pixel) => flat.At(channel * pixels + pixel, 0));
            x = flat;
        }

        ChannelMap y = _program.Map(layer.Output.Pixels, layer.Output.Channels);
        ReadOnlySpan<float> bias = layer.Bias.IsDefaultOrEmpty ? [] : layer.Bias.AsSpan();
        Activation chain = GraphStep.Chain(layer);
        bool absolute = layer.Activation == ActivationKind.Abs;
        ChannelWeightStep step = GraphStep.IsMinimal(layer, pooled)
            ? ChannelFilter.Add(_program, _width, GraphStep.Convolution(layer, pooled), x, y, !bias.IsEmpty, chain, absolute)
            : _program.Add(new ChannelConvolution(_width, x, y, Tiling(layer, pooled, x.Stride, y.Stride), !bias.IsEmpty, chain, absolute));
        step.Update(layer.Weights.AsSpan(), bias);
        return y;
    }

    private static TapTiling Tiling(GraphLayer layer, FeatureShape pooled, int inputStride, int outputStride) => layer.Operator switch
    {
        LayerOperator.ConvTranspose2d => TapGeometry.Tiling(GraphStep.Transposed(layer, pooled), inputStride, outputStride),
        LayerOperator.Conv1d => TapGeometry.Dilated(pooled.Rows, layer.Output.Rows, layer.KernelRows, layer.Padding, layer.Dilation, inputStride, outputStride),
        _ => TapGeometry.Tiling(GraphStep.Convolution(layer, pooled), inputStride, outputStride),
    };
}
