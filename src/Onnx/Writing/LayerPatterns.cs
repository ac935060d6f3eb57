// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Onnx.Writing;

/// <summary>Writes layers as the node patterns of the Keras-style flow (onnx.md section 3), keeping track of each result's layout.</summary>
internal sealed class LayerPatterns
{
    private readonly NodeList _nodes;
    private readonly NetworkGraph _network;
    private readonly DataFlow _flow;
    private readonly Data _input;
    private readonly Data[] _results;

    public LayerPatterns(NodeList nodes, NetworkGraph network)
    {
        _nodes = nodes;
        _network = network;
        _flow = new DataFlow(nodes);
        _results = new Data[network.Layers.Length];
        FeatureShape shape = network.Input;
        GraphLayer first = network.Layers.First(layer => layer.Inputs.Contains(-1));
        bool isVector = shape.Pixels == 1 && first is { Operator: LayerOperator.Linear, Pooling: null };
        bool isLine = shape.Columns == 1 && first.Operator == LayerOperator.Conv1d;
        _input = new(nodes.Current, isVector ? Layout.Vector : isLine ? Layout.Line : shape.Channels == 1 ? Layout.OneChannel : Layout.ChannelsFirst, shape);
    }

    /// <summary>Axes of the input without the batch.</summary>
    public IReadOnlyList<int> InputShape => _input.Axes;

    /// <summary>Axes of the output without the batch, once the end is written.</summary>
    public IReadOnlyList<int> OutputShape { get; private set; } = [];

    public void Write(int index)
    {
        GraphLayer layer = _network.Layers[index];
        Data data = Inputs(layer);
        if (layer.Operator != LayerOperator.None)
        {
            data = Operator(layer, data);
            if (layer.Activation != ActivationKind.None)
            {
                string activation = layer.Activation == ActivationKind.Relu ? "Relu" : "Abs";
                _nodes.Chain($"{layer.Name}/{activation}", activation, []);
            }

            if (layer.OutputShift != 0) _nodes.Chain($"{layer.Name}/Scale", "Mul", [_nodes.Scalar($"{layer.Name}/Scale/factor:0", PowerOfTwo(layer.OutputShift))]);
            Clamp(layer.Name, layer.Wide ? ClampLimits.Wide : ClampLimits.Narrow);
        }

        _results[index] = data with { Tensor = _nodes.Current, Shape = layer.Output };
    }

    /// <summary>Gives the result the layout that the Keras-style flow delivers: a vector, or channels last.</summary>
    public void WriteEnd()
    {
        Data last = _results[^1];
        if (last.Layout is Layout.ChannelsFirst or Layout.Line && last.Shape.Pixels == 1) last = _flow.ToVector(last, "output");
        else if (last.Layout == Layout.ChannelsFirst)
        {
            _nodes.Chain("output/Transpose", "Transpose", [], NodeList.Integers("perm", 0, 2, 3, 1));
            last = last with { Layout = Layout.ChannelsLast };
        }

        OutputShape = last.Axes;
    }

    // What the operator reads: the sources joined and pooled. Pooling in front of an element-wise operation is written for each operand.
    private Data Inputs(GraphLayer layer)
    {
        Data[] sources = [.. layer.Inputs.Select(input => input < 0 ? _input : _results[input])];
        Layout layout = LayoutOf(layer, sources);
        if (layer.Elementwise is not ElementwiseKind kind) return Pooled(layer, Joined(layer, sources, layout));
        Data sum = Operand(layer, sources[0], layout);
        foreach (Data source in sources[1..])
        {
            string left = sum.Tensor;
            Data operand = Operand(layer, source, layout);
            bool add = kind == ElementwiseKind.Add;
            sum = operand with { Tensor = _nodes.Current = _nodes.Side(add ? $"{layer.Name}/add" : $"{layer.Name}/sub", add ? "Add" : "Sub", [left, operand.Tensor]) };
        }

        Clamp($"{layer.Name}/join", ClampLimits.Narrow);
        sum = sum with { Tensor = _nodes.Current };
        return layer.PoolFirst ? sum : Pooled(layer, sum);
    }

    private static Layout LayoutOf(GraphLayer layer, Data[] sources)
    {
        if (layer.Operator == LayerOperator.Conv1d) return Layout.Line;
        bool same = sources.All(source => source.Layout == sources[0].Layout);
        if (same && sources[0].Layout == Layout.Line && layer.Operator is LayerOperator.None or LayerOperator.Linear && layer.Input.Columns == 1) return Layout.Line;
        bool plain = layer.Pooling is null && (layer.Operator == LayerOperator.Linear || layer.Elementwise is not null || sources.Length > 1) && layer.Operator is LayerOperator.None or LayerOperator.Linear;
        return same && plain && sources[0].Layout == Layout.Vector ? Layout.Vector : Layout.ChannelsFirst;
    }

