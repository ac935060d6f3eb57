// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>Transposed convolutions (numerics.md section 7.3, onnx.md section 6).</summary>
internal static class TransposedNodes
{
    private const int Kernel = 3;
    private const int MostPadding = 2;

    public static void ConvTranspose(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 3);
        node.ExpectAttributes("kernel_shape", "strides", "pads", "auto_pad", "dilations", "group", "output_padding", "output_shape");
        node.Require("dilations", "the chip dilates one-dimensional convolutions only.", 1, 1);
        node.Require("group", 1, "the chip has no grouped convolutions.");
        if (node.Integers("strides") is not [2, 2]) throw node.Error("a transposed convolution on the chip has the strides [2, 2].");
        OperatorNodes.RequireNoAutomaticPadding(node);
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        FeatureShape shape = OperatorNodes.MapShape(graph, tensor, node);
        if (tensor.OneDimensional) throw node.Error("the chip has no one-dimensional transposed convolution.");
        FloatTensor weights = graph.Initializers.Floats(node.Input(1), node);
        if (weights.Shape is not [int inputs, int outputs and > 0, Kernel, Kernel] || inputs != shape.Channels)
        {
            throw node.Error($"the weights '{weights.Name}' have the shape [{string.Join(", ", weights.Shape)}]; they must be [I, O, 3, 3] for {shape.Channels.ToString(CultureInfo.InvariantCulture)} channels.");
        }

        node.Require("kernel_shape", "it differs from the shape of the weights.", Kernel, Kernel);
        int padding = Padding(graph, node, shape);
        var output = new FeatureShape(LayerShapes.TransposedSize(shape.Rows, padding), LayerShapes.TransposedSize(shape.Columns, padding), outputs);
        GraphContext.CheckedShape(node, 1, outputs, output.Rows, output.Columns);
        graph.SpendParameters(weights.Values.Length, node);
        LayerDraft draft = graph.BeginOperator(tensor, shape, LayerOperator.ConvTranspose2d, node);
        (draft.KernelRows, draft.KernelColumns, draft.Padding, draft.Shape) = (Kernel, Kernel, padding, output);
        int[] order = Turned(inputs, outputs);
        float[] turned = new float[order.Length];
        for (int i = 0; i < order.Length; i++) turned[order[i]] = weights.Values[i];
        draft.Weights = ImmutableArray.Create(turned);
        draft.Binding = new LayerBinding(weights.Name, null, order);
        OperatorNodes.TakeBias(graph, node, draft);
        OperatorNodes.DefineMap(graph, node, draft, tensor);
    }

    /// <summary>For each weight of <c>[I, O, 3, 3]</c> its place in <c>[O, I, 3, 3]</c> with kernels turned by half a turn.</summary>
    private static int[] Turned(int inputs, int outputs)
    {
        const int taps = Kernel * Kernel;
        int[] order = new int[inputs * outputs * taps];
        for (int i = 0; i < order.Length; i++)
        {
            int tap = i % taps, output = i / taps % outputs, input = i / taps / outputs;
            order[i] = ((output * inputs) + input) * taps + taps - 1 - tap;
        }

        return order;
    }

    /// <summary>
    /// The chip's padding. Its result loses as many rows in front as behind, where an output padding of 1 adds one row behind. Keras instead
    /// loses none in front and one behind: the same size as padding 1, moved by one pixel.
    /// </summary>
    private static int Padding(GraphContext graph, NodeView node, FeatureShape shape)
    {
        long[] extra = node.Integers("output_padding") ?? [0, 0];
        if (extra.Length != 2 || extra[0] != extra[1] || extra[0] is < 0 or > 1) throw node.Error($"output_padding is [{NodeView.Join(extra)}]; the chip has 1 in both directions.");
        long[] pads = node.Integers("pads") ?? FromOutputShape(node, shape, extra[0]);
        if (pads.Length != 4 || pads[0] != pads[1] || pads[2] != pads[3]) throw node.Error($"pads is [{NodeView.Join(pads)}]; the chip pads rows and columns alike.");
        if (node.Integers("output_shape") is { } size && node.Integers("pads") is not null && !size.AsSpan().SequenceEqual([2L * shape.Rows + 1 - pads[0] - pads[2] + extra[0], 2L * shape.Columns + 1 - pads[0] - pads[2] + extra[0]]))
        {
            throw node.Error("output_shape contradicts pads.");
        }

        (long head, long behind) = (pads[0], pads[2] - extra[0]);
        if (head is >= 0 and <= MostPadding && behind == head - 1) return (int)head;
        if (head != 0 || behind != 1) throw node.Error($"pads [{NodeView.Join(pads)}] with output_padding {extra[0].ToString(CultureInfo.InvariantCulture)} has no counterpart; the chip has pads [P, P, P, P] with output_padding [1, 1], P from 0 to 2.");
        graph.Notices.Add($"{node.Name}: the transposed convolution pads as Keras does; the chip's result with pad 1 has the same size and is moved by one row and one column.");
        return 1;
    }

    private static long[] FromOutputShape(NodeView node, FeatureShape shape, long extra)
    {
        if (node.Integers("output_shape") is not { } size) return [0, 0, 0, 0];
        if (size.Length != 2) throw node.Error($"output_shape is [{NodeView.Join(size)}]; two numbers are needed.");
        long rows = 2L * shape.Rows + 1 + extra - size[0], columns = 2L * shape.Columns + 1 + extra - size[1];
        return rows == columns && rows is >= 0 and <= 8 ? [rows / 2, rows / 2, rows - rows / 2, rows - rows / 2] : throw node.Error($"output_shape is [{NodeView.Join(size)}] for {shape}; the chip doubles rows and columns.");
    }
}
