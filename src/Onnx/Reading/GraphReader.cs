// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Reading;

/// <summary>A network read from a model, with the places of its parameters.</summary>
/// <param name="Graph">The network.</param>
/// <param name="Bindings">For each layer, where its parameters stand.</param>
internal sealed record ImportedModel(NetworkGraph Graph, ImmutableArray<LayerBinding> Bindings);

/// <summary>Reads the nodes of a model in file order and collects them to fused hardware layers (onnx.md sections 3 and 4).</summary>
internal static class GraphReader
{
    private const int MaxNodes = 4096;

    public static ImportedModel Read(OnnxDocument document, NetworkDescription? description)
    {
        ModelFacts facts = ModelFacts.Of(document);
        ImmutableArray<PlannedLayer> planned = description is null ? facts.Plan : [.. description.Layers.Select(PlannedLayer.Of)];
        if (document.Graph.Node.Count > MaxNodes) throw new OnnxFormatException(document.Source, $"the graph has more than {MaxNodes} nodes.");
        var graph = new GraphContext(document, planned);
        foreach (NodeProto node in graph.Nodes.Nodes) Visit(graph, new NodeView(node, document.Source));
        CheckEnd(graph, document);
        foreach (LayerDraft draft in graph.Drafts) OwnLayer.CarryPooling(graph, draft);
        ImmutableArray<string> names = LayerNames(graph.Drafts, facts.IsOwn);
        var network = new NetworkGraph
        {
            Name = facts.Name,
            Input = graph.Input!.Value,
            InputScale = facts.InputScale,
            Notices = [.. graph.Notices],
            Rewrites = RewriteList.Of(graph, names),
            Layers = [.. graph.Drafts.Select((draft, index) => ToLayer(draft, names[index]))],
        };
        return new ImportedModel(network, [.. graph.Drafts.Select(draft => draft.Binding)]);
    }

    private static void Visit(GraphContext graph, NodeView node)
    {
        switch (node.Operator)
        {
            case "Conv": ConvolutionNodes.Conv(graph, node); break;
            case "MatMul": OperatorNodes.MatMul(graph, node); break;
            case "Gemm": OperatorNodes.Gemm(graph, node); break;
            case "MaxPool": PoolingNodes.Pool(graph, node, PoolingKind.Max); break;
            case "AveragePool": PoolingNodes.Pool(graph, node, PoolingKind.Average); break;
            case "GlobalMaxPool": PoolingNodes.Global(graph, node, PoolingKind.Max); break;
            case "GlobalAveragePool": PoolingNodes.Global(graph, node, PoolingKind.Average); break;
            case "ReduceMax": PoolingNodes.Reduce(graph, node, PoolingKind.Max); break;
            case "ReduceMean": PoolingNodes.Reduce(graph, node, PoolingKind.Average); break;
            case "BatchNormalization": ScaleNodes.BatchNormalization(graph, node); break;
            case "ConvTranspose": TransposedNodes.ConvTranspose(graph, node); break;
            case "Add": StageNodes.Add(graph, node); break;
            case "Sub": StageNodes.Sub(graph, node); break;
            case "Relu": StageNodes.Relu(graph, node); break;
            case "Abs": StageNodes.Abs(graph, node); break;
            case "Mul": StageNodes.Mul(graph, node, divides: false); break;
            case "Div": StageNodes.Mul(graph, node, divides: true); break;
            case "Min": StageNodes.Limit(graph, node, isMinimum: true); break;
            case "Max": StageNodes.Limit(graph, node, isMinimum: false); break;
            case "Clip": StageNodes.Clip(graph, node); break;
            case "Reshape": LayoutNodes.Reshape(graph, node); break;
            case "Flatten": LayoutNodes.Flatten(graph, node); break;
            case "Transpose": LayoutNodes.Transpose(graph, node); break;
            case "Unsqueeze": LayoutNodes.Unsqueeze(graph, node); break;
            case "Squeeze": LayoutNodes.Squeeze(graph, node); break;
            case "Identity": LayoutNodes.Identity(graph, node); break;
            case "Dropout": LayoutNodes.Dropout(graph, node); break;
            case "Shape": ShapeNodes.Shape(graph, node); break;
            case "Cast": ShapeNodes.Cast(graph, node); break;
            case "Gather": ShapeNodes.Gather(graph, node); break;
            case "Slice": ShapeNodes.Slice(graph, node); break;
            case "Concat": LayoutNodes.Concat(graph, node); break;
            case "Softmax" or "LogSoftmax" or "ArgMax" or "Sigmoid" or "HardSigmoid" when graph.Nodes.ReadCount(node.Output) <= 1 && graph.Nodes.SoleReader(node.Output) is null:
                throw node.Error("the operator has no counterpart among the chip's layers; export the model without it, with the values in front as its output. The generated program computes probabilities behind the chip.");
            default: throw node.Error("the operator has no counterpart among the chip's layers; build the model from convolution, dense, pooling, sum, difference, concatenation, ReLU and clamp.");
        }
    }

