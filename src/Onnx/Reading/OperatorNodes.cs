// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>Nodes that begin a layer: pooling and the operators with weights.</summary>
internal static class OperatorNodes
{
    public static void Pool(GraphContext graph, NodeView node, PoolingKind kind)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes("kernel_shape", "strides", "pads", "auto_pad", "dilations", "ceil_mode", "count_include_pad", "storage_order");
        node.Require("pads", "pooling on the chip has no padding.", 0, 0, 0, 0);
        node.Require("dilations", "pooling on the chip has no dilation.", 1, 1);
        node.Require("ceil_mode", 0, "the chip drops incomplete windows.");
        RequireNoAutomaticPadding(node);
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        FeatureShape shape = MapShape(graph, tensor, node);
        long[] kernel = Pair(node, "kernel_shape", null);
        long[] strides = Pair(node, "strides", [1, 1]);
        (long rows, long columns) = AlongRows(tensor, kernel, node);
        (long stride, long across) = AlongRows(tensor, strides, node);
        if (rows is < 1 or > int.MaxValue || columns is < 1 or > int.MaxValue || stride is < 1 or > int.MaxValue || (across != stride && !tensor.OneDimensional))
        {
            throw node.Error($"the window is [{NodeView.Join(kernel)}] with strides [{NodeView.Join(strides)}]; both must be positive and the strides equal.");
        }

