// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Onnx.Writing;

/// <summary>Writes layers as the node patterns of the Keras-style flow (onnx.md section 3), keeping track of the data's layout.</summary>
internal sealed class LayerPatterns
{
    private readonly NodeList _nodes;
    private readonly NetworkGraph _network;
    private Layout _layout;
    private FeatureShape _shape;

    public LayerPatterns(NodeList nodes, NetworkGraph network)
    {
        _nodes = nodes;
        _network = network;
        _shape = network.Input;
        bool isVector = _shape.Pixels == 1 && network.Layers[0] is { Operator: LayerOperator.Linear, Pooling: null };
        _layout = isVector ? Layout.Vector : _shape.Channels == 1 ? Layout.OneChannel : Layout.ChannelsFirst;
        InputShape = AxesOf(_layout);
    }

    private enum Layout
    {
        /// <summary><c>[N, n]</c>.</summary>
        Vector,

        /// <summary><c>[N, H, W]</c>, only at the input.</summary>
        OneChannel,

        /// <summary><c>[N, C, H, W]</c>.</summary>
        ChannelsFirst,

        /// <summary><c>[N, H, W, C]</c>, only at the output.</summary>
        ChannelsLast,
    }

    /// <summary>Axes of the input without the batch.</summary>
    public IReadOnlyList<int> InputShape { get; }

    /// <summary>Axes of the current data without the batch.</summary>
    public IReadOnlyList<int> OutputShape => AxesOf(_layout);

    public void Write(GraphLayer layer)
    {
        if (layer.Pooling is { } pooling) WritePooling(layer.Name, pooling);
        if (layer.Operator == LayerOperator.None) return;
        if (layer.Operator == LayerOperator.Linear) WriteLinear(layer);
        else WriteConvolution(layer);
        _shape = layer.Output;

        if (layer.Activation != ActivationKind.None)
        {
            string activation = layer.Activation == ActivationKind.Relu ? "Relu" : "Abs";
            _nodes.Chain($"{layer.Name}/{activation}", activation, []);
        }

        if (layer.OutputShift != 0) _nodes.Chain($"{layer.Name}/Scale", "Mul", [_nodes.Scalar($"{layer.Name}/Scale/factor:0", PowerOfTwo(layer.OutputShift))]);
        WriteClamp(layer.Name, layer.Wide ? ClampLimits.Wide : ClampLimits.Narrow);
    }

    /// <summary>Gives the result the layout that the Keras-style flow delivers: a vector, or channels last.</summary>
    public void WriteEnd()
    {
        if (_layout != Layout.ChannelsFirst) return;
        if (_shape.Pixels == 1) Flatten("output");
        else
        {
            _nodes.Chain("output/Transpose", "Transpose", [], NodeList.Integers("perm", 0, 2, 3, 1));
            _layout = Layout.ChannelsLast;
        }
    }

    private IReadOnlyList<int> AxesOf(Layout layout) => layout switch
    {
        Layout.Vector => [_shape.Count],
        Layout.OneChannel => [_shape.Rows, _shape.Columns],
        Layout.ChannelsFirst => [_shape.Channels, _shape.Rows, _shape.Columns],
        _ => [_shape.Rows, _shape.Columns, _shape.Channels],
    };

    private void WritePooling(string layer, Pooling pooling)
    {
        ToChannelsFirst(layer);
        bool average = pooling.Kind == PoolingKind.Average;
        _nodes.Chain(average ? $"{layer}/AvgPool" : $"{layer}/MaxPool", average ? "AveragePool" : "MaxPool", [],
            NodeList.Integers("strides", pooling.Stride, pooling.Stride), NodeList.Integers("kernel_shape", pooling.Rows, pooling.Columns));
        _shape = new FeatureShape(((_shape.Rows - pooling.Rows) / pooling.Stride) + 1, ((_shape.Columns - pooling.Columns) / pooling.Stride) + 1, _shape.Channels);
        if (average) WriteClamp($"{layer}/AvgPool", ClampLimits.Narrow);
    }

