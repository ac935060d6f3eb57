// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>
/// What stands where no layer can take it in becomes a 1x1 convolution of its own, each channel from itself alone. Passing values on
/// unchanged, the weight is one half with an output shift of one, because one itself is no 8-bit weight.
/// </summary>
internal static class OwnLayer
{
    private const float Half = 0.5f;

    /// <summary>Whether what reads a node goes on with activation or clamp, so that no later operator can take its factors in.</summary>
    public static bool Wanted(GraphContext graph, NodeView node) => graph.Nodes.Readers(node.Output).Any(reader => reader.OpType is "Relu" or "Clip" or "Min" or "Max" or "Abs");

    /// <summary>Begins a layer that scales and shifts; its activation and clamp follow.</summary>
    public static void Scaled(GraphContext graph, NodeView node, FeatureTensor data, double[] factors, double[] offsets)
    {
        FeatureTensor map = Map(data);
        FeatureShape shape = OperatorNodes.MapShape(graph, map, node);
        if (PendingScale.ByChannel(map, shape.Channels, factors, offsets) is not { } channels) throw node.Error("factors or offsets differ inside a channel; the chip's bias is one number for each channel.");
        LayerDraft draft = Begin(graph, node, map, shape, Array.ConvertAll(channels.Factors, factor => (float)factor));
        draft.Bias = [.. channels.Offsets.Select(offset => (float)offset)];
        if (draft.Weights.Concat(draft.Bias).Any(value => !float.IsFinite(value))) throw node.Error("the factors are no finite numbers.");
        graph.Rewrites.Add((draft, $"The scaling '{node.Name}' became a 1x1 convolution of its own.", "It stands between a finished layer and an activation; each channel is multiplied by one weight and gets one bias."));
        graph.Define(node, Like(data, draft));
    }

    /// <summary>Begins a layer that passes on what it reads, for an activation that stands alone.</summary>
    /// <returns>The data behind it.</returns>
    public static FeatureTensor Passing(GraphContext graph, NodeView node, FeatureTensor data)
    {
        if (data.Producer is { IsJoin: false, Elementwise: not null, Operator: LayerOperator.None, IsComplete: false, IsClampBegun: false } sum)
        {
            // An element-wise operation and a convolution share a layer where one pass holds all channels.
            if (sum.Pooling is null && data.Shape.Length == 4 && LayerShapes.Passes(sum.Shape.Channels) == 1) return InFlight(graph, node, data, sum);
            sum.EndNarrow();
            FeatureTensor ended = data with { Stage = sum.Stage };
            FeatureTensor passed = Passing(graph, node, ended);
            passed.Producer!.IsNarrowOnly = true;
            return passed;
        }

        FeatureTensor map = Map(data);
        FeatureShape shape = OperatorNodes.MapShape(graph, map, node);
        LayerDraft draft = Begin(graph, node, map, shape, [.. Enumerable.Repeat(Half, shape.Channels)]);
        return Listed(graph, node, draft, data);
    }

    // The sum is clamped to -1..1 in front of the convolution instead of behind the activation, which gives the same.
    private static FeatureTensor InFlight(GraphContext graph, NodeView node, FeatureTensor data, LayerDraft sum)
    {
        OperatorNodes.MapShape(graph, data, node);
        sum.BeginOperator(LayerOperator.Conv2d, node);
        sum.IsNarrowOnly = true;
        graph.SpendParameters(sum.Shape.Channels * sum.Shape.Channels, node);
        sum.Weights = Diagonal([.. Enumerable.Repeat(Half, sum.Shape.Channels)]);
        sum.Binding = LayerBinding.None with { IsComputed = true };
        return Listed(graph, node, sum, data);
    }

    /// <summary>
    /// Without operator the chip pools more than 64 channels only to a single pixel, so such a pooling gets a convolution that passes on, unless
    /// a description wants it otherwise.
    /// </summary>
    public static void CarryPooling(GraphContext graph, LayerDraft draft)
    {
        bool alone = draft is { Operator: LayerOperator.None, Elementwise: null, Pooling: not null } && graph.Planned(draft.Index) is null;
        if (!alone || draft.Shape.Pixels == 1 || LayerShapes.Passes(draft.Shape.Channels) == 1) return;
        int channels = draft.Shape.Channels;
        graph.SpendParameters((long)channels * channels, draft.Node);
        draft.BeginOperator(LayerOperator.Conv2d, draft.Node);
        draft.EndNarrow();
        draft.OutputShift = 1;
        draft.Weights = Diagonal([.. Enumerable.Repeat(Half, channels)]);
        draft.Binding = LayerBinding.None with { IsComputed = true };
        graph.Rewrites.Add((draft, "The pooling got a 1x1 convolution that passes on its input.", "Without operator the chip pools more than 64 channels only to a single pixel; a weight of 1/2 with the output shift 1 gives the same bits."));
    }

    private static FeatureTensor Listed(GraphContext graph, NodeView node, LayerDraft draft, FeatureTensor data)
    {
        draft.OutputShift = 1;
        graph.Rewrites.Add((draft, $"A 1x1 convolution that passes on its input was put in front of '{node.Name}'.", "On the chip an activation needs an operator; a weight of 1/2 with the output shift 1 gives the same bits."));
        return Like(data, draft);
    }

    private static LayerDraft Begin(GraphContext graph, NodeView node, FeatureTensor map, FeatureShape shape, float[] weights)
    {
        graph.SpendParameters((long)weights.Length * weights.Length, node);
        LayerDraft draft = graph.BeginOperator(map, shape, map.OneDimensional ? LayerOperator.Conv1d : LayerOperator.Conv2d, node);
        draft.Weights = Diagonal(weights);
        draft.Binding = LayerBinding.None with { IsComputed = true };
        draft.Shape = shape;
        return draft;
    }

    private static FeatureTensor Map(FeatureTensor data) => data.Shape.Length == 3
        ? data.Reshaped([data.Shape[0], data.Shape[1], 1, data.Shape[2]], oneDimensional: true)
        : data;

    private static FeatureTensor Like(FeatureTensor data, LayerDraft draft) => data with { Producer = draft, Stage = draft.Stage, Order = null };

    private static ImmutableArray<float> Diagonal(float[] values)
    {
        float[] weights = new float[values.Length * values.Length];
        for (int c = 0; c < values.Length; c++) weights[(c * values.Length) + c] = values[c];
        return ImmutableArray.Create(weights);
    }
}
