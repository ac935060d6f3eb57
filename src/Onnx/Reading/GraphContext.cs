// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;
using Ai8x.Onnx.Legalisation;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Reading;

/// <summary>What is known while the nodes of a graph are read one after another.</summary>
internal sealed class GraphContext
{
    /// <summary>More elements than the chip's input and data memories could ever see.</summary>
    private const long MaxElements = 1 << 22;

    /// <summary>Bounds the work of following rearrangements, so that a hostile chain of them ends.</summary>
    private const long MaxRearranged = 1 << 24;

    /// <summary>Four times the one-bit weights that the chip's kernel memories hold; a small file may name one tensor many times.</summary>
    private const long MaxParameters = 1 << 24;

    private const int MaxLayoutChain = 8;

    private readonly Dictionary<string, FeatureTensor> _features = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _integers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly ImmutableArray<PlannedLayer> _planned;
    private readonly ImmutableArray<int> _inputShape;
    private long _rearranged;
    private long _parameters;

    /// <param name="document">The model.</param>
    /// <param name="planned">The layers where they are known beforehand; empty if not.</param>
    public GraphContext(OnnxDocument document, ImmutableArray<PlannedLayer> planned)
    {
        Source = document.Source;
        _planned = planned;
        Initializers = new InitializerTable(document.Graph, Source);
        Nodes = NodeLegalisation.Apply(document, Initializers);
        foreach (NodeProto node in Nodes.Nodes) _written.UnionWith(node.Output);
        (string name, _inputShape) = FindInput(document.Graph);
        _features.Add(name, new FeatureTensor(null, 0, _inputShape, null, false));
    }

    public string Source { get; }

    public InitializerTable Initializers { get; }

    /// <summary>The nodes in the order in which they are read.</summary>
    public NodeGraph Nodes { get; }

    public List<LayerDraft> Drafts { get; } = [];

    /// <summary>What was changed while layers were made: the layer, what was done, and why.</summary>
    public List<(LayerDraft Layer, string What, string Why)> Rewrites { get; } = [];

    /// <summary>What the user should know, one sentence each.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Shape of the network input, known once a layer reads it.</summary>
    public FeatureShape? Input { get; private set; }

    /// <summary>Shape of the input as a flattening layer sees it: <c>[N, n]</c>, <c>[N, H, W]</c> or <c>[N, C, H, W]</c>.</summary>
    public FeatureShape PlainInput => _inputShape.Length switch
    {
        2 => new FeatureShape(1, 1, _inputShape[1]),
        3 => new FeatureShape(_inputShape[1], _inputShape[2], 1),
        _ => new FeatureShape(_inputShape[2], _inputShape[3], _inputShape[1]),
    };

    public void SetInput(FeatureShape shape, NodeView node)
    {
        if (Input is { } known && known != shape) throw node.Error($"the node reads the network input as {shape}, an earlier one reads it as {known}.");
        Input = shape;
    }

    public bool IsFeature(string name) => _features.ContainsKey(name);

    /// <summary>Whether a tensor is what a layer gives with all its nodes so far; joined and scaled tensors are judged by themselves.</summary>
    public bool IsFinished(string name) =>
        _features[name] is var tensor && (tensor.Pending is not null || (tensor.Producer is { } layer && (layer.IsJoin || tensor.Stage == layer.Stage)));

    /// <summary>Whether a tensor comes from the last layer so far, or from what is no layer's result.</summary>
    public bool IsLast(string name) => _features[name] is var tensor && (tensor.Pending is not null || tensor.Producer is { IsJoin: true } || tensor.Producer == Drafts[^1]);

    /// <summary>Whether a tensor joins the results of several layers.</summary>
    public bool IsJoined(string name) => _features[name].Producer is { IsJoin: true };

    /// <summary>Whether factors or offsets of a tensor are in no weights.</summary>
    public bool IsScaled(string name) => _features[name].Pending is not null;

    /// <summary>Whether a tensor is a shape computed by nodes.</summary>
    public bool IsInteger(string name) => _integers.ContainsKey(name);

    /// <summary>What is known beforehand about a layer, or null.</summary>
    public PlannedLayer? Planned(int index) => index >= 0 && index < _planned.Length ? _planned[index] : null;

    /// <summary>Data of the network that needs no factors or offsets any more.</summary>
    public FeatureTensor Feature(string name, NodeView node)
    {
        FeatureTensor tensor = ScaledFeature(name, node);
        return tensor.Pending is { } pending
            ? throw node.Error($"the scaling '{pending.Node.Name}' in front stands behind a clamp and no convolution or dense layer takes it into its weights. Put it directly behind a convolution, in front of the activation.")
            : tensor;
    }

