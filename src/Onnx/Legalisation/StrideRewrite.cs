// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Legalisation;

/// <summary>
/// Convolutions with a stride become convolutions of stride 1 and pooling of one pixel with that stride, which takes the same pixels
/// (numerics.md section 6). A kernel of one pixel is applied behind the pooling, a larger one in front of it.
/// </summary>
internal static class StrideRewrite
{
    private const int LargestStride = 16;

    public static void Apply(NodeGraph graph)
    {
        foreach (LinkedListNode<NodeProto> place in graph.Places("Conv")) Rewrite(graph, place);
    }

    private static void Rewrite(NodeGraph graph, LinkedListNode<NodeProto> place)
    {
        NodeProto node = place.Value;
        if (NodeAttributes.Integers(node, "strides") is not { } strides || node.Input.Count < 2) return;
        if (graph.Constant(node.Input[1]) is not { Dims: { Count: 3 or 4 } shape } || shape.Count != strides.Length + 2) return;
        if (NodeAttributes.Text(node, "auto_pad") is not (null or "" or "NOTSET" or "VALID")) return;
        long stride = strides.Max();
        bool along = strides.Select((step, axis) => step == stride || (step == 1 && shape[axis + 2] == 1)).All(fits => fits);
        if (stride is < 2 or > LargestStride || !along) return;

        bool onePixel = shape.Skip(2).All(length => length == 1) && (NodeAttributes.Integers(node, "pads") ?? []).All(pad => pad == 0);
        var sample = new NodeProto { Name = node.Name + "/sample", OpType = "MaxPool" };
        NodeAttributes.Set(sample, "kernel_shape", [.. strides.Select(_ => 1L)]);
        NodeAttributes.Set(sample, "strides", strides);
        NodeAttributes.Set(node, "strides", [.. strides.Select(_ => 1L)]);
        if (onePixel) graph.InsertBefore(place, sample);
        else graph.InsertAfter(place, sample);
        graph.Rewrites.Add((node.Name, string.Create(CultureInfo.InvariantCulture, $"Stride {stride} became stride 1 and pooling of one pixel with stride {stride} {(onePixel ? "in front" : "behind")}."),
            "The chip's convolutions have stride 1; the pooling keeps the same pixels, bit for bit."
            + (onePixel ? "" : string.Create(CultureInfo.InvariantCulture, $" The convolution makes {stride * stride} times the pixels that are kept."))));
    }
}
