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
        (FeatureTensor data, FloatTensor constant, _) = DataAndConstant(graph, node);
        bool bias = data.Pending is null && data.Producer is { IsJoin: false, IsOpen: true, Bias.IsEmpty: true, Step: LayerStep.Operated, IsClampBegun: false };
        if (!bias || (constant.Values.Length == 1 && data.Producer!.Shape.Channels > 1))
        {
            ScaleNodes.Shift(graph, node, data, constant, 1, 1);
            return;
        }

        LayerDraft draft = GraphContext.Continued(data, node);
        draft.AddBias(BiasOf(graph, data, constant, draft, node), constant.Name, node);
        Define(graph, node, data, draft);
    }

    public static void Sub(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        node.ExpectAttributes();
        if (graph.IsFeature(node.Input(0)) && graph.IsFeature(node.Input(1)))
        {
            JoinNodes.Elementwise(graph, node, ElementwiseKind.Sub);
            return;
        }

        (FeatureTensor data, FloatTensor constant, bool first) = DataAndConstant(graph, node);
        ScaleNodes.Shift(graph, node, data, constant, first ? -1 : 1, first ? 1 : -1);
    }

    public static void Relu(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes();
        graph.Define(node, Rectified(graph, node, graph.Feature(node.Input(0), node), node.Input(0)));
    }

    public static void Abs(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes();
        FeatureTensor data = graph.Feature(node.Input(0), node);
        if (data.Producer is not { IsJoin: false, IsOpen: true } && data.Producer is not { Elementwise: not null, IsComplete: false }) data = OwnLayer.Passing(graph, node, data);
        LayerDraft draft = GraphContext.Continued(data, node);
        draft.Advance(LayerStep.Activated, node);
        draft.Activation = ActivationKind.Abs;
        Define(graph, node, data, draft);
    }

    /// <summary>Multiplies by a constant: a power of two behind the activation is the output shift, everything else goes into weights.</summary>
    public static void Mul(GraphContext graph, NodeView node, bool divides)
    {
        node.ExpectAttributes();
        (FeatureTensor data, FloatTensor constant, bool first) = DataAndConstant(graph, node);
        if (divides && first) throw node.Error("a constant is divided by data; the chip cannot.");
        bool goesOn = graph.Nodes.Readers(node.Output).Any(reader => reader.OpType is "Relu" or "Abs" or "Add" or "Sub" or "Mul" or "Div" or "BatchNormalization");
        bool shifts = data.Pending is null && data.Producer is { IsJoin: false, IsOpen: true, IsClampBegun: false, Step: < LayerStep.Scaled } && !goesOn;
        if (!shifts || constant.Values.Length != 1 || Shift(constant.Values[0], divides) is not { } shift)
        {
            ScaleNodes.Multiply(graph, node, data, constant, divides);
            return;
        }

        LayerDraft draft = GraphContext.Continued(data, node);
        draft.Advance(LayerStep.Scaled, node);
        draft.OutputShift += shift;
        Define(graph, node, data, draft);
    }

    public static void Limit(GraphContext graph, NodeView node, bool isMinimum)
    {
        node.ExpectAttributes();
        (_, FloatTensor constant, bool first) = DataAndConstant(graph, node);
        FeatureTensor data = graph.Feature(node.Input(first ? 1 : 0), node);
        float limit = Single(constant, node);
        Clamp(graph, node, data, node.Input(first ? 1 : 0), isMinimum ? null : limit, isMinimum ? limit : null);
    }

    public static void Clip(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 3);
        node.ExpectAttributes("min", "max");
        float? low = node.InputCount > 1 && node.HasInput(1) ? Single(graph.Initializers.Floats(node.Input(1), node), node) : node.Number("min");
        float? high = node.InputCount > 2 ? Single(graph.Initializers.Floats(node.Input(2), node), node) : node.Number("max");
        if (low is null && high is null) throw node.Error("both limits are missing.");
        Clamp(graph, node, graph.Feature(node.Input(0), node), node.Input(0), low, high);
    }

    /// <summary>A lower limit of zero is the activation ReLU.</summary>
    private static void Clamp(GraphContext graph, NodeView node, FeatureTensor data, string name, float? low, float? high)
    {
        if (low == 0)
        {
            data = Rectified(graph, node, data, name);
            if (high is null && data.Producer is not { IsOpen: true, IsClampedAbove: true })
            {
                graph.Define(node, data);
                return;
            }

            low = -ClampLimits.Narrow;
        }

        LayerDraft draft = GraphContext.Continued(data, node);
        draft.Clamp(low, high, node);
        Define(graph, node, data, draft);
    }

    /// <summary>
    /// The data without negative values: by the activation of the layer in front, also behind its clamp if nothing else reads it, else by a
    /// layer of its own.
    /// </summary>
    private static FeatureTensor Rectified(GraphContext graph, NodeView node, FeatureTensor data, string name)
    {
        bool own = data.Producer is not { IsJoin: false, Operator: not LayerOperator.None } before || (!before.IsOpen && (before.IsRead || graph.Nodes.ReadCount(name) > 1) && !before.IsNotNegative);
        if (own) data = OwnLayer.Passing(graph, node, data);
        LayerDraft draft = GraphContext.Continued(data, node);
        if (draft.Wide) throw node.Error("an activation stands behind a wide layer, whose results of 32 bits end the network.");
        if (draft.IsNotNegative) return data;
        draft.Rectify();
        return data with { Stage = draft.Stage };
    }

    private static int? Shift(float factor, bool divides)
    {
        int bits = BitConverter.SingleToInt32Bits(factor);
        int shift = (bits >> 23) - 127;
        return (bits & 0x007f_ffff) == 0 && factor > 0 && shift is >= -31 and <= 31 ? divides ? -shift : shift : null;
    }

    private static void Define(GraphContext graph, NodeView node, FeatureTensor data, LayerDraft draft) => graph.Define(node, data with { Stage = draft.Stage });

    private static (FeatureTensor Data, FloatTensor Constant, bool ConstantFirst) DataAndConstant(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        bool swapped = graph.Initializers.Contains(node.Input(0));
        FeatureTensor data = graph.ScaledFeature(node.Input(swapped ? 1 : 0), node);
        string other = node.Input(swapped ? 0 : 1);
        if (graph.IsFeature(other)) throw node.Error("two data tensors are combined; the chip adds and subtracts data, everything else needs a constant.");
        return (data, graph.Initializers.Floats(other, node), swapped);
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