    private void WriteConvolution(GraphLayer layer)
    {
        ToChannelsFirst(layer.Name);
        string name = $"{layer.Name}/Conv2D";
        string kernel = _nodes.Floats($"{name}/kernel:0", layer.Weights.AsSpan(), layer.Output.Channels, _shape.Channels, layer.KernelRows, layer.KernelColumns);
        string[] parameters = layer.Bias.IsEmpty ? [kernel] : [kernel, _nodes.Floats($"{name}/bias:0", layer.Bias.AsSpan(), layer.Output.Channels)];
        List<Schema.AttributeProto> attributes = [NodeList.Integers("dilations", 1, 1), NodeList.Integers("strides", 1, 1), NodeList.Integers("kernel_shape", layer.KernelRows, layer.KernelColumns)];
        if (layer.Padding > 0)
        {
            attributes.Add(NodeList.Text("auto_pad", "NOTSET"));
            attributes.Add(NodeList.Integers("pads", layer.Padding, layer.Padding, layer.Padding, layer.Padding));
        }

        _nodes.Chain(name, "Conv", parameters, [.. attributes]);
    }

    private void WriteLinear(GraphLayer layer)
    {
        FeatureShape from = _shape;
        if (_layout != Layout.Vector) Flatten($"{layer.Name}/flatten");
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
        if (!layer.Bias.IsEmpty) _nodes.Chain($"{layer.Name}/BiasAdd", "Add", [_nodes.Floats($"{layer.Name}/BiasAdd/bias:0", layer.Bias.AsSpan(), outputs)]);
    }

    private void WriteClamp(string name, float limit)
    {
        _nodes.Chain($"{name}/Minimum", "Min", [_nodes.Scalar($"{name}/Minimum/y:0", limit)]);
        _nodes.Chain($"{name}/Maximum", "Max", [_nodes.Scalar($"{name}/Maximum/y:0", -limit)]);
    }

    private void ToChannelsFirst(string layer)
    {
        if (_layout == Layout.Vector)
        {
            _nodes.Chain($"{layer}/Reshape", "Reshape", [_nodes.Longs($"{layer}/Reshape/shape:0", -1, _shape.Channels, _shape.Rows, _shape.Columns)]);
        }
        else if (_layout == Layout.OneChannel)
        {
            AddChannelAxis();
        }

        _layout = Layout.ChannelsFirst;
    }

    /// <summary>A Keras reshape that keeps the batch, computed from the input's shape, and the constant change of layout behind it.</summary>
    private void AddChannelAxis()
    {
        string axes = _nodes.Longs("reshape/axes:0", 0);
        string one = _nodes.Int("reshape/channels:0", 1);
        string rows = _nodes.Int("reshape/rows:0", _shape.Rows);
        string columns = _nodes.Int("reshape/columns:0", _shape.Columns);
        string shape = _nodes.Side("reshape/Shape", "Shape", [_nodes.Current]);
        shape = _nodes.Side("reshape/Cast", "Cast", [shape], NodeList.Integer("to", 6));
        shape = _nodes.Side("reshape/strided_slice", "Slice", [shape, axes, _nodes.Longs("reshape/ends:0", 1), axes]);
        shape = _nodes.Side("reshape/Concat", "Concat", [shape, rows, columns, one], NodeList.Integer("axis", 0));
        shape = _nodes.Side("reshape/Cast_1", "Cast", [shape], NodeList.Integer("to", 7));
        _nodes.Chain("reshape/Reshape", "Reshape", [shape]);
        _nodes.Chain("reshape/channels_first", "Reshape", [_nodes.Longs("reshape/channels_first/shape:0", -1, 1, _shape.Rows, _shape.Columns)]);
    }

    private void Flatten(string name)
    {
        if (_layout == Layout.ChannelsFirst)
        {
            // With one pixel or one channel the order does not change, and the published exports have a reshape for the transpose.
            if (_shape.Pixels == 1 || _shape.Channels == 1)
            {
                _nodes.Chain($"{name}/channels_last", "Reshape", [_nodes.Longs($"{name}/channels_last/shape:0", -1, _shape.Rows, _shape.Columns, _shape.Channels)]);
            }
            else
            {
                _nodes.Chain($"{name}/channels_last", "Transpose", [], NodeList.Integers("perm", 0, 2, 3, 1));
            }
        }

        _nodes.Chain($"{name}/Reshape", "Reshape", [_nodes.Longs($"{name}/Reshape/shape:0", -1, _shape.Count)]);
        _layout = Layout.Vector;
    }

    /// <summary>Two to a power of -31..31, exactly.</summary>
    private static float PowerOfTwo(int power) => BitConverter.Int32BitsToSingle((power + 127) << 23);
}
