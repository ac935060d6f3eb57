// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Which nodes become hardware layers: convolutions, pools and dense layers do; Flatten becomes a property of the dense layer behind it;
/// Reshape and Dropout vanish. It is worked out when the model is defined, so that a model without a counterpart on the chip is
/// refused before it is trained.
/// </summary>
internal static class HardwareMapping
{
    /// <summary>Output of a node as the chip holds it: the hardware layer that wrote it, its map, and whether it is read as a vector.</summary>
    private readonly record struct Held(int Step, SampleShape Map, bool Flattened);

    public static ImmutableArray<HardwareStep> Map(string model, SampleShape input, ImmutableArray<LayerNode> nodes)
    {
        var steps = ImmutableArray.CreateBuilder<HardwareStep>();
        var held = new Held[nodes.Length];
        foreach (LayerNode node in nodes)
        {
            int source = node.Inputs[0];
            Held before = source < 0 ? new Held(-1, input, Flattened: false) : held[source];
            held[node.Index] = Follow(node, before, steps);
        }

        CheckEnd(model, nodes, held, steps);
        return steps.ToImmutable();
    }

    private static Held Follow(LayerNode node, Held before, ImmutableArray<HardwareStep>.Builder steps)
    {
        switch (node.Layer)
        {
            case Dropout:
                return before;
            case Flatten:
                return before.Flattened ? before : before with { Flattened = before.Map.Pixels > 1 };
            case Reshape reshape when reshape.Target == node.Input:
                return before;
            case Reshape:
                return before.Flattened ? throw NotFlattened(node) : before with { Map = node.Output };
            case Dense:
                CheckVector(node, before);
                steps.Add(new HardwareStep(node, before.Step, before.Map, before.Flattened));
                break;
            default:
                if (before.Flattened) throw NotFlattened(node);
                steps.Add(new HardwareStep(node, before.Step, before.Map, Flatten: false));
                break;
        }

        return new Held(steps.Count - 1, node.Output, Flattened: false);
    }

    private static void CheckVector(LayerNode node, Held before)
    {
        var check = new LimitCheck(node.Where);
        check.Require(
            before.Map.Channels <= DeviceLimits.MaximumChannels,
            DeviceLimits.Channels, $"the input has {before.Map.Channels} channels", "Use fewer channels.");
        check.ThrowIfAny();
    }

    private static void CheckEnd(string model, ImmutableArray<LayerNode> nodes, Held[] held, ImmutableArray<HardwareStep>.Builder steps)
    {
        if (steps.Count == 0)
        {
            throw new ModelDefinitionException(
                $"model \"{model}\"", "A model has at least one convolution, pooling or dense layer.", $"it has {nodes.Length} layers and none of these", "Add one.");
        }

        if (held[^1].Flattened)
        {
            throw new ModelDefinitionException(
                nodes[^1].Where, "The chip flattens only in front of a dense layer.", "no dense layer follows", "Add a dense layer, or remove the Flatten layer.");
        }

        var check = new LimitCheck($"model \"{model}\"");
        check.Require(
            steps.Count <= DeviceLimits.MaximumLayers, DeviceLimits.Layers, $"the model has {steps.Count} hardware layers", "Use fewer layers.");
        check.ThrowIfAny();
    }

    private static ModelDefinitionException NotFlattened(LayerNode node) => new(
        node.Where, "The chip flattens only in front of a dense layer.", $"a {node.Layer.Kind} layer follows a Flatten layer", "Remove the Flatten layer, or use a dense layer.");
}
