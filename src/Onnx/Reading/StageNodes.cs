// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>Element-wise nodes behind an operator: bias, activation, output scale and clamp.</summary>
internal static class StageNodes
{
    public static void Add(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        if (graph.IsFeature(node.Input(0)) && graph.IsFeature(node.Input(1)))
        {
            JoinNodes.Elementwise(graph, node, ElementwiseKind.Add);
            return;
        }

        node.ExpectAttributes();
        (FeatureTensor data, FloatTensor constant) = DataAndConstant(graph, node);
        LayerDraft draft = GraphContext.Continued(data, node);
        draft.AddBias(BiasOf(graph, data, constant, draft, node), constant.Name, node);
        Define(graph, node, data, draft);
    }

    public static void Activate(GraphContext graph, NodeView node, ActivationKind kind)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes();
        FeatureTensor data = graph.Feature(node.Input(0), node);
        LayerDraft draft = GraphContext.Continued(data, node);
        draft.Advance(LayerStep.Activated, node);
        draft.Activation = kind;
        Define(graph, node, data, draft);
    }

    public static void Mul(GraphContext graph, NodeView node)
    {
        node.ExpectAttributes();
        (FeatureTensor data, FloatTensor constant) = DataAndConstant(graph, node);
        float factor = Single(constant, node);
        int bits = BitConverter.SingleToInt32Bits(factor);
        int shift = (bits >> 23) - 127;
        if ((bits & 0x007f_ffff) != 0 || factor <= 0 || shift is < -31 or > 31)
        {
            throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the output is scaled by {factor}; the chip shifts, so the factor must be a power of two."));
        }

        LayerDraft draft = GraphContext.Continued(data, node);
        draft.Advance(LayerStep.Scaled, node);
        draft.OutputShift = shift;
        Define(graph, node, data, draft);
    }

    public static void Limit(GraphContext graph, NodeView node, bool isMinimum)
    {
        node.ExpectAttributes();
        (FeatureTensor data, FloatTensor constant) = DataAndConstant(graph, node);
        float limit = Single(constant, node);
        Clamp(graph, node, data, isMinimum ? null : limit, isMinimum ? limit : null);
    }

    public static void Clip(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 3);
        node.ExpectAttributes("min", "max");
        float? low = node.InputCount > 1 ? Single(graph.Initializers.Floats(node.Input(1), node), node) : node.Number("min");
        float? high = node.InputCount > 2 ? Single(graph.Initializers.Floats(node.Input(2), node), node) : node.Number("max");
        if (low is null || high is null) throw node.Error("both limits are needed.");
        Clamp(graph, node, graph.Feature(node.Input(0), node), low, high);
    }

    private static void Clamp(GraphContext graph, NodeView node, FeatureTensor data, float? low, float? high)
    {
        LayerDraft draft = GraphContext.Continued(data, node);
        draft.Clamp(low, high, node);
        Define(graph, node, data, draft);
    }

    private static void Define(GraphContext graph, NodeView node, FeatureTensor data, LayerDraft draft) => graph.Define(node, data with { Stage = draft.Stage });

    private static (FeatureTensor Data, FloatTensor Constant) DataAndConstant(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        bool swapped = graph.Initializers.Contains(node.Input(0));
        FeatureTensor data = graph.Feature(node.Input(swapped ? 1 : 0), node);
        string other = node.Input(swapped ? 0 : 1);
        if (graph.IsFeature(other)) throw node.Error("two data tensors are combined; the chip adds and subtracts data, everything else needs a constant.");
        return (data, graph.Initializers.Floats(other, node));
    }

    private static float Single(FloatTensor constant, NodeView node) =>
        constant.Values.Length == 1 ? constant.Values[0] : throw node.Error($"the constant '{constant.Name}' must be one number.");

    /// <summary>A bias has one value for each channel; where it is spread over the data, the axis must be that of the channels.</summary>
    private static ImmutableArray<float> BiasOf(GraphContext graph, FeatureTensor data, FloatTensor constant, LayerDraft draft, NodeView node)
    {
        int channels = draft.Shape.Channels;
        int axis = data.Shape.Length - constant.Shape.Length + Array.FindLastIndex(constant.Shape, length => length != 1);
        bool single = constant.Values.Length == 1 && channels == 1;
        if (!single)
        {
            bool fits = constant.Values.Length == channels && constant.Shape.Contains(channels) && axis >= 1 && axis < data.Shape.Length && data.Shape[axis] == channels;
            graph.Spend(data, node);
            if (!fits || !IsChannelAxis(data, axis, draft.Shape.Pixels))
            {
                throw node.Error(string.Create(CultureInfo.InvariantCulture, $"the bias '{constant.Name}' has the shape [{string.Join(", ", constant.Shape)}]; it must have one value for each of the {channels} channels."));
            }
        }

        return ImmutableArray.Create(constant.Values);
    }

    private static bool IsChannelAxis(FeatureTensor data, int axis, int pixels)
    {
        int inner = 1;
        for (int i = axis + 1; i < data.Shape.Length; i++) inner *= data.Shape[i];
        for (int i = 0; i < data.Count; i++)
        {
            if (i / inner % data.Shape[axis] != data.Feature(i) / pixels) return false;
        }

        return true;
    }
}
