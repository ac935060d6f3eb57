// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>Dense layers, and what all nodes that begin a layer have in common.</summary>
internal static class OperatorNodes
{
    public static void MatMul(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        node.ExpectAttributes();
        Linear(graph, node, transposed: false, 1, 1);
    }

    public static void Gemm(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 3);
        node.ExpectAttributes("alpha", "beta", "transA", "transB");
        node.Require("transA", 0, "only 0 is supported.");
        long turned = node.Integer("transB") ?? 0;
        Linear(graph, node, transposed: turned is 0 or 1 ? turned == 1 : throw node.Error("transB must be 0 or 1."), node.Number("alpha") ?? 1, node.Number("beta") ?? 1);
    }

    private static void Linear(GraphContext graph, NodeView node, bool transposed, float alpha, float beta)
    {
        FeatureTensor tensor = graph.ScaledFeature(node.Input(0), node);
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
        if (alpha != 1 || (beta != 1 && !draft.Bias.IsEmpty))
        {
            draft.ScaleParts(alpha, beta, node);
            graph.Rewrites.Add((draft, string.Create(CultureInfo.InvariantCulture, $"The factors alpha {alpha} and beta {beta} were folded into weights and bias."), "A dense layer of the chip has none."));
        }

        if (tensor.Pending is { } pending) TakeScale(graph, node, draft, pending, pending.Factors, pending.Offsets);
        graph.Define(node, new FeatureTensor(draft, draft.Stage, GraphContext.CheckedShape(node, 1, outputs), null, false));
    }

    /// <summary>Takes factors and offsets in front of an operator into its weights and bias.</summary>
    internal static void TakeScale(GraphContext graph, NodeView node, LayerDraft draft, PendingScale pending, double[] factors, double[] offsets)
    {
        draft.ScaleInputs(factors, offsets, node);
        graph.Rewrites.Add((draft, $"The scaling '{pending.Node.Name}' in front was folded into weights and bias.", "The chip has no such operation; what a layer reads may be multiplied and shifted by its weights and bias."));
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
    internal static void DefineMap(GraphContext graph, NodeView node, LayerDraft draft, FeatureTensor input) => graph.Define(node, Map(node, draft, input));

    /// <summary>The result of a convolution or pooling as a tensor.</summary>
    internal static FeatureTensor Map(NodeView node, LayerDraft draft, FeatureTensor input)
    {
        FeatureShape shape = draft.Shape;
        bool lengthAcross = input.OneDimensional && IsAcross(input);
        ImmutableArray<int> axes = GraphContext.CheckedShape(node, 1, shape.Channels, lengthAcross ? shape.Columns : shape.Rows, lengthAcross ? shape.Rows : shape.Columns);
        return new FeatureTensor(draft, draft.Stage, axes, null, input.OneDimensional);
    }

    /// <summary>Whether one-dimensional data lies along the columns, as its convolutions have it, and not along the rows, as its poolings have it.</summary>
    internal static bool IsAcross(FeatureTensor tensor) => tensor.Shape[2] == 1;

    internal static (long Rows, long Columns) AlongRows(FeatureTensor tensor, long[] pair, NodeView node)
    {
        if (!tensor.OneDimensional) return (pair[0], pair[1]);
        // A single position lies along both axes.
        bool turned = IsAcross(tensor) && (tensor.Shape[3] > 1 || pair[0] == 1);
        (long along, long across) = turned ? (pair[1], pair[0]) : (pair[0], pair[1]);
        return across == 1 || across == along ? (along, 1) : throw node.Error($"[{NodeView.Join(pair)}] reaches across one-dimensional data.");
    }

    internal static long[] Pair(NodeView node, string name, long[]? absent)
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