        if (rows > shape.Rows || columns > shape.Columns) throw node.Error($"the window [{NodeView.Join(kernel)}] is larger than the data, {shape}.");
        var pooling = new Pooling(kind, (int)rows, (int)columns, (int)stride);
        LayerDraft draft = graph.BeginPooling(tensor, shape, pooling, node);
        DefineMap(graph, node, draft, tensor);
    }

    public static void Conv(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 3);
        node.ExpectAttributes("kernel_shape", "strides", "pads", "auto_pad", "dilations", "group");
        node.Require("strides", "convolutions on the chip have stride 1.", 1, 1);
        node.Require("group", 1, "the chip has no grouped convolutions.");
        RequireNoAutomaticPadding(node);
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        if (!tensor.OneDimensional) node.Require("dilations", "the chip dilates one-dimensional convolutions only.", 1, 1);
        FeatureShape shape = MapShape(graph, tensor, node);
        FloatTensor weights = graph.Initializers.Floats(node.Input(1), node);
        if (weights.Shape.Length != 4 || weights.Shape.Contains(0)) throw node.Error($"the weights '{weights.Name}' have {weights.Shape.Length} axes; they must have four, [O, I, KH, KW].");
        if (weights.Shape[1] != shape.Channels) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the weights '{weights.Name}' are for {weights.Shape[1]} channels, the data has {shape.Channels}."));
        node.Require("kernel_shape", "it differs from the shape of the weights.", weights.Shape[2], weights.Shape[3]);
        (long rows, long columns) = AlongRows(tensor, [weights.Shape[2], weights.Shape[3]], node);
        int padding = Padding(tensor, node);
        int dilation = Dilation(tensor, node);
        FeatureShape output = ConvolvedShape(shape, (int)rows, (int)columns, padding, tensor.OneDimensional ? dilation : null, weights.Shape[0], node);

        graph.SpendParameters(weights.Values.Length, node);
        LayerDraft draft = graph.BeginOperator(tensor, shape, tensor.OneDimensional ? LayerOperator.Conv1d : LayerOperator.Conv2d, node);
        draft.KernelRows = (int)rows;
        draft.KernelColumns = (int)columns;
        draft.Padding = padding;
        draft.Dilation = dilation;
        draft.Weights = ImmutableArray.Create(weights.Values);
        draft.Binding = new LayerBinding(weights.Name, null, null);
        draft.Shape = output;
        TakeBias(graph, node, draft);
        DefineMap(graph, node, draft, tensor);
    }

    public static void MatMul(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        node.ExpectAttributes();
        Linear(graph, node, transposed: false);
    }

    public static void Gemm(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 3);
        node.ExpectAttributes("alpha", "beta", "transA", "transB");
        node.Require("transA", 0, "only 0 is supported.");
        if (node.Number("alpha") is not (null or 1f) || node.Number("beta") is not (null or 1f)) throw node.Error("alpha and beta must be 1.");
        long turned = node.Integer("transB") ?? 0;
        Linear(graph, node, transposed: turned is 0 or 1 ? turned == 1 : throw node.Error("transB must be 0 or 1."));
    }

    private static void Linear(GraphContext graph, NodeView node, bool transposed)
    {
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        FloatTensor weights = graph.Initializers.Floats(node.Input(1), node);
        if (tensor.Shape.Length != 2) throw node.Error($"the data has the shape [{string.Join(", ", tensor.Shape)}]; a dense layer reads [N, n]: flatten it first.");
        int count = tensor.Shape[1];
        if (weights.Shape.Length != 2 || weights.Shape.Contains(0) || weights.Shape[transposed ? 1 : 0] != count)
        {
            throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the weights '{weights.Name}' have the shape [{string.Join(", ", weights.Shape)}], which does not fit {count} features."));
        }

        int outputs = weights.Shape[transposed ? 0 : 1];
        FeatureShape shape = tensor.Producer?.Shape ?? graph.PlainInput;
        graph.SpendParameters(weights.Values.Length, node);
        LayerDraft draft = graph.BeginOperator(tensor, shape, LayerOperator.Linear, node);
        draft.Flatten = shape.Pixels > 1;

        // The columns go from the order in which the graph flattens to channel-major.
        int[] order = new int[weights.Values.Length];
        float[] turned = new float[weights.Values.Length];
        for (int j = 0, at = 0; j < (transposed ? outputs : count); j++)
        {
            for (int k = 0; k < (transposed ? count : outputs); k++, at++)
            {
                (int output, int feature) = transposed ? (j, k) : (k, j);
                order[at] = (output * count) + tensor.Feature(feature);
                turned[order[at]] = weights.Values[at];
            }
        }

        draft.Weights = ImmutableArray.Create(turned);
        draft.Binding = new LayerBinding(weights.Name, null, order);
        draft.Shape = new FeatureShape(1, 1, outputs);
        TakeBias(graph, node, draft);
        graph.Define(node, new FeatureTensor(draft, draft.Stage, GraphContext.CheckedShape(node, 1, outputs), null, false));
    }

    internal static void TakeBias(GraphContext graph, NodeView node, LayerDraft draft)
    {
        if (node.InputCount < 3) return;
        FloatTensor bias = graph.Initializers.Floats(node.Input(2), node);
        if (bias.Values.Length != draft.Shape.Channels || bias.Shape.Length == 0 || bias.Shape[^1] != draft.Shape.Channels)
        {
            throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the bias '{bias.Name}' has the shape [{string.Join(", ", bias.Shape)}] for {draft.Shape.Channels} outputs."));
        }

        draft.Bias = ImmutableArray.Create(bias.Values);
        draft.Binding = draft.Binding with { Bias = bias.Name };
    }

    /// <summary>The data of a convolution or pooling as the chip numbers it; it must stand in channel-major order.</summary>
    internal static FeatureShape MapShape(GraphContext graph, FeatureTensor tensor, NodeView node)
    {
        if (tensor.Shape.Length != 4) throw node.Error($"the data has the shape [{string.Join(", ", tensor.Shape)}]; it must be [N, C, H, W].");
        (int channels, int rows, int columns) = (tensor.Shape[1], tensor.Shape[2], tensor.Shape[3]);
        if (tensor.OneDimensional && rows > 1 && columns > 1) throw node.Error($"one-dimensional data has the shape [{string.Join(", ", tensor.Shape)}]; one of rows and columns must be 1.");
        FeatureShape shape = tensor.OneDimensional ? new FeatureShape(Math.Max(rows, columns), 1, channels) : new FeatureShape(rows, columns, channels);
        if (tensor.Order is not null) graph.Spend(tensor, node);
        bool inOrder = tensor.IsChannelMajor;
        if (tensor.Producer is null ? !inOrder && !tensor.IsTurnedFromChannelsLast(channels) : !inOrder || channels != tensor.Producer.Shape.Channels)
        {
            throw node.Error("the data was rearranged between two layers in a way that the chip cannot follow; only changes between channels-first and channels-last, and rows joined or split inside a channel, are possible.");
        }

        return shape;
    }

    /// <summary>The result of a convolution or pooling; one-dimensional data keeps its axis of length 1 where it was.</summary>
    internal static void DefineMap(GraphContext graph, NodeView node, LayerDraft draft, FeatureTensor input)
    {
        FeatureShape shape = draft.Shape;
        bool lengthAcross = input.OneDimensional && IsAcross(input);
        ImmutableArray<int> axes = GraphContext.CheckedShape(node, 1, shape.Channels, lengthAcross ? shape.Columns : shape.Rows, lengthAcross ? shape.Rows : shape.Columns);
        graph.Define(node, new FeatureTensor(draft, draft.Stage, axes, null, input.OneDimensional));
    }

    /// <summary>Whether one-dimensional data lies along the columns, as its convolutions have it, and not along the rows, as its poolings have it.</summary>
    private static bool IsAcross(FeatureTensor tensor) => tensor.Shape[2] == 1;

    private static (long Rows, long Columns) AlongRows(FeatureTensor tensor, long[] pair, NodeView node)
    {
        if (!tensor.OneDimensional) return (pair[0], pair[1]);
        // A single position lies along both axes.
        bool turned = IsAcross(tensor) && (tensor.Shape[3] > 1 || pair[0] == 1);
        (long along, long across) = turned ? (pair[1], pair[0]) : (pair[0], pair[1]);
        return across == 1 || across == along ? (along, 1) : throw node.Error($"[{NodeView.Join(pair)}] reaches across one-dimensional data.");
    }

    private static int Padding(FeatureTensor tensor, NodeView node)
    {
        long[] pads = node.Integers("pads") ?? [0, 0, 0, 0];
        if (pads.Length != 4) throw node.Error($"pads is [{NodeView.Join(pads)}]; four numbers are needed.");
        bool across = tensor.OneDimensional && IsAcross(tensor);
        long rows = across ? pads[1] : pads[0];
        long columns = tensor.OneDimensional ? 0 : rows;
        bool even = across
            ? pads[0] == 0 && pads[2] == 0 && pads[3] == rows
            : pads[2] == rows && pads[1] == columns && pads[3] == columns;
        return even && rows is >= 0 and <= 1024 ? (int)rows : throw node.Error($"pads is [{NodeView.Join(pads)}]; the chip pads all sides alike, one-dimensional data at both ends.");
    }

    private static int Dilation(FeatureTensor tensor, NodeView node)
    {
        long[] dilations = Pair(node, "dilations", [1, 1]);
        (long along, _) = tensor.OneDimensional ? AlongRows(tensor, dilations, node) : (1, 1);
        return along is >= 1 and <= 1 << 16 ? (int)along : throw node.Error($"dilations is [{NodeView.Join(dilations)}]; it must be at least 1.");
    }

    // Without a dilation the map is two-dimensional.
    private static FeatureShape ConvolvedShape(FeatureShape input, int rows, int columns, int padding, int? dilation, int channels, NodeView node)
    {
        long height = (long)input.Rows + (2 * padding) - ((rows - 1L) * (dilation ?? 1));
        long width = (long)input.Columns + (dilation is null ? 2 * padding : 0) - columns + 1;
        GraphContext.CheckedShape(node, 1, channels, height, width);
        return new FeatureShape((int)height, (int)width, channels);
    }

    private static long[] Pair(NodeView node, string name, long[]? absent)
    {
        long[] pair = node.Integers(name) ?? absent ?? throw node.Error($"the attribute {name} is missing.");
        return pair.Length == 2 ? pair : throw node.Error($"{name} is [{NodeView.Join(pair)}]; two numbers are needed.");
    }

    internal static void RequireNoAutomaticPadding(NodeView node)
    {
        if (node.Text("auto_pad") is not (null or "" or "NOTSET" or "VALID")) throw node.Error("automatic padding is not supported; the attribute pads must say it.");
        if (node.Text("auto_pad") == "VALID" && (node.Integers("pads") ?? []).Any(pad => pad != 0)) throw node.Error("auto_pad VALID contradicts pads.");
    }
}
