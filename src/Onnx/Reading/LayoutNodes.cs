// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;

namespace Ai8x.Onnx.Reading;

/// <summary>Nodes that only rearrange data.</summary>
internal static class LayoutNodes
{
    public static void Reshape(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        node.ExpectAttributes("allowzero");
        node.Require("allowzero", 0, "only 0 is supported.");
        FeatureTensor tensor = graph.ScaledFeature(node.Input(0), node);
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
        FeatureTensor tensor = graph.ScaledFeature(node.Input(0), node);
        if ((node.Integer("axis") ?? 1) is not 1 and var axis && axis + tensor.Shape.Length != 1) throw node.Error(string.Create(CultureInfo.InvariantCulture, $"axis is {axis}; only 1, everything but the batch, is supported."));
        graph.Define(node, tensor.Reshaped([1, tensor.Count], oneDimensional: false));
    }

    public static void Transpose(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes("perm");
        FeatureTensor tensor = graph.ScaledFeature(node.Input(0), node);
        long[] permutation = node.Integers("perm") ?? throw node.Error("the attribute perm is missing; reversing the batch axis has no counterpart on the chip.");
        bool valid = permutation.Length == tensor.Shape.Length && permutation[0] == 0
            && permutation.Order().SequenceEqual(Enumerable.Range(0, permutation.Length).Select(i => (long)i));
        if (!valid) throw node.Error($"perm is [{NodeView.Join(permutation)}]; it must name each of the {tensor.Shape.Length} axes once and leave the batch in front.");
        graph.Spend(tensor, node);
        graph.Define(node, tensor.Transposed(Array.ConvertAll(permutation, axis => (int)axis)));
    }

    public static void Unsqueeze(GraphContext graph, NodeView node)
    {
        if (ShapeNodes.TakesOver(graph, node)) return;
        FeatureTensor tensor = graph.ScaledFeature(node.Input(0), node);
        int[] axes = Axes(graph, node, tensor.Shape.Length, added: true);
        ImmutableArray<int> shape = tensor.Shape;
        foreach (int axis in axes.Order()) shape = shape.Insert(axis, 1);
        graph.Define(node, tensor.Reshaped(shape, oneDimensional: tensor.Shape.Length == 3 && axes.Length == 1));
    }

    public static void Squeeze(GraphContext graph, NodeView node)
    {
        if (ShapeNodes.TakesOver(graph, node)) return;
        FeatureTensor tensor = graph.ScaledFeature(node.Input(0), node);
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
        graph.Define(node, graph.ScaledFeature(node.Input(0), node));
    }

    /// <summary>Dropout does nothing in inference.</summary>
    public static void Dropout(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 3);
        node.ExpectAttributes("ratio", "seed");
        if (node.InputCount > 2 && graph.Initializers.Integers(node.Input(2), node) is not [0]) throw node.Error("the model drops values in training mode; export it for inference.");
        if (node.OtherOutputs.Any(output => graph.Nodes.ReadCount(output) > 0)) throw node.Error("the mask of a dropout is read; only its data has a counterpart on the chip.");
        graph.Define(node, graph.ScaledFeature(node.Input(0), node));
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
