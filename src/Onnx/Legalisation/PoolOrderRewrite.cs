// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Reading;
using Ai8x.Onnx.Schema;
using Google.Protobuf.Collections;

namespace Ai8x.Onnx.Legalisation;

/// <summary>
/// The chip pools in front of an operator, so maximum pooling between an operator and its activation or clamp moves behind these: the
/// maximum commutes with everything that never decreases. Dropping pixels commutes with everything that works pixel by pixel.
/// </summary>
internal static class PoolOrderRewrite
{
    /// <summary>Bounds the work on a hostile graph.</summary>
    private const int MaxMoves = 4096;

    public static void Apply(NodeGraph graph, InitializerTable constants, string file)
    {
        int moves = 0;
        // The last first, so that one pooling behind another has left its place when the other moves.
        foreach (LinkedListNode<NodeProto> pool in graph.Places("MaxPool").Reverse())
        {
            int axes = NodeAttributes.Integers(pool.Value, "kernel_shape")?.Length ?? 0;
            bool samples = axes > 0 && NodeAttributes.Integers(pool.Value, "kernel_shape")!.All(length => length == 1);
            if (axes == 0 || pool.Value.Output.Count != 1 || !StandsInsideALayer(graph, pool, ref moves)) continue;
            var passed = new List<string>();
            while (moves++ < MaxMoves && graph.SoleReader(pool.Value.Output[0]) is { } reader && (Commutes(graph, reader.Value, pool.Value.Output[0], axes, samples) || (!samples && NeverDecreases(graph, reader.Value, pool.Value.Output[0], axes, constants, file))))
            {
                passed.Add(reader.Value.OpType);
                graph.Swap(pool, reader);
            }

            if (passed.Count > 0 && !samples)
            {
                graph.Rewrites.Add((pool.Value.Name, $"The pooling moved behind {string.Join(", ", passed)}.", "The chip pools in front of the next operator; a maximum commutes with what never decreases, bit for bit."));
            }
        }
    }

    /// <summary>Whether an operator stands in front of the pooling with no complete clamp between.</summary>
    private static bool StandsInsideALayer(NodeGraph graph, LinkedListNode<NodeProto> pool, ref int steps)
    {
        bool low = false, high = false;
        string tensor = pool.Value.Input[0];
        while (steps++ < MaxMoves && graph.Writer(tensor) is { Value: { Input.Count: > 0 } node })
        {
            switch (node.OpType)
            {
                case "Conv" or "ConvTranspose" or "Gemm" or "MatMul": return !(low && high);
                case "Min": high = true; break;
                case "Max": low = true; break;
                case "Clip" when node.Input.Count > 2 || NodeAttributes.Has(node, "max"): return false;
                case "Clip" or "Relu" or "Abs" or "BatchNormalization" or "Identity" or "Dropout" or "MaxPool": break;
                case "Add" or "Sub" or "Mul" or "Div": break;
                default: return false;
            }

            string? data = node.Input.FirstOrDefault(input => graph.Constant(input) is null);
            if (data is null || (node.OpType is "Add" or "Sub" or "Mul" or "Div" or "Min" or "Max" && node.Input.Count(input => graph.Constant(input) is null) != 1)) return false;
            tensor = data;
        }

        return false;
    }

    private static bool Commutes(NodeGraph graph, NodeProto node, string data, int axes, bool samples)
    {
        if (node.Output.Count == 0) return false;
        switch (node.OpType)
        {
            case "Relu" or "Identity": return true;
            case "Dropout" or "Clip": return node.Input[0] == data;
            case "Min" or "Max" or "Add": return node.Input.Count == 2 && EachPixelAlike(graph, node, data, axes);
            case "Abs": return samples;
            case "BatchNormalization": return samples && node.Input[0] == data;
            case "Sub" or "Mul" or "Div": return samples && node.Input.Count == 2 && EachPixelAlike(graph, node, data, axes);
            default: return false;
        }
    }

    /// <summary>Whether a node multiplies by numbers that are not negative.</summary>
    private static bool NeverDecreases(NodeGraph graph, NodeProto node, string data, int axes, InitializerTable constants, string file)
    {
        if (node.Output.Count == 0 || node.Input.Count < 2 || node.Input[0] != data || graph.Constant(node.Input[1]) is null) return false;
        bool alike = node.OpType switch
        {
            "BatchNormalization" => true,
            "Mul" or "Div" => node.Input.Count == 2 && EachPixelAlike(graph, node, data, axes),
            _ => false,
        };
        return alike && Array.TrueForAll(constants.Floats(node.Input[1], new NodeView(node, file)).Values, factor => factor >= 0);
    }

    /// <summary>Whether the other operand is a constant that does not change along rows and columns.</summary>
    private static bool EachPixelAlike(NodeGraph graph, NodeProto node, string data, int axes)
    {
        if (graph.Constant(node.Input[node.Input[0] == data ? 1 : 0]) is not { Dims: RepeatedField<long> shape }) return false;
        return shape.All(length => length == 1) || (shape.Count > axes && shape.Skip(shape.Count - axes).All(length => length == 1));
    }
}
