// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Which nodes become hardware layers: convolutions, pools, dense layers and element-wise operations do. Flatten and Permute become properties of the
/// dense layer behind them, Concatenate of any layer behind it, ReLU of the layer in front of it; the rest vanishes. It is worked out when the model is
/// defined, so that a model without a counterpart on the chip is refused before it is trained.
/// </summary>
internal sealed class HardwareMapping
{
    private readonly string _model;
    private readonly SampleShape _input;
    private readonly ImmutableArray<LayerNode> _nodes;
    private readonly ImmutableArray<HardwareStep>.Builder _steps = ImmutableArray.CreateBuilder<HardwareStep>();
    private readonly Held[] _held;
    private readonly int[] _readers;

    private HardwareMapping(string model, SampleShape input, ImmutableArray<LayerNode> nodes)
    {
        _model = model;
        _input = input;
        _nodes = nodes;
        _held = new Held[nodes.Length];
        _readers = new int[nodes.Length];
        foreach (int source in nodes.SelectMany(node => node.Inputs))
        {
            if (source != LayerGraph.Input) _readers[source]++;
        }
    }

    /// <summary>Output of a node as the chip holds it.</summary>
    /// <param name="Sources">Hardware layers that wrote it; several for maps joined by channel.</param>
    /// <param name="Map">Its map.</param>
    /// <param name="Flattened">Whether it is read as a vector of more than one pixel.</param>
    /// <param name="Features">For each feature that the network sees the feature of the map; default where they are the same.</param>
    private readonly record struct Held(ImmutableArray<int> Sources, SampleShape Map, bool Flattened, ImmutableArray<int> Features)
    {
        public bool IsMap => !Flattened && Features.IsDefault;
    }

    public static ImmutableArray<HardwareStep> Map(string model, SampleShape input, ImmutableArray<LayerNode> nodes)
    {
        var mapping = new HardwareMapping(model, input, nodes);
        foreach (LayerNode node in nodes) mapping._held[node.Index] = mapping.Follow(node);
        mapping.CheckEnd();
        return mapping._steps.ToImmutable();
    }

    private Held Follow(LayerNode node)
    {
        Held before = Read(node.Inputs[0]);
        switch (node.Layer)
        {
            case Dropout or Empty: return before;
            case Softmax: return node.Index == _nodes.Length - 1 ? before : throw NotLast(node);
            case Flatten: return Flattened(node, before);
            case Reshape reshape when reshape.Target == node.Input: return before;
            case Reshape: return RequireMap(node, before) with { Map = node.Output };
            case Permute permute: return Permuted(node, permute, before);
            case ReLU: return Rectified(node, before);
            case Concatenate: return Joined(node);
            case ElementwiseLayer: return Combined(node);
            case Dense: return Connected(node, before);
            default: return Add(new HardwareStep(node, before.Sources, RequireMap(node, before).Map, node.Output, Flatten: false));
        }
    }

    private Held Read(int source) => source == LayerGraph.Input ? new Held([-1], _input, Flattened: false, default) : _held[source];

    private Held Add(HardwareStep step)
    {
        _steps.Add(step);
        return new Held([_steps.Count - 1], step.Node.Output, Flattened: false, default);
    }

    private static Held Flattened(LayerNode node, Held before)
    {
        if (before.Flattened) return before;
        var check = new LimitCheck(node.Where);
        check.Require(
            before.Map.Pixels <= DeviceLimits.MaximumFlattenPixels,
            DeviceLimits.FlattenPixels, $"the map is {before.Map.Height}x{before.Map.Width}, {before.Map.Pixels} pixels", "Pool more in front of the Flatten layer.");
        check.ThrowIfAny();
        return before with { Flattened = before.Map.Pixels > 1 };
    }

    private static Held Permuted(LayerNode node, Permute permute, Held before)
    {
        RequireMap(node, before);
        return permute.MovesNoData(node.Input) ? before with { Map = node.Output } : before with { Features = permute.Features(before.Map) };
    }

    private Held Connected(LayerNode node, Held before)
    {
        var check = new LimitCheck(node.Where);
        check.Require(
            before.Map.Channels <= DeviceLimits.MaximumChannels,
            DeviceLimits.Channels, $"the input has {before.Map.Channels} channels", "Use fewer channels.");
        check.ThrowIfAny();
        if (before.Map.Count != node.Input.Count) throw NotFlattened(node);
        return Add(new HardwareStep(node, before.Sources, before.Map, node.Output, before.Flattened) { Features = before.Features });
    }

