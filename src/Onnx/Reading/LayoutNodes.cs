// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;

namespace Ai8x.Onnx.Reading;

/// <summary>Nodes that only rearrange data, and those that compute the target of a rearrangement from a shape.</summary>
internal static class LayoutNodes
{
    public static void Reshape(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        node.ExpectAttributes("allowzero");
        node.Require("allowzero", 0, "only 0 is supported.");
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        long[] target = [.. graph.Integers(node.Input(1), node)];
        int open = -1;
        long known = 1;
        for (int axis = 0; axis < target.Length; axis++)
        {
            if (target[axis] == 0 && axis < tensor.Shape.Length) target[axis] = tensor.Shape[axis];
            if (target[axis] == -1 && open < 0) open = axis;
            else if (target[axis] < 1 || target[axis] > tensor.Count) throw CannotReshape(tensor, target, node);
            else known = Math.Min(known * target[axis], long.MaxValue / tensor.Count);
        }

        if (open >= 0) target[open] = tensor.Count / known;
        if (target.Length == 0 || target[0] != 1 || known * (open >= 0 ? target[open] : 1) != tensor.Count) throw CannotReshape(tensor, target, node);
        graph.Define(node, tensor.Reshaped(GraphContext.CheckedShape(node, target), oneDimensional: false));
    }

    public static void Flatten(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes("axis");
        node.Require("axis", 1, "only 1, everything but the batch, is supported.");
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        graph.Define(node, tensor.Reshaped([1, tensor.Count], oneDimensional: false));
    }

    public static void Transpose(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes("perm");
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        long[] permutation = node.Integers("perm") ?? throw node.Error("the attribute perm is missing; reversing the batch axis has no counterpart on the chip.");
        bool valid = permutation.Length == tensor.Shape.Length && permutation[0] == 0
            && permutation.Order().SequenceEqual(Enumerable.Range(0, permutation.Length).Select(i => (long)i));
        if (!valid) throw node.Error($"perm is [{NodeView.Join(permutation)}]; it must name each of the {tensor.Shape.Length} axes once and leave the batch in front.");
        graph.Spend(tensor, node);
        graph.Define(node, tensor.Transposed(Array.ConvertAll(permutation, axis => (int)axis)));
    }

    public static void Unsqueeze(GraphContext graph, NodeView node)
    {
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        int[] axes = Axes(graph, node, tensor.Shape.Length, added: true);
        ImmutableArray<int> shape = tensor.Shape;
        foreach (int axis in axes.Order()) shape = shape.Insert(axis, 1);
        graph.Define(node, tensor.Reshaped(shape, oneDimensional: tensor.Shape.Length == 3 && axes.Length == 1));
    }

    public static void Squeeze(GraphContext graph, NodeView node)
    {
        FeatureTensor tensor = graph.Feature(node.Input(0), node);
        int[] axes = Axes(graph, node, tensor.Shape.Length, added: false);
        ImmutableArray<int> shape = tensor.Shape;
        foreach (int axis in axes.OrderDescending())
        {
            if (shape[axis] != 1) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"axis {axis} has the length {shape[axis]}; only axes of length 1 can be removed."));
            shape = shape.RemoveAt(axis);
        }

        graph.Define(node, tensor.Reshaped(shape, oneDimensional: false));
    }

    public static void Identity(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes();
        graph.Define(node, graph.Feature(node.Input(0), node));
    }

    public static void Shape(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes();
        graph.Define(node, [.. graph.Feature(node.Input(0), node).Shape.Select(length => (long)length)]);
    }

    public static void Cast(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes("to");
        if (graph.IsFeature(node.Input(0))) throw node.Error("data of the network is converted; only shapes may be.");
        if (node.Integer("to") is not (6 or 7)) throw node.Error("a shape may be converted to int32 (6) or int64 (7) only.");
        graph.Define(node, graph.Integers(node.Input(0), node));
    }

    public static void Slice(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(3, 5);
        node.ExpectAttributes();
        long[] values = graph.Integers(node.Input(0), node);
        long start = Single(1);
        long end = Single(2);
        if (node.InputCount > 3 && Single(3) != 0) throw node.Error("a shape has one axis, number 0.");
        if (node.InputCount > 4 && Single(4) != 1) throw node.Error("a shape may be cut with step 1 only.");
        int from = (int)Math.Clamp(start < 0 ? start + values.Length : start, 0, values.Length);
        int to = (int)Math.Clamp(end < 0 ? end + values.Length : end, from, values.Length);
        graph.Define(node, values[from..to]);

        long Single(int input)
        {
            long[] list = graph.Integers(node.Input(input), node);
            return list.Length == 1 && list[0] > -int.MaxValue ? list[0] : throw node.Error(string.Create(CultureInfo.InvariantCulture, $"input {input} must be one number."));
        }
    }

    public static void Concat(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 16);
        node.ExpectAttributes("axis");
        if (Enumerable.Range(0, node.InputCount).All(i => graph.IsFeature(node.Input(i))))
        {
            JoinNodes.Concat(graph, node);
            return;
        }

        var values = new List<long>();
        for (int i = 0; i < node.InputCount; i++)
        {
            if (graph.IsFeature(node.Input(i))) throw node.Error("data of the network and a shape or constant are joined.");
            values.AddRange(graph.Integers(node.Input(i), node));
        }

        if (values.Count > 16) throw node.Error("the joined shape has more than 16 axes.");
        if (node.Integer("axis") is not 0) throw node.Error("shapes are joined along axis 0 only.");
        graph.Define(node, [.. values]);
    }

    private static int[] Axes(GraphContext graph, NodeView node, int rank, bool added)
    {
        node.ExpectInputs(1, 2);
        node.ExpectAttributes("axes");
        long[] axes = node.InputCount == 2 ? graph.Integers(node.Input(1), node) : node.Integers("axes") ?? throw node.Error("the axes are missing.");
        int limit = added ? rank + axes.Length : rank;
        int[] result = Array.ConvertAll(axes, axis => axis < 0 && axis >= -limit ? (int)(axis + limit) : axis >= 0 && axis < limit ? (int)axis : -1);
        bool valid = result.All(axis => axis >= 1) && result.Distinct().Count() == result.Length && axes.Length is > 0 and <= 4;
        return valid ? result : throw node.Error($"the axes [{NodeView.Join(axes)}] must be different, exist, and leave the batch in front.");
    }

    private static OnnxFormatException CannotReshape(FeatureTensor tensor, long[] target, NodeView node) =>
        node.Error($"data of shape [{string.Join(", ", tensor.Shape)}] cannot take the shape [{NodeView.Join(target)}] with the batch (1 here) in front.");
}