    /// <summary>Data of the network together with factors and offsets that no weights have taken in yet.</summary>
    public FeatureTensor ScaledFeature(string name, NodeView node)
    {
        if (_features.TryGetValue(name, out FeatureTensor? tensor)) return tensor;
        if (Initializers.Contains(name)) throw node.Error($"the input '{name}' is a constant, where data of the network is needed.");
        if (_integers.ContainsKey(name)) throw node.Error($"the input '{name}' is a shape, where data of the network is needed.");
        throw node.Error(_written.Contains(name)
            ? $"the input '{name}' is written by a later node: the nodes are out of order or form a cycle."
            : $"the input '{name}' does not exist.");
    }

    /// <summary>A list of integers that is a constant or was computed from the shape of a tensor.</summary>
    public long[] Integers(string name, NodeView node) => _integers.TryGetValue(name, out long[]? values) ? values : Initializers.Integers(name, node);

    public void Define(NodeView node, FeatureTensor tensor)
    {
        CheckNew(node);
        if (tensor.Shape.Length > 6) throw node.Error("the result has more than six axes.");
        _features.Add(node.Output, tensor);
    }

    public void Define(NodeView node, long[] integers)
    {
        CheckNew(node);
        _integers.Add(node.Output, integers);
    }

    /// <summary>Checks a result's shape before anything of that size is made.</summary>
    public static ImmutableArray<int> CheckedShape(NodeView node, params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long length in shape)
        {
            if (length is < 1 or > MaxElements) throw node.Error($"the result would have the shape [{NodeView.Join(shape)}]; every axis must be at least 1 and the whole at most {MaxElements.ToString(CultureInfo.InvariantCulture)}.");
            count *= length;
            if (count > MaxElements) throw node.Error($"the result would have the shape [{NodeView.Join(shape)}], more than {MaxElements.ToString(CultureInfo.InvariantCulture)} elements.");
        }