    private Data Operand(GraphLayer layer, Data source, Layout layout)
    {
        Data data = Turned(layer, source, layer.Input, layout);
        return layer.PoolFirst ? Pooled(layer, data) : data;
    }

    private Data Joined(GraphLayer layer, Data[] sources, Layout layout)
    {
        // A dense layer without pooling flattens whatever it reads.
        if (sources.Length == 1) return layer is { Operator: LayerOperator.Linear, Pooling: null } ? sources[0] : Turned(layer, sources[0], layer.Input, layout);
        Data[] parts = [.. sources.Select(source => Turned(layer, source, source.Shape, layout))];
        _nodes.Current = _nodes.Side($"{layer.Name}/concat", "Concat", [.. parts.Select(part => part.Tensor)], NodeList.Integer("axis", layout == Layout.Line ? 2 : 1));
        return Turned(layer, new(_nodes.Current, layout, parts[0].Shape with { Channels = parts.Sum(part => part.Shape.Channels) }), layer.Input, layout);
    }

    private Data Turned(GraphLayer layer, Data data, FeatureShape shape, Layout layout)
    {
        _nodes.Current = data.Tensor;
        return layout switch
        {
            Layout.Vector => data,
            Layout.Line => _flow.ToLine(data, shape, layer.Name),
            _ => _flow.ToChannelsFirst(data, shape, layer.Name),
        };
    }

    private Data Pooled(GraphLayer layer, Data data)
    {
        if (layer.Pooling is not { } pooling) return data;
        bool average = pooling.Kind == PoolingKind.Average, line = data.Layout == Layout.Line;
        string name = average ? $"{layer.Name}/AvgPool" : $"{layer.Name}/MaxPool";
        _nodes.Current = data.Tensor;
        if (line)
        {
            _nodes.Chain($"{name}/ExpandDims", "Unsqueeze", [], NodeList.Integers("axes", 2));
            _nodes.Chain($"{name}/channels_first", "Transpose", [], NodeList.Integers("perm", 0, 3, 1, 2));
        }

        _nodes.Chain(name, average ? "AveragePool" : "MaxPool", [],
            NodeList.Integers("strides", pooling.Stride, line ? 1 : pooling.Stride), NodeList.Integers("kernel_shape", pooling.Rows, pooling.Columns));
        if (line)
        {
            _nodes.Chain($"{name}/Squeeze", "Squeeze", [], NodeList.Integers("axes", 3));
            _nodes.Chain($"{name}/channels_last", "Transpose", [], NodeList.Integers("perm", 0, 2, 1));
        }

        if (average) Clamp(name, ClampLimits.Narrow);
        return data with { Tensor = _nodes.Current, Shape = LayerShapes.Pooled(data.Shape, pooling) };
    }

    private Data Operator(GraphLayer layer, Data data)
    {
        _nodes.Current = data.Tensor;
        switch (layer.Operator)
        {
            case LayerOperator.Linear: return Linear(layer, data);
            case LayerOperator.Conv1d: Conv1d(layer, data.Shape); break;
            case LayerOperator.ConvTranspose2d: ConvTranspose(layer, data.Shape); break;
            default: Conv2d(layer, data.Shape); break;
        }

        return data;
    }

    private void Conv2d(GraphLayer layer, FeatureShape from)
    {
        string name = $"{layer.Name}/Conv2D";
        string kernel = _nodes.Floats($"{name}/kernel:0", layer.Weights.AsSpan(), layer.Output.Channels, from.Channels, layer.KernelRows, layer.KernelColumns);
        List<Schema.AttributeProto> attributes = [NodeList.Integers("dilations", 1, 1), NodeList.Integers("strides", 1, 1), NodeList.Integers("kernel_shape", layer.KernelRows, layer.KernelColumns)];
        if (layer.Padding > 0)
        {
            attributes.Add(NodeList.Text("auto_pad", "NOTSET"));
            attributes.Add(NodeList.Integers("pads", layer.Padding, layer.Padding, layer.Padding, layer.Padding));
        }

        _nodes.Chain(name, "Conv", WithBias(layer, name, kernel), [.. attributes]);
    }

