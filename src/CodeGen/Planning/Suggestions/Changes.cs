// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>All changes that may help against a problem, with cost and numbers.</summary>
internal static class Changes
{
    private const int MostNames = 3;

    public static IEnumerable<WayOut> Of(FitCandidate network, FitProblem problem)
    {
        IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> changes = problem.Resource switch
        {
            ChipResource.KernelMemory => [.. FewerBits.Of(network, problem), .. FewerChannels.Of(network, problem)],
            ChipResource.DataMemory => [.. Streaming(network), .. EarlierPooling.Of(network, problem), .. InputFolding.Of(network, problem), .. FewerChannels.Of(network, problem)],
            ChipResource.BiasMemory => [.. WithoutBias(network), .. FewerChannels.Of(network, problem)],
            ChipResource.FlattenSteps => [.. EarlierPooling.Of(network, problem), .. FewerChannels.Of(network, problem)],
            ChipResource.Channels => FewerChannels.Of(network, problem),
            ChipResource.Dimensions => [.. InputFolding.Of(network, problem), .. EarlierPooling.Of(network, problem)],
            ChipResource.Layers => FewerLayers.Of(network, problem),
            _ => [],
        };
        var numbers = new NeedsComparison(network, problem);
        return changes.Select(change => new WayOut(change.Kind, $"{change.Text} {numbers.Text(change.Result)}", numbers.Cost(change.Result), change.Result));
    }

    /// <summary>How a layer is called in suggestions.</summary>
    public static string Name(FitCandidate network, int layer) => string.Create(CultureInfo.InvariantCulture, $"layer {layer} \"{network.Graph.Layers[layer].Name}\"");

    /// <summary>Layers in one phrase: by name where they are few, else by number.</summary>
    public static string Names(FitCandidate network, IReadOnlyList<int> layers)
    {
        if (layers.Count <= MostNames) return string.Join(", ", layers.Select(layer => Name(network, layer)));
        var runs = new List<string>();
        for (int first = 0, last; first < layers.Count; first = last + 1)
        {
            for (last = first; last + 1 < layers.Count && layers[last + 1] == layers[last] + 1; last++)
            {
            }

            runs.Add(first == last ? Text(layers[first]) : $"{Text(layers[first])} to {Text(layers[last])}");
        }

        return $"the {Text(layers.Count)} layers {string.Join(", ", runs)}";

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Pads a layer, where that makes it the last one that can stream.</summary>
    private static IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> Streaming(FitCandidate network)
    {
        NetworkGraph graph = network.Graph;
        ImmutableArray<StreamableLayer> layers = StreamableLayer.Of(graph);
        StreamedPrefix prefix = StreamedPrefix.Of(layers);
        int reach = prefix.Layer == layers.Length - 1 && layers[^1].Operator == LayerOperator.Conv2d ? layers.Length : prefix.Layer;
        for (int i = 0; i < reach; i++)
        {
            if (layers[i].Pads) continue;
            NetworkGraph padded = graph with { Layers = graph.Layers.SetItem(i, graph.Layers[i] with { Padding = 1 }) };
            if (NetworkReshaping.Rebuild(padded, graph.Input, [.. graph.Layers.Select(layer => layer.Output.Channels)], [.. graph.Layers.Select(layer => layer.Pooling)]) is not { } result) continue;
            string count = i == 0 ? "it can stream" : string.Create(CultureInfo.InvariantCulture, $"the first {i + 1} layers can stream, and their input and what flows between them need not lie in memory as a whole");
            yield return (WayOutKind.Streaming, $"Pad {Name(network, i)} (pad: 1), so that {count}.", network with { Graph = result });
        }
    }

    /// <summary>The longest biases go first, so that few layers lose theirs.</summary>
    private static IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> WithoutBias(FitCandidate network)
    {
        NetworkGraph graph = network.Graph;
        int[] order = [.. Enumerable.Range(0, graph.Layers.Length).Where(i => !graph.Layers[i].Bias.IsDefaultOrEmpty).OrderByDescending(i => graph.Layers[i].Bias.Length)];
        for (int count = 1; count <= order.Length; count++)
        {
            int[] dropped = [.. order[..count].Order()];
            NetworkGraph changed = graph with { Layers = [.. graph.Layers.Select((layer, i) => dropped.Contains(i) ? layer with { Bias = [] } : layer)] };
            yield return (WayOutKind.NoBias, $"Leave out the bias of {Names(network, dropped)}.", network with { Graph = changed });
        }
    }
}
