// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Onnx.Writing;

/// <summary>Order of the axes of data in a model.</summary>
internal enum Layout
{
    /// <summary><c>[N, n]</c>.</summary>
    Vector,

    /// <summary><c>[N, H, W]</c>, only at the input.</summary>
    OneChannel,

    /// <summary><c>[N, L, C]</c>, one-dimensional data.</summary>
    Line,

    /// <summary><c>[N, C, H, W]</c>.</summary>
    ChannelsFirst,

    /// <summary><c>[N, H, W, C]</c>, only at the output.</summary>
    ChannelsLast,
}

/// <summary>A tensor of the model with its layout and its shape as the chip numbers it.</summary>
/// <param name="Tensor">Name of the tensor.</param>
/// <param name="Layout">Order of its axes.</param>
/// <param name="Shape">Its shape.</param>
internal readonly record struct Data(string Tensor, Layout Layout, FeatureShape Shape)
{
    /// <summary>Lengths of the axes without the batch.</summary>
    public IReadOnlyList<int> Axes => Layout switch
    {
        Layout.Vector => [Shape.Count],
        Layout.OneChannel => [Shape.Rows, Shape.Columns],
        Layout.Line => [Shape.Rows, Shape.Channels],
        Layout.ChannelsFirst => [Shape.Channels, Shape.Rows, Shape.Columns],
        _ => [Shape.Rows, Shape.Columns, Shape.Channels],
    };
}

/// <summary>Writes the changes of layout between layers in the patterns of the Keras-style flow (onnx.md section 3).</summary>
internal sealed class DataFlow(NodeList nodes)
{
    /// <summary>Brings data to <c>[N, C, H, W]</c> with the given rows and columns; pixels keep their row-major order inside a channel.</summary>
    public Data ToChannelsFirst(Data data, FeatureShape shape, string layer)
    {
        nodes.Current = data.Tensor;
        if (data.Layout == Layout.OneChannel) AddChannelAxis(data.Shape);
        else if (data.Layout == Layout.Vector) Reshape($"{layer}/Reshape", -1, shape.Channels, shape.Rows, shape.Columns);
        else if (data.Layout == Layout.Line)
        {
            Reshape($"{layer}/Reshape", -1, shape.Rows, shape.Columns, shape.Channels);
            nodes.Chain($"{layer}/channels_first", "Transpose", [], NodeList.Integers("perm", 0, 3, 1, 2));
        }

        bool folded = data.Layout is Layout.OneChannel or Layout.ChannelsFirst && (shape.Rows, shape.Columns) != (data.Shape.Rows, data.Shape.Columns);
        if (folded) Reshape($"{layer}/Reshape", -1, shape.Channels, shape.Rows, shape.Columns);
        return new(nodes.Current, Layout.ChannelsFirst, shape);
    }

    /// <summary>Brings data to <c>[N, L, C]</c>.</summary>
    public Data ToLine(Data data, FeatureShape shape, string layer)
    {
        nodes.Current = data.Tensor;
        if (data.Layout is Layout.Vector or Layout.OneChannel) Reshape($"{layer}/Reshape", -1, shape.Rows, shape.Channels);
        else if (data.Layout == Layout.ChannelsFirst)
        {
            Reshape($"{layer}/Reshape", -1, shape.Channels, shape.Rows);
            nodes.Chain($"{layer}/channels_last", "Transpose", [], NodeList.Integers("perm", 0, 2, 1));
        }

        return new(nodes.Current, Layout.Line, shape);
    }

    /// <summary>Flattens data pixel by pixel, as Keras does.</summary>
    public Data ToVector(Data data, string name)
    {
        nodes.Current = data.Tensor;
        FeatureShape shape = data.Shape;
        if (data.Layout == Layout.Vector) return data;
        if (data.Layout == Layout.ChannelsFirst)
        {
            // With one pixel or one channel the order does not change, and the published exports have a reshape for the transpose.
            if (shape.Pixels == 1 || shape.Channels == 1) Reshape($"{name}/channels_last", -1, shape.Rows, shape.Columns, shape.Channels);
            else nodes.Chain($"{name}/channels_last", "Transpose", [], NodeList.Integers("perm", 0, 2, 3, 1));
        }

        Reshape($"{name}/Reshape", -1, shape.Count);
        return new(nodes.Current, Layout.Vector, shape);
    }

    private void Reshape(string name, params ReadOnlySpan<long> shape) => nodes.Chain(name, "Reshape", [nodes.Longs($"{name}/shape:0", shape)]);

    /// <summary>A Keras reshape that keeps the batch, computed from the input's shape, and the constant change of layout behind it.</summary>
    private void AddChannelAxis(FeatureShape map)
    {
        string axes = nodes.Longs("reshape/axes:0", 0);
        string one = nodes.Int("reshape/channels:0", 1);
        string rows = nodes.Int("reshape/rows:0", map.Rows);
        string columns = nodes.Int("reshape/columns:0", map.Columns);
        string shape = nodes.Side("reshape/Shape", "Shape", [nodes.Current]);
        shape = nodes.Side("reshape/Cast", "Cast", [shape], NodeList.Integer("to", 6));
        shape = nodes.Side("reshape/strided_slice", "Slice", [shape, axes, nodes.Longs("reshape/ends:0", 1), axes]);
        shape = nodes.Side("reshape/Concat", "Concat", [shape, rows, columns, one], NodeList.Integer("axis", 0));
        shape = nodes.Side("reshape/Cast_1", "Cast", [shape], NodeList.Integer("to", 7));
        nodes.Chain("reshape/Reshape", "Reshape", [shape]);
        Reshape("reshape/channels_first", -1, 1, map.Rows, map.Columns);
    }
}