    /// <summary>A rectifier becomes the activation of the layer in front of it.</summary>
    private Held Rectified(LayerNode node, Held before)
    {
        int step = before.Sources.Length == 1 ? before.Sources[0] : -1;
        (Activation activation, bool wide, bool weighted) = step < 0 ? default : _steps[step].Node.Layer switch
        {
            Convolution convolution => (convolution.Activation, convolution.Wide, true),
            Dense dense => (dense.Activation, dense.Wide, true),
            _ => default,
        };
        if (activation == Activation.ReLU || (step >= 0 && _steps[step].Rectified)) return before;
        var check = new LimitCheck(node.Where);
        check.Require(
            weighted, DeviceLimits.Passthrough, $"the ReLU layer follows {(step < 0 ? "the input or joined maps" : _steps[step].Node.Where)}", "Put it behind a convolution or a dense layer.");
        check.Require(!wide, DeviceLimits.WideActivation, $"the ReLU layer follows a wide layer", "Leave out one of the two.");
        check.ThrowIfAny();
        for (int source = node.Inputs[0]; ; source = _nodes[source].Inputs[0])
        {
            if (_readers[source] != 1)
            {
                throw new ModelDefinitionException(
                    node.Where, "A ReLU layer becomes the activation of the layer in front of it, whose result nothing else reads.", $"{_nodes[source].Where} is read {_readers[source]} times", "Use a layer class with ReLU, or read the rectified result everywhere.");
            }

            if (_nodes[source] == _steps[step].Node) break;
        }

        _steps[step] = _steps[step] with { Rectified = true };
        return before;
    }

    private Held Joined(LayerNode node)
    {
        Held[] parts = [.. node.Inputs.Select(source => RequireMap(node, Read(source)))];
        return new Held([.. parts.SelectMany(part => part.Sources)], node.Output, Flattened: false, default) is { Sources.Length: <= DeviceLimits.MaximumOperands } joined
            ? joined
            : throw new LimitException(new LimitViolation(DeviceLimits.Operands, node.Where, $"more than {DeviceLimits.MaximumOperands} maps are joined", "Join fewer maps."));
    }

    private Held Combined(LayerNode node)
    {
        Held[] operands = [.. node.Inputs.Select(source => RequireMap(node, Read(source)))];
        if (operands.Any(operand => operand.Sources.Length > 1))
        {
            throw new ModelDefinitionException(
                node.Where, "The chip joins maps by channel where a convolution, a pool or a dense layer reads them.", "an operand of an element-wise operation is a joined map", "Put a layer between the two.");
        }

        // The operation sees the maps as they were written; a reshape of all operands alike follows it instead.
        SampleShape[] written = [.. operands.Select(operand => operand.Sources[0] < 0 ? _input : _steps[operand.Sources[0]].Output)];
        if (written.Any(shape => shape != written[0]))
        {
            throw new LimitException(new LimitViolation(
                DeviceLimits.OperandShapes, node.Where, $"before reshaping they are {string.Join(", ", written)}", "Bring the operands to one shape without a Reshape layer."));
        }

        return Add(new HardwareStep(node, [.. operands.Select(operand => operand.Sources[0])], written[0], written[0], Flatten: false));
    }

    private void CheckEnd()
    {
        if (_steps.Count == 0)
        {
            throw new ModelDefinitionException(
                $"model \"{_model}\"", "A model has at least one convolution, pooling, element-wise or dense layer.", $"it has {_nodes.Length} layers and none of these", "Add one.");
        }

        Held last = _held[^1];
        if (!last.IsMap)
        {
            throw new ModelDefinitionException(
                _nodes[^1].Where, "The chip flattens only in front of a dense layer.", "no dense layer follows", "Add a dense layer, or remove the Flatten layer.");
        }

        if (last.Sources is not [int step] || step != _steps.Count - 1)
        {
            throw new ModelDefinitionException(
                _nodes[^1].Where, "The output of a model is the result of its last convolution, pooling, element-wise or dense layer.", "it is an earlier result, the input, or a joined map", "Put such a layer at the end.");
        }

        var check = new LimitCheck($"model \"{_model}\"");
        check.Require(
            _steps.Count <= DeviceLimits.MaximumLayers, DeviceLimits.Layers, $"the model has {_steps.Count} hardware layers", "Use fewer layers.");
        check.ThrowIfAny();
    }

    private static Held RequireMap(LayerNode node, Held before)
    {
        if (before.Flattened) throw NotFlattened(node);
        if (before.Features.IsDefault) return before;
        throw new ModelDefinitionException(
            node.Where,
            "The chip moves no data between channels, rows and columns; a Permute layer that does stands in front of Flatten and a dense layer.",
            $"a {node.Layer.Kind} layer follows the Permute layer",
            "Permute the data before training, or put Flatten and a dense layer behind the Permute layer.");
    }

    private static ModelDefinitionException NotFlattened(LayerNode node) => new(
        node.Where, "The chip flattens only in front of a dense layer.", $"a {node.Layer.Kind} layer follows a Flatten layer", "Remove the Flatten layer, or use a dense layer.");

    private static ModelDefinitionException NotLast(LayerNode node) => new(
        node.Where, "A softmax is the last layer; it is part of the loss and computed in software behind the chip.", "other layers follow", "Move it to the end.");
}
