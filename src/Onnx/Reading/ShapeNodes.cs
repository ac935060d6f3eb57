// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;

namespace Ai8x.Onnx.Reading;

/// <summary>Nodes that compute the target of a rearrangement from a shape.</summary>
internal static class ShapeNodes
{
    public static void Shape(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes("start", "end");
        ImmutableArray<int> shape = graph.ScaledFeature(node.Input(0), node).Shape;
        (int from, int to) = Range(node.Integer("start") ?? 0, node.Integer("end") ?? shape.Length, shape.Length);
        graph.Define(node, [.. shape[from..to].Select(length => (long)length)]);
    }

    public static void Cast(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(1, 1);
        node.ExpectAttributes("to");
        if (graph.IsFeature(node.Input(0)))
        {
            if (node.Integer("to") is not 1) throw node.Error("data of the network is converted; only to float32 (1) it stays as it is.");
            graph.Define(node, graph.ScaledFeature(node.Input(0), node));
            return;
        }

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
        (int from, int to) = Range(start, end, values.Length);
        graph.Define(node, values[from..to]);

        long Single(int input)
        {
            long[] list = graph.Integers(node.Input(input), node);
            return list.Length == 1 && list[0] > -int.MaxValue ? list[0] : throw node.Error(string.Create(CultureInfo.InvariantCulture, $"input {input} must be one number."));
        }
    }

    /// <summary>Takes entries out of a shape.</summary>
    public static void Gather(GraphContext graph, NodeView node)
    {
        node.ExpectInputs(2, 2);
        node.ExpectAttributes("axis");
        node.Require("axis", 0, "a shape has one axis, number 0.");
        if (graph.IsFeature(node.Input(0))) throw node.Error("entries of the network's data are picked; only those of a shape may be.");
        long[] values = graph.Integers(node.Input(0), node), places = graph.Integers(node.Input(1), node);
        graph.Define(node, Array.ConvertAll(places, place => place >= -values.Length && place < values.Length
            ? values[place < 0 ? place + values.Length : place]
            : throw node.Error(string.Create(CultureInfo.InvariantCulture, $"entry {place} of a shape with {values.Length} entries is picked."))));
    }

    /// <summary>An axis added to or removed from a shape's entries changes nothing here, where lists and single numbers are the same.</summary>
    public static bool TakesOver(GraphContext graph, NodeView node)
    {
        if (!graph.IsInteger(node.Input(0))) return false;
        node.ExpectInputs(1, 2);
        node.ExpectAttributes("axes");
        graph.Define(node, graph.Integers(node.Input(0), node));
        return true;
    }

    private static (int From, int To) Range(long start, long end, int length)
    {
        int from = (int)Math.Clamp(start < 0 ? start + length : start, 0, length);
        return (from, (int)Math.Clamp(end < 0 ? end + length : end, from, length));
    }
}