    private void Conv1d(GraphLayer layer, FeatureShape from)
    {
        string name = $"{layer.Name}/Conv1D";
        string kernel = _nodes.Floats($"{name}/kernel:0", layer.Weights.AsSpan(), layer.Output.Channels, from.Channels, 1, layer.KernelRows);
        List<Schema.AttributeProto> attributes = [NodeList.Integers("dilations", 1, layer.Dilation), NodeList.Integers("strides", 1, 1), NodeList.Integers("kernel_shape", 1, layer.KernelRows)];
        if (layer.Padding > 0)
        {
            attributes.Add(NodeList.Text("auto_pad", "NOTSET"));
            attributes.Add(NodeList.Integers("pads", 0, layer.Padding, 0, layer.Padding));
        }

        _nodes.Chain($"{name}/ExpandDims", "Unsqueeze", [], NodeList.Integers("axes", 1));
        _nodes.Chain($"{name}/channels_first", "Transpose", [], NodeList.Integers("perm", 0, 3, 1, 2));
        _nodes.Chain(name, "Conv", [kernel], [.. attributes]);
        _nodes.Chain($"{name}/Squeeze", "Squeeze", [], NodeList.Integers("axes", 2));
        _nodes.Chain($"{name}/channels_last", "Transpose", [], NodeList.Integers("perm", 0, 2, 1));
        AddBias(layer);
    }

    // The chip's kernels are turned by half a turn, with the axes of inputs and outputs exchanged.
    private void ConvTranspose(GraphLayer layer, FeatureShape from)
    {
        string name = $"{layer.Name}/conv2d_transpose";
        int outputs = layer.Output.Channels, taps = layer.KernelRows * layer.KernelColumns;
        float[] turned = new float[layer.Weights.Length];
        for (int i = 0; i < turned.Length; i++)
        {
            int tap = i % taps, input = i / taps % from.Channels, output = i / taps / from.Channels;
            turned[((input * outputs) + output) * taps + taps - 1 - tap] = layer.Weights[i];
        }

        string kernel = _nodes.Floats($"{name}/kernel:0", turned, from.Channels, outputs, layer.KernelRows, layer.KernelColumns);
        _nodes.Chain(name, "ConvTranspose", WithBias(layer, name, kernel),
            NodeList.Integers("dilations", 1, 1), NodeList.Integers("strides", 2, 2), NodeList.Integers("kernel_shape", layer.KernelRows, layer.KernelColumns),
            NodeList.Integers("pads", layer.Padding, layer.Padding, layer.Padding, layer.Padding), NodeList.Integers("output_padding", 1, 1));
    }

    private Data Linear(GraphLayer layer, Data data)
    {
        FeatureShape from = data.Shape;
        data = _flow.ToVector(data, $"{layer.Name}/flatten");
        int outputs = layer.Output.Channels;
        float[] turned = new float[layer.Weights.Length];

        // Keras flattens pixel by pixel, the chip channel by channel; and a dense kernel there is [in, out].
        for (int pixel = 0, at = 0; pixel < from.Pixels; pixel++)
        {
            for (int channel = 0; channel < from.Channels; channel++)
            {
                for (int o = 0; o < outputs; o++, at++) turned[at] = layer.Weights[(o * from.Count) + (channel * from.Pixels) + pixel];
            }
        }

        string name = $"{layer.Name}/MatMul";
        _nodes.Chain(name, "MatMul", [_nodes.Floats($"{name}/kernel:0", turned, from.Count, outputs)]);
        AddBias(layer);
        return data;
    }

    private string[] WithBias(GraphLayer layer, string name, string kernel) =>
        layer.Bias.IsEmpty ? [kernel] : [kernel, _nodes.Floats($"{name}/bias:0", layer.Bias.AsSpan(), layer.Output.Channels)];

    private void AddBias(GraphLayer layer)
    {
        if (!layer.Bias.IsEmpty) _nodes.Chain($"{layer.Name}/BiasAdd", "Add", [_nodes.Floats($"{layer.Name}/BiasAdd/bias:0", layer.Bias.AsSpan(), layer.Output.Channels)]);
    }

    private void Clamp(string name, float limit)
    {
        _nodes.Chain($"{name}/Minimum", "Min", [_nodes.Scalar($"{name}/Minimum/y:0", limit)]);
        _nodes.Chain($"{name}/Maximum", "Max", [_nodes.Scalar($"{name}/Maximum/y:0", -limit)]);
    }

    /// <summary>Two to a power of -31..31, exactly.</summary>
    private static float PowerOfTwo(int power) => BitConverter.Int32BitsToSingle((power + 127) << 23);
}
