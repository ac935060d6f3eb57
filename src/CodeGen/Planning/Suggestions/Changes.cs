// SPDX-License-Identifier: MIT
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
            ChipResource.DataMemory => [.. Streaming(network, problem), .. EarlierPooling.Of(network, problem), .. InputFolding.Of(network, problem), .. FewerChannels.Of(network, problem)],
            ChipResource.BiasMemory => [.. WithoutBias(network), .. FewerChannels.Of(network, problem)],
            ChipResource.FlattenSteps => [.. EarlierPooling.Of(network, problem), .. FewerChannels.Of(network, problem)],
            ChipResource.Channels => FewerChannels.Of(network, problem),
            ChipResource.Dimensions => [.. InputFolding.Of(network, problem), .. EarlierPooling.Of(network, problem)],
            _ => [],
        };
        var numbers = new NeedsComparison(network, problem);
        return changes.Select(change => new WayOut(change.Kind, $"{change.Text} {numbers.Text(change.Result)}", numbers.Cost(change.Result), change.Result));
    }

    /// <summary>How a layer is called in suggestions.</summary>
    public static string Name(FitCandidate network, int layer) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"layer {layer} \"{network.Graph.Layers[layer].Name}\"");

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

        static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> Streaming(FitCandidate network, FitProblem problem)
    {
        if (network.Streams || problem.Layer >= Device.Limits.DeviceLimits.MaximumStreamingLayers) yield break;
        yield return (WayOutKind.Streaming, "Stream the first layers (streaming: true, --fifo): the input comes row by row and no layer's whole map need lie in memory up to the last of them.", network with { Streams = true });
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
