// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Legalisation;

/// <summary>One-dimensional convolutions and poolings of <c>[N, C, L]</c>, as PyTorch has them, get the axis of length 1 that they have in the Keras-style flow.</summary>
internal static class LineRewrite
{
    private const int AddedAxis = 2;

    public static void Apply(NodeGraph graph)
    {
        foreach (LinkedListNode<NodeProto> place in graph.Places("Conv", "MaxPool", "AveragePool"))
        {
            NodeProto node = place.Value;
            bool line = node.OpType == "Conv"
                ? node.Input.Count > 1 && graph.Constant(node.Input[1]) is { Dims.Count: 3 }
                : NodeAttributes.Integers(node, "kernel_shape") is { Length: 1 };
            if (!line) continue;
            foreach (string name in (string[])["kernel_shape", "strides", "dilations"])
            {
                if (NodeAttributes.Integers(node, name) is [long along]) NodeAttributes.Set(node, name, 1, along);
            }

            if (NodeAttributes.Integers(node, "pads") is [long front, long behind]) NodeAttributes.Set(node, "pads", 0, front, 0, behind);
            graph.InsertBefore(place, Layout(node.Name, "Unsqueeze"));
            graph.InsertAfter(place, Layout(node.Name, "Squeeze"));
        }
    }

    private static NodeProto Layout(string name, string operation)
    {
        var node = new NodeProto { Name = $"{name}/{operation}", OpType = operation };
        NodeAttributes.Set(node, "axes", AddedAxis);
        return node;
    }
}
