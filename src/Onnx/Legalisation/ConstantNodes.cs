// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Reading;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Legalisation;

/// <summary>Nodes that only hold a value, as PyTorch writes shapes, axes and limits, become initializers.</summary>
internal static class ConstantNodes
{
    private const int Float32 = 1;
    private const int Int64 = 7;

    /// <summary>Takes all constant nodes out of the graph.</summary>
    /// <returns>Their values, named as their results.</returns>
    public static List<TensorProto> Hoist(NodeGraph graph, GraphProto source, string file)
    {
        var constants = new List<TensorProto>();
        var taken = new HashSet<string>(source.Initializer.Select(tensor => tensor.Name), StringComparer.Ordinal);
        foreach (LinkedListNode<NodeProto> place in graph.Places("Constant"))
        {
            NodeProto node = place.Value;
            var view = new NodeView(node, file);
            view.ExpectInputs(0, 0);
            if (!taken.Add(view.Output)) throw view.Error($"the output '{view.Output}' is written twice.");
            TensorProto value = Value(node, view);
            value.Name = view.Output;
            graph.Define(place, value);
            constants.Add(value);
        }

        return constants;
    }

    private static TensorProto Value(NodeProto node, NodeView view)
    {
        if (node.Attribute.Count != 1) throw view.Error("a constant has one attribute, its value.");
        AttributeProto attribute = node.Attribute[0];
        switch (attribute.Name)
        {
            case "value" when attribute.T is not null: return attribute.T.Clone();
            case "value_float" when attribute.HasF: return new TensorProto { DataType = Float32, FloatData = { attribute.F } };
            case "value_floats": return new TensorProto { DataType = Float32, FloatData = { attribute.Floats }, Dims = { attribute.Floats.Count } };
            case "value_int" when attribute.HasI: return new TensorProto { DataType = Int64, Int64Data = { attribute.I } };
            case "value_ints": return new TensorProto { DataType = Int64, Int64Data = { attribute.Ints }, Dims = { attribute.Ints.Count } };
            default: throw view.Error($"the attribute '{attribute.Name}' is no dense number or list of numbers.");
        }
    }
}
