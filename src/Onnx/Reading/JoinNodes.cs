// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>Nodes that bring the results of several layers together: sums, differences and concatenation.</summary>
internal static class JoinNodes
{
    private const int MostOperands = 16;

    /// <summary>Adds or subtracts two tensors; a chain of such nodes is one layer with more operands.</summary>
    public static void Elementwise(GraphContext graph, NodeView node, ElementwiseKind kind)
    {
        node.ExpectInputs(2, 2);
        node.ExpectAttributes();
        FeatureTensor left = graph.Feature(node.Input(0), node), right = graph.Feature(node.Input(1), node);
        CheckSameOrder(graph, left, right, node);
        if (kind == ElementwiseKind.Add && Chain(right, kind) is not null && Chain(left, kind) is null) (left, right) = (right, left);
        LayerDraft draft = Chain(left, kind) is { } chain ? Extended(graph, chain, right, node) : Begun(graph, left, right, kind, node);
        graph.Define(node, left with { Producer = draft, Stage = draft.Stage });
    }

    /// <summary>Joins data by channel; the layer that reads it has several inputs.</summary>
    public static void Concat(GraphContext graph, NodeView node)
    {
        FeatureTensor[] parts = [.. Enumerable.Range(0, node.InputCount).Select(i => graph.Feature(node.Input(i), node))];
        int rank = parts[0].Shape.Length;
        long axis = node.Integer("axis") ?? throw node.Error("the attribute axis is missing.");
        if (axis < 0) axis += rank;
        bool fits = axis >= 1 && axis < rank && parts.All(p => p.Shape.Length == rank && p.OneDimensional == parts[0].OneDimensional && p.Shape.RemoveAt((int)axis).SequenceEqual(parts[0].Shape.RemoveAt((int)axis)));
        if (!fits) throw node.Error("data is joined along one axis behind the batch, and all other axes are equal.");
        FeatureShape[] shapes = [.. parts.Select(part => ShapeOf(graph, part, node))];
        if (shapes.Any(s => (s.Rows, s.Columns) != (shapes[0].Rows, shapes[0].Columns))) throw node.Error("maps of different rows and columns are joined; the chip joins channels.");
        ImmutableArray<LayerDraft?> inputs = [.. parts.SelectMany((part, i) => part.Producer is { IsJoin: true } join ? join.Inputs : [graph.Read(part, shapes[i], node)])];
        if (inputs.Length > MostOperands) throw node.Error($"more than {MostOperands.ToString(CultureInfo.InvariantCulture)} maps are joined.");
        ImmutableArray<int> joined = parts[0].Shape.SetItem((int)axis, 1);
        joined = GraphContext.CheckedShape(node, [.. joined.SetItem((int)axis, (int)Math.Min(int.MaxValue, parts.Sum(p => (long)p.Shape[(int)axis]))).Select(length => (long)length)]);
        var draft = new LayerDraft(-1, node, inputs, shapes[0] with { Channels = shapes.Sum(s => s.Channels) });
        var tensor = new FeatureTensor(draft, draft.Stage, joined, null, parts[0].OneDimensional);
        graph.Spend(tensor, node);
        graph.Define(node, tensor with { Order = Order(parts, shapes, (int)axis, tensor.Count) });
    }

    // Element by element, where the joined tensor's values stand when the sources' channels follow each other.
    private static int[] Order(FeatureTensor[] parts, FeatureShape[] shapes, int axis, int count)
    {
        int[] order = new int[count];
        int outer = 1;
        for (int i = 0; i < axis; i++) outer *= parts[0].Shape[i];
        int row = count / outer, start = 0, channel = 0;
        for (int p = 0; p < parts.Length; p++)
        {
            int chunk = parts[p].Count / outer;
            for (int i = 0; i < parts[p].Count; i++) order[i / chunk * row + start + i % chunk] = channel + parts[p].Feature(i);
            start += chunk;
            channel += shapes[p].Channels * shapes[p].Pixels;
        }

        return order;
    }