        ImmutableArray<int>.Builder axes = ImmutableArray.CreateBuilder<int>(shape.Length);
        foreach (long length in shape) axes.Add((int)length);
        return axes.MoveToImmutable();
    }

    /// <summary>Accounts for work on every element of a tensor.</summary>
    public void Spend(FeatureTensor tensor, NodeView node)
    {
        _rearranged += tensor.Count;
        if (_rearranged > MaxRearranged) throw node.Error("the graph rearranges more data than a network for this chip can have.");
    }

    /// <summary>Accounts for the weights of a layer.</summary>
    public void SpendParameters(long count, NodeView node)
    {
        _parameters += count;
        if (_parameters > MaxParameters) throw node.Error($"the layers up to here have more than {MaxParameters.ToString(CultureInfo.InvariantCulture)} weights; no chip of this family holds them.");
    }

    /// <summary>The layer that an operator belongs to: the pooling in front of it, or a new one that reads the tensor.</summary>
    public LayerDraft BeginOperator(FeatureTensor tensor, FeatureShape shape, LayerOperator kind, NodeView node)
    {
        LayerDraft draft = IsPoolingOf(tensor, kind) ? tensor.Producer! : NewLayer(tensor, shape, node);
        draft.BeginOperator(kind, node);
        return draft;
    }

    /// <summary>The layer that pools a tensor: the element-wise layer whose plan pools last, or a new one.</summary>
    public LayerDraft BeginPooling(FeatureTensor tensor, FeatureShape shape, Pooling pooling, NodeView node)
    {
        FeatureShape pooled = LayerShapes.Pooled(shape, pooling);
        if (tensor.Producer is { Elementwise: not null, Pooling: null, IsRead: false, Step: LayerStep.Complete, Operator: LayerOperator.None } joined
            && tensor.Stage == joined.Stage && Planned(joined.Index) is { PoolLast: true })
        {
            joined.PoolLast(pooling, pooled);
            return joined;
        }

        LayerDraft draft = NewLayer(tensor, shape, node);
        draft.Pooling = pooling;
        draft.Shape = pooled;
        draft.IsShared = ReadByMany(node.Output);
        return draft;
    }

    /// <summary>A new layer that reads one tensor, which may be joined by channel.</summary>
    public LayerDraft NewLayer(FeatureTensor tensor, FeatureShape shape, NodeView node)
    {
        ImmutableArray<LayerDraft?> inputs = tensor.Producer is { IsJoin: true } join ? join.Inputs : [Read(tensor, shape, node)];
        return Append(inputs, shape, node);
    }

    /// <summary>A new layer at the end.</summary>
    public LayerDraft Append(ImmutableArray<LayerDraft?> inputs, FeatureShape shape, NodeView node)
    {
        var draft = new LayerDraft(Drafts.Count, node, inputs, shape);
        Drafts.Add(draft);
        return draft;
    }

    /// <summary>The layer whose finished result a tensor is, or null for the network input.</summary>
    public LayerDraft? Read(FeatureTensor tensor, FeatureShape shape, NodeView node)
    {
        if (tensor.Producer is not { } producer)
        {
            SetInput(shape, node);
            return null;
        }

        if (producer.IsJoin) throw node.Error("joined data is one operand of an element-wise operation; the chip joins data only where a layer reads it alone.");
        CheckLatest(tensor, node);
        LayerEnd.Require(this, producer, isLast: false);
        producer.IsRead = true;
        return producer;
    }

    /// <summary>The layer that an element-wise node continues.</summary>
    public static LayerDraft Continued(FeatureTensor tensor, NodeView node)
    {
        LayerDraft draft = tensor.Producer ?? throw node.Error("the node works on the network input; a layer of the chip begins with pooling or an operator.");
        if (draft.IsJoin) throw node.Error("the node works on joined data; a layer of the chip begins with pooling or an operator.");
        CheckLatest(tensor, node);
        return draft;
    }

    private static void CheckLatest(FeatureTensor tensor, NodeView node)
    {
        if (tensor.Stage != tensor.Producer!.Stage) throw node.Error("the node reads a value from inside a layer that another node has carried on; branches are possible only behind the clamp of a layer.");
    }

    private bool IsPoolingOf(FeatureTensor tensor, LayerOperator kind)
    {
        if (tensor.Producer is not { Operator: LayerOperator.None, IsRead: false, IsJoin: false } before || tensor.Stage != before.Stage) return false;
        if (before is { Elementwise: not null, PoolFirst: true } && before.Step != LayerStep.Complete) return false;

        // Without a plan, pooling belongs to the convolution behind it and an element-wise operation stands for itself; in front of a dense
        // layer both do, as in the layer classes of the training flow.
        return Planned(before.Index) is { } plan ? plan.Operator != LayerOperator.None : kind != LayerOperator.Linear && before.Elementwise is null && !before.IsShared;
    }

    /// <summary>Whether several nodes read a tensor, also where a change of layout stands between.</summary>
    private bool ReadByMany(string tensor)
    {
        for (int step = 0; step < MaxLayoutChain; step++)
        {
            if (Nodes.ReadCount(tensor) > 1) return true;
            if (Nodes.SoleReader(tensor) is not { Value: { OpType: "Transpose" or "Reshape" or "Squeeze" or "Unsqueeze" or "Identity" or "Dropout" } next } || next.Output.Count == 0) return false;
            tensor = next.Output[0];
        }

        return false;
    }

    private void CheckNew(NodeView node)
    {
        string name = node.Output;
        if (_features.ContainsKey(name) || _integers.ContainsKey(name) || Initializers.Contains(name)) throw node.Error($"the output '{name}' is written twice.");
    }

    private (string Name, ImmutableArray<int> Shape) FindInput(GraphProto graph)
    {
        ValueInfoProto[] inputs = [.. graph.Input.Where(i => !Initializers.Contains(i.Name))];
        if (inputs.Length != 1) throw new OnnxFormatException(Source, string.Create(CultureInfo.InvariantCulture, $"the model has {inputs.Length} inputs; it must have one."));
        TensorTypeProto? type = inputs[0].Type?.TensorType;
        TensorShapeProto? shape = type?.Shape;
        if (shape is null || type!.ElemType != 1 || shape.Dim.Count is < 2 or > 4)
        {
            throw new OnnxFormatException(Source, $"the input '{inputs[0].Name}' must be float32 with two to four axes, the first of them the batch.");
        }

        long count = 1;
        ImmutableArray<int>.Builder axes = ImmutableArray.CreateBuilder<int>(shape.Dim.Count);
        axes.Add(1);
        foreach (DimensionProto axis in shape.Dim.Skip(1))
        {
            if (!axis.HasDimValue || axis.DimValue is < 1 or > MaxElements || (count *= axis.DimValue) > MaxElements)
            {
                throw new OnnxFormatException(Source, $"the input '{inputs[0].Name}' has an axis behind the batch without a fixed length, or with an impossible one.");
            }

            axes.Add((int)axis.DimValue);
        }

        return (inputs[0].Name, axes.MoveToImmutable());
    }
}
