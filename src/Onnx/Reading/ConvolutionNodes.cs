// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>Convolutions of one and two dimensions.</summary>
internal static class ConvolutionNodes
{
    private const int LargestLine = 9;

    public static void Conv(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 3);
        node.ExpectAttributes("kernel_shape", "strides", "pads", "auto_pad", "dilations", "group");
        node.Require("strides", "convolutions on the chip have stride 1.", 1, 1);
        FeatureTensor tensor = graph.ScaledFeature(node.Input(0), node);
        if (!tensor.OneDimensional) node.Require("dilations", "the chip dilates one-dimensional convolutions only.", 1, 1);
        FeatureShape shape = OperatorNodes.MapShape(graph, tensor, node);
        FloatTensor stored = Kernel(graph, tensor, node), weights = KernelForms.Ungrouped(graph, stored, shape.Channels, node);
        if (weights.Shape[1] != shape.Channels) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the weights '{weights.Name}' are for {weights.Shape[1]} channels, the data has {shape.Channels}."));
        node.Require("kernel_shape", "it differs from the shape of the weights.", weights.Shape[2], weights.Shape[3]);
        int dilation = Dilation(tensor, node);
        long[] pads = Pads(weights, dilation, node);
        (FloatTensor formed, int padding) = tensor.OneDimensional ? (weights, LinePadding(tensor, pads, node)) : KernelForms.Squared(graph, weights, pads, node);
        (long rows, long columns) = OperatorNodes.AlongRows(tensor, [formed.Shape[2], formed.Shape[3]], node);
        if (tensor.OneDimensional && rows > LargestLine) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the kernel has the length {rows}; the chip has 1 to {LargestLine}. Two convolutions in a row, of the lengths {rows / 2 + 1} and {rows - rows / 2}, reach as far."));
        FeatureShape output = ConvolvedShape(shape, (int)rows, (int)columns, padding, tensor.OneDimensional ? dilation : null, formed.Shape[0], node);

        // New forms of a kernel were counted before they were made.
        if (formed == stored) graph.SpendParameters(formed.Values.Length, node);
        LayerDraft draft = graph.BeginOperator(tensor, shape, tensor.OneDimensional ? LayerOperator.Conv1d : LayerOperator.Conv2d, node);
        (draft.KernelRows, draft.KernelColumns, draft.Padding, draft.Dilation, draft.Shape) = ((int)rows, (int)columns, padding, dilation, output);
        draft.Weights = ImmutableArray.Create(formed.Values);
        draft.Binding = new LayerBinding(weights.Name, null, null) { IsComputed = formed != stored };
        OperatorNodes.TakeBias(graph, node, draft);
        if (weights != stored) graph.Rewrites.Add((draft, string.Create(CultureInfo.InvariantCulture, $"The convolution in {weights.Shape[1] / stored.Shape[1]} groups became a full one with zeros, {weights.Values.Length} weights instead of {stored.Values.Length}."), "The chip's convolutions read all channels; a weight of zero adds nothing."));
        if (formed != weights) graph.Rewrites.Add((draft, string.Create(CultureInfo.InvariantCulture, $"The kernel {weights.Shape[2]}x{weights.Shape[3]} with pads [{NodeView.Join(pads)}] became 3x3 with zeros and pad {padding}."), "The chip has kernels of 1x1 and 3x3 that pad all sides alike; a weight of zero adds nothing."));
        TakePending(graph, node, draft, tensor, pads);
        OperatorNodes.DefineMap(graph, node, draft, tensor);
    }

    private static void TakePending(GraphContext graph, NodeView node, LayerDraft draft, FeatureTensor tensor, long[] pads)
    {
        if (tensor.Pending is not { } pending) return;
        if (pending.ByChannel(tensor, tensor.Shape[1]) is not { } channels) throw node.Error($"the factors of '{pending.Node.Name}' in front differ inside a channel, which no kernel can follow.");
        if (pads.Any(pad => pad != 0) && channels.Offsets.Any(offset => offset != 0))
        {
            throw node.Error($"the scaling '{pending.Node.Name}' in front has offsets and this convolution pads with zeros, which would have to be shifted too; a bias cannot do that. Normalise behind the convolution, or convolve without padding.");
        }

        OperatorNodes.TakeScale(graph, node, draft, pending, channels.Factors, channels.Offsets);
    }

    /// <summary>The weights with four axes; one-dimensional ones have their length where the data has it.</summary>
    private static FloatTensor Kernel(GraphContext graph, FeatureTensor tensor, NodeView node)
    {
        FloatTensor weights = graph.Initializers.Floats(node.Input(1), node);
        if (weights.Shape.Length == 3 && tensor.OneDimensional) weights = weights with { Shape = [weights.Shape[0], weights.Shape[1], 1, weights.Shape[2]] };
        if (weights.Shape.Contains(0)) throw node.Error($"the weights '{weights.Name}' have an axis of length 0.");
        return weights.Shape.Length == 4
            ? weights
            : throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the weights '{weights.Name}' have {weights.Shape.Length} axes; they must have four, [O, I, KH, KW]."));
    }

    private static long[] Pads(FloatTensor weights, int dilation, NodeView node)
    {
        string? automatic = node.Text("auto_pad");
        if (automatic is "SAME_UPPER" or "SAME_LOWER" && node.Integers("pads") is null)
        {
            long rows = (weights.Shape[2] - 1L) * dilation, columns = (weights.Shape[3] - 1L) * dilation;
            (long top, long left) = automatic == "SAME_UPPER" ? (rows / 2, columns / 2) : (rows - (rows / 2), columns - (columns / 2));
            return [top, left, rows - top, columns - left];
        }

        OperatorNodes.RequireNoAutomaticPadding(node);
        long[] pads = node.Integers("pads") ?? [0, 0, 0, 0];
        return pads.Length == 4 ? pads : throw node.Error($"pads is [{NodeView.Join(pads)}]; four numbers are needed.");
    }

    private static int LinePadding(FeatureTensor tensor, long[] pads, NodeView node)
    {
        bool across = OperatorNodes.IsAcross(tensor);
        long rows = across ? pads[1] : pads[0];
        bool even = across ? pads[0] == 0 && pads[2] == 0 && pads[3] == rows : pads[2] == rows && pads[1] == 0 && pads[3] == 0;
        return even && rows is >= 0 and <= 1024 ? (int)rows : throw node.Error($"pads is [{NodeView.Join(pads)}]; the chip pads all sides alike, one-dimensional data at both ends.");
    }

    private static int Dilation(FeatureTensor tensor, NodeView node)
    {
        long[] dilations = OperatorNodes.Pair(node, "dilations", [1, 1]);
        (long along, _) = tensor.OneDimensional ? OperatorNodes.AlongRows(tensor, dilations, node) : (1, 1);
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
}