    private static LayerDraft? Chain(FeatureTensor tensor, ElementwiseKind kind) =>
        tensor.Producer is { } producer && producer.Stage == tensor.Stage && producer.TakesOperand(kind) ? producer : null;

    private static LayerDraft Begun(GraphContext graph, FeatureTensor left, FeatureTensor right, ElementwiseKind kind, NodeView node)
    {
        List<LayerDraft> drafts = graph.Drafts;
        LayerDraft draft;
        if (IsPool(graph, left) && IsPool(graph, right) && left.Producer!.Pooling == right.Producer!.Pooling && left.Producer != right.Producer
            && drafts.Count >= 2 && drafts[^2] == left.Producer && drafts[^1] == right.Producer && graph.Planned(drafts.Count - 2) is null or { Elementwise: true })
        {
            // Pooling in front of both operands belongs to the element-wise layer.
            (LayerDraft a, LayerDraft b) = (left.Producer, right.Producer);
            drafts.RemoveRange(drafts.Count - 2, 2);
            draft = graph.Append([a.Inputs[0], b.Inputs[0]], a.InputShape, node);
            (draft.Pooling, draft.Shape) = (a.Pooling, a.Shape);
            a.Withdraw();
            b.Withdraw();
        }
        else
        {
            FeatureShape shape = ShapeOf(graph, left, node);
            if (ShapeOf(graph, right, node) != shape) throw node.Error("the two operands have different shapes.");
            draft = graph.Append([graph.Read(left, shape, node), graph.Read(right, shape, node)], shape, node);
        }

        draft.Elementwise = kind;
        return draft;
    }

    private static LayerDraft Extended(GraphContext graph, LayerDraft chain, FeatureTensor operand, NodeView node)
    {
        if (chain.Inputs.Length == MostOperands) throw node.Error($"an element-wise operation has more than {MostOperands.ToString(CultureInfo.InvariantCulture)} operands.");
        if (chain.Pooling is not null)
        {
            if (!IsPool(graph, operand) || operand.Producer!.Pooling != chain.Pooling || graph.Drafts[^1] != operand.Producer)
            {
                throw node.Error("some operands of an element-wise operation are pooled and some are not; the chip pools all alike, directly in front of the operation.");
            }

            graph.Drafts.RemoveAt(graph.Drafts.Count - 1);
            chain.AddOperand(operand.Producer.Inputs[0]);
            operand.Producer.Withdraw();
            return chain;
        }

        FeatureShape shape = ShapeOf(graph, operand, node);
        if (shape != chain.Shape) throw node.Error("the operands have different shapes.");
        chain.AddOperand(graph.Read(operand, shape, node));

        // A later layer may have become an operand: the element-wise layer moves behind it.
        graph.Drafts.Remove(chain);
        graph.Drafts.Add(chain);
        for (int i = 0; i < graph.Drafts.Count; i++) graph.Drafts[i].Index = i;
        return chain;
    }

    private static bool IsPool(GraphContext graph, FeatureTensor tensor) =>
        tensor.Producer is { Operator: LayerOperator.None, Elementwise: null, Pooling: not null, IsRead: false, IsJoin: false, Inputs.Length: 1 } pool
        && tensor.Stage == pool.Stage && pool.IsComplete && graph.Drafts.Contains(pool);

    private static FeatureShape ShapeOf(GraphContext graph, FeatureTensor tensor, NodeView node) =>
        tensor.Producer?.Shape ?? (tensor.Shape.Length == 2 ? graph.PlainInput : OperatorNodes.MapShape(graph, tensor, node));

    private static void CheckSameOrder(GraphContext graph, FeatureTensor left, FeatureTensor right, NodeView node)
    {
        bool same = left.Shape.SequenceEqual(right.Shape);
        if (same && (left.Order is not null || right.Order is not null))
        {
            graph.Spend(left, node);
            for (int i = 0; same && i < left.Count; i++) same = left.Feature(i) == right.Feature(i);
        }

        if (!same) throw node.Error($"the operands have the shapes [{string.Join(", ", left.Shape)}] and [{string.Join(", ", right.Shape)}]; they must be equal, with the same order of values.");
    }
}
