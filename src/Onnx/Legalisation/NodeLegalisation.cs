// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Reading;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Legalisation;

/// <summary>Puts the nodes of a model into the order and form in which they can be collected to layers of the chip; no value changes.</summary>
internal static class NodeLegalisation
{
    /// <summary>Makes the graph of nodes and rewrites it.</summary>
    /// <param name="document">The model.</param>
    /// <param name="constants">Its initializers; the values of constant nodes are added.</param>
    public static NodeGraph Apply(OnnxDocument document, InitializerTable constants)
    {
        var graph = new NodeGraph(document.Graph);
        foreach (TensorProto constant in ConstantNodes.Hoist(graph, document.Graph, document.Source)) constants.Add(constant);
        PadRewrite.Apply(graph, constants, document.Source);
        StrideRewrite.Apply(graph);
        PoolOrderRewrite.Apply(graph, constants, document.Source);
        LineRewrite.Apply(graph);
        return graph;
    }
}
