// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>
/// Nodes that multiply and shift by constants: batch normalisation and what is left of it. Behind an operator they go into its weights and
/// bias; behind a finished layer or the network input into the weights of the layer that reads them, or they become a 1x1 convolution.
/// </summary>
internal static class ScaleNodes
{
    private const float UsualEpsilon = 1e-5f;
    private const int ChannelAxis = 1;

    public static void BatchNormalization(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(5, 5);
        node.ExpectAttributes("epsilon", "momentum", "spatial", "training_mode");
        node.Require("training_mode", 0, "export the model for inference.");
        node.Require("spatial", 1, "statistics for each pixel have no counterpart on the chip.");
        FeatureTensor data = graph.ScaledFeature(node.Input(0), node);
        int channels = data.Shape[ChannelAxis];
        float[][] statistics = [.. Enumerable.Range(1, 4).Select(input => Vector(graph, node, input, channels))];
        double epsilon = node.Number("epsilon") ?? UsualEpsilon;
        double[] factors = new double[channels], offsets = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            double spread = statistics[3][c] + epsilon;
            if (!(spread > 0)) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the variance of channel {c} is {statistics[3][c]}; it must not be negative."));
            factors[c] = statistics[0][c] / Math.Sqrt(spread);
            offsets[c] = statistics[1][c] - (statistics[2][c] * factors[c]);
        }

        Apply(graph, node, data, element => Index(data, ChannelAxis, element), factors, offsets, "The batch normalisation");
    }

    /// <summary>Multiplies by a constant, or divides by one.</summary>
    public static void Multiply(GraphContext graph, NodeView node, FeatureTensor data, FloatTensor constant, bool divides)
    {
        double[] factors = [.. constant.Values.Select(value => divides ? 1.0 / value : value)];
        if (factors.Any(factor => !double.IsFinite(factor))) throw node.Error($"the constant '{constant.Name}' holds a zero; data cannot be divided by it.");
        Apply(graph, node, data, Spread(graph, node, data, constant), factors, new double[factors.Length], "The multiplication");
    }

    /// <summary>Adds a constant, subtracts it, or subtracts the data from it.</summary>
    public static void Shift(GraphContext graph, NodeView node, FeatureTensor data, FloatTensor constant, double dataSign, double constantSign)
    {
        double[] offsets = [.. constant.Values.Select(value => constantSign * value)];
        Apply(graph, node, data, Spread(graph, node, data, constant), [.. offsets.Select(_ => dataSign)], offsets, "The sum with a constant");
    }

    private static void Apply(GraphContext graph, NodeView node, FeatureTensor data, Func<int, int> place, double[] factors, double[] offsets, string what)
    {
        graph.Spend(data, node);
        double[] factor = new double[data.Count], offset = new double[data.Count];
        for (int i = 0; i < factor.Length; i++)
        {
            (int feature, int at) = (data.Feature(i), place(i));
            double before = data.Pending?.Factors[feature] ?? 1, shift = data.Pending?.Offsets[feature] ?? 0;
            (factor[feature], offset[feature]) = (factors[at] * before, (factors[at] * shift) + offsets[at]);
        }

        if (data.Pending is null && data.Producer is { IsJoin: false, IsOpen: true } draft && !EndsBefore(graph, draft, node, factor, offset, ref data)) Inside(graph, node, data, factor, offset, what);
        else if (OwnLayer.Wanted(graph, node)) OwnLayer.Scaled(graph, node, data with { Pending = null }, factor, offset);
        else
        {
            if (data.Producer is { IsJoin: false, Operator: LayerOperator.None, IsComplete: false }) throw node.Error("a sum is scaled in front of its clamp; the chip clamps sums to -1..1 first.");
            graph.Define(node, data with { Pending = new PendingScale(factor, offset, node) });
        }
    }

    // A layer that cannot take the factors in, but needs no clamp, ends in front of them.
    private static bool EndsBefore(GraphContext graph, LayerDraft draft, NodeView node, double[] factor, double[] offset, ref FeatureTensor data)
    {
        GraphContext.Continued(data, node);
        if (draft.IsClampBegun || draft.TakesScale(factor, offset) || !LayerEnd.TryEndNarrow(graph, draft)) return false;
        data = data with { Stage = draft.Stage };
        return true;
    }

    private static void Inside(GraphContext graph, NodeView node, FeatureTensor data, double[] factor, double[] offset, string what)
    {
        LayerDraft draft = GraphContext.Continued(data, node);
        FeatureTensor features = data with { Shape = [1, data.Count], Order = null };
        if (PendingScale.ByChannel(features, draft.Shape.Channels, factor, offset) is not { } channels) throw node.Error("factors or offsets differ inside a channel; the chip's bias is one number for each channel.");
        draft.Scale(channels.Factors, channels.Offsets, node);
        graph.Rewrites.Add((draft, $"{what} '{node.Name}' was folded into weights and bias.", "The chip has no such operation; a factor and an offset behind an operator are its weights and bias."));
        graph.Define(node, data with { Stage = draft.Stage });
    }

    private static float[] Vector(GraphContext graph, NodeView node, int input, int channels)
    {
        FloatTensor vector = graph.Initializers.Floats(node.Input(input), node);
        return vector.Values.Length == channels ? vector.Values : throw node.Error(string.Create(CultureInfo.InvariantCulture, $"'{vector.Name}' has {vector.Values.Length} values for {channels} channels."));
    }

    private static int Index(FeatureTensor data, int axis, int element)
    {
        int inner = 1;
        for (int i = axis + 1; i < data.Shape.Length; i++) inner *= data.Shape[i];
        return element / inner % data.Shape[axis];
    }

    /// <summary>Where the constant's value for an element of the data stands, by the rules of broadcasting.</summary>
    private static Func<int, int> Spread(GraphContext graph, NodeView node, FeatureTensor data, FloatTensor constant)
    {
        if (constant.Values.Length == 1) return _ => 0;
        int missing = data.Shape.Length - constant.Shape.Length;
        bool fits = missing >= 0 && constant.Shape.Index().All(axis => axis.Item == 1 || axis.Item == data.Shape[axis.Index + missing]);
        if (!fits) throw node.Error($"the constant '{constant.Name}' has the shape [{string.Join(", ", constant.Shape)}], which does not fit the data, [{string.Join(", ", data.Shape)}].");
        graph.Spend(data, node);
        int[] places = new int[data.Count];
        for (int i = 0; i < places.Length; i++)
        {
            int rest = i, step = 1;
            for (int axis = data.Shape.Length - 1; axis >= missing; axis--)
            {
                int at = rest % data.Shape[axis], length = constant.Shape[axis - missing];
                rest /= data.Shape[axis];
                if (length > 1) places[i] += at * step;
                step *= length;
            }
        }

        return element => places[element];
    }
}