    private static void CheckEnd(GraphContext graph, OnnxDocument document)
    {
        if (graph.Drafts.Count == 0) throw new OnnxFormatException(graph.Source, "the graph has no layer.");

        // Asked before the layers are ended: a tensor from before the last node of its layer is not the layer's result.
        string[] outputs = [.. document.Graph.Output.Select(output => output.Name).Where(graph.IsFeature)];
        string? inside = outputs.FirstOrDefault(name => !graph.IsFinished(name));
        string[] earlier = [.. outputs.Where(name => graph.IsFinished(name) && !graph.IsLast(name))];
        foreach (LayerDraft draft in graph.Drafts)
        {
            LayerEnd.Require(graph, draft, isLast: draft.Index == graph.Drafts.Count - 1 && !draft.IsRead);
            if (!draft.IsRead && draft.Index != graph.Drafts.Count - 1) throw draft.Node.Error("no later layer reads the result; a network has one last layer.");
        }

        if (document.Graph.Output.Count == 0) throw new OnnxFormatException(graph.Source, "the graph has no output.");
        foreach (ValueInfoProto output in document.Graph.Output)
        {
            if (!graph.IsFeature(output.Name)) throw new OnnxFormatException(graph.Source, $"the output '{output.Name}' is written by no node.");
            if (graph.IsScaled(output.Name)) throw new OnnxFormatException(graph.Source, $"the output '{output.Name}' is scaled behind the last layer's clamp, which no layer takes into its weights. Scale in front of the activation.");
            if (output.Name == inside) throw new OnnxFormatException(graph.Source, $"the output '{output.Name}' is no finished result of a layer: it is the network's input, or other nodes go on with it in the same layer. Take outputs and nodes that do not belong to the network out of the model.");
            if (graph.IsJoined(output.Name)) throw new OnnxFormatException(graph.Source, $"the output '{output.Name}' joins the results of layers; the chip joins data only where a layer reads it.");
        }

        if (earlier.Length == outputs.Length) throw new OnnxFormatException(graph.Source, $"the output '{outputs[0]}' is the result of an earlier layer; the result of a network on the chip is that of its last layer. Take the nodes behind it out of the model.");
        foreach (string name in earlier) graph.Notices.Add($"The output '{name}' is the result of an earlier layer; the chip gives the last layer's only.");
    }

    private static GraphLayer ToLayer(LayerDraft draft, string name) => new()
    {
        Name = name,
        Operator = draft.Operator,
        Inputs = [.. draft.Inputs.Select(input => input?.Index ?? -1)],
        Input = draft.InputShape,
        Output = draft.Shape,
        Pooling = draft.Pooling,
        Elementwise = draft.Elementwise,
        PoolFirst = draft.PoolFirst,
        Dilation = draft.Dilation,
        KernelRows = draft.KernelRows,
        KernelColumns = draft.KernelColumns,
        Padding = draft.Padding,
        Flatten = draft.Flatten,
        Activation = draft.Activation,
        OutputShift = draft.OutputShift,
        Wide = draft.Wide,
        Weights = draft.Weights,
        Bias = draft.Bias,
    };

    private static ImmutableArray<string> LayerNames(IEnumerable<LayerDraft> drafts, bool isOwn)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        foreach (LayerDraft draft in drafts)
        {
            string wanted = ModelFacts.LayerName(draft, isOwn);
            string name = wanted;
            for (int number = 2; !taken.Add(name); number++) name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{wanted}_{number}");
            names.Add(name);
        }

        return names.ToImmutable();
    }
}
