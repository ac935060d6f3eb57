// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Reading;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Legalisation;

/// <summary>Zeros that a node of its own adds in front of a convolution become the convolution's padding.</summary>
internal static class PadRewrite
{
    private const long LargestPadding = 1024;

    public static void Apply(NodeGraph graph, InitializerTable constants, string file)
    {
        foreach (LinkedListNode<NodeProto> place in graph.Places("Pad")) Rewrite(graph, place, constants, file);
    }

    private static void Rewrite(NodeGraph graph, LinkedListNode<NodeProto> place, InitializerTable constants, string file)
    {
        var view = new NodeView(place.Value, file);
        long[] pads = Pads(view, constants);
        int rank = pads.Length / 2;
        if (graph.SoleReader(view.Output) is not { Value.OpType: "Conv" } conv || conv.Value.Input[0] != view.Output) throw view.Error("zeros are added where no convolution alone reads them; the chip pads in convolutions only.");
        if (rank is not (3 or 4) || pads.Length % 2 != 0 || pads.Any(pad => pad is < 0 or > LargestPadding) || pads[0] != 0 || pads[1] != 0 || pads[rank] != 0 || pads[rank + 1] != 0)
        {
            throw view.Error($"pads is [{NodeView.Join(pads)}]; only rows and columns, behind batch and channels, can be padded.");
        }

        if (NodeAttributes.Text(conv.Value, "auto_pad") is not (null or "" or "NOTSET" or "VALID")) throw view.Error("automatic padding of the convolution cannot be joined with these zeros.");
        long[] before = NodeAttributes.Integers(conv.Value, "pads") ?? new long[2 * (rank - 2)];
        long[] added = [.. pads[2..rank], .. pads[(rank + 2)..]];
        if (before.Length != added.Length || before.Any(pad => pad is < 0 or > LargestPadding)) throw view.Error($"the convolution has the pads [{NodeView.Join(before)}], which do not fit these zeros.");
        NodeAttributes.Clear(conv.Value, "auto_pad");
        NodeAttributes.Set(conv.Value, "pads", [.. before.Zip(added, (own, extra) => own + extra)]);
        graph.Rewrites.Add((conv.Value.Name, $"The zeros of '{view.Name}' became the convolution's padding.", "The chip pads in its convolutions; the values are the same bits."));
        graph.Remove(place);
    }

    private static long[] Pads(NodeView view, InitializerTable constants)
    {
        view.ExpectInputs(1, 3);
        view.ExpectAttributes("mode", "pads", "value");
        if (view.Text("mode") is not (null or "constant")) throw view.Error($"the mode is '{view.Text("mode")}'; the chip pads with zeros.");
        float value = view.InputCount > 2 ? constants.Floats(view.Input(2), view).Values is [float single] ? single : float.NaN : view.Number("value") ?? 0;
        if (value != 0) throw view.Error("the padding is not zero; the chip pads with zeros.");
        return view.InputCount > 1 ? constants.Integers(view.Input(1), view) : view.Integers("pads") ?? throw view.Error("the pads are missing.");
    }
}
