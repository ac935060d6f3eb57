// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Layers of fewer channels: those whose output the layer that does not fit reads or writes, or all but the last.</summary>
internal static class FewerChannels
{
    private const int Eighths = 8;
    private const int Lanes = 4;

    public static IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> Of(FitCandidate network, FitProblem problem)
    {
        NetworkGraph graph = network.Graph;
        int[] groups = Tied(graph);
        var near = graph.Layers[problem.Layer].Inputs.Append(problem.Layer).Select(layer => groups[layer + 1]).ToHashSet();
        int[][] sets =
        [
            [problem.Layer],
            .. near.Select(group => Members(graph, groups, other => other == group)),
            Members(graph, groups, near.Contains),
            Members(graph, groups, _ => true),
        ];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (int[] set in sets)
        {
            // Tied layers change together; those tied to the input or the result keep their channels.
            int[] members = [.. Members(graph, groups, group => set.Any(layer => groups[layer + 1] == group)).Where(layer => groups[layer + 1] != groups[0] && groups[layer + 1] != groups[^1])];
            if (members.Length == 0 || !seen.Add(string.Join(' ', members))) continue;
            foreach (Func<int, int> narrowing in Narrowings(problem.Resource))
            {
                if (Narrowed(network, members, narrowing) is { } way) yield return way;
            }
        }
    }

    private static (WayOutKind Kind, string Text, FitCandidate Result)? Narrowed(FitCandidate network, int[] members, Func<int, int> narrowing)
    {
        NetworkGraph graph = network.Graph;
        int[] channels = [.. graph.Layers.Select((layer, i) => members.Contains(i) ? narrowing(layer.Output.Channels) : layer.Output.Channels)];
        int[] changed = [.. members.Where(i => channels[i] != graph.Layers[i].Output.Channels)];
        if (changed.Length == 0 || NetworkReshaping.Rebuild(graph, graph.Input, channels, [.. graph.Layers.Select(layer => layer.Pooling)]) is not { } narrowed) return null;
        string[] numbers = [.. changed.Select(i => string.Create(CultureInfo.InvariantCulture, $"{channels[i]} instead of {graph.Layers[i].Output.Channels}"))];
        string list = numbers.Distinct().Count() == 1 ? numbers[0] : string.Join(", ", changed.Zip(numbers, (layer, number) => string.Create(CultureInfo.InvariantCulture, $"{number} in layer {layer}")));
        return (WayOutKind.FewerChannels, $"Give {Changes.Names(network, changed)} fewer output channels: {list}.", network with { Graph = narrowed });
    }

    private static IEnumerable<Func<int, int>> Narrowings(ChipResource resource)
    {
        if (resource == ChipResource.Channels) yield return channels => Math.Min(channels, DeviceLimits.MaximumChannels);
        for (int part = Eighths - 1; part >= 1; part--)
        {
            int eighths = part;
            yield return channels => channels <= Lanes ? channels : Math.Max(Lanes, channels * eighths / Eighths / Lanes * Lanes);
        }
    }

    private static int[] Members(NetworkGraph graph, int[] groups, Func<int, bool> wanted) =>
        [.. Enumerable.Range(0, graph.Layers.Length).Where(i => graph.Layers[i].Operator != LayerOperator.None && wanted(groups[i + 1]))];

    /// <summary>
    /// Which results have the same channels: those that an element-wise operation takes together, and those that a layer without operator
    /// passes on. Entry 0 is the network input, entry i + 1 layer i.
    /// </summary>
    private static int[] Tied(NetworkGraph graph)
    {
        int[] group = [.. Enumerable.Range(0, graph.Layers.Length + 1)];
        for (int i = 0; i < graph.Layers.Length; i++)
        {
            GraphLayer layer = graph.Layers[i];
            bool passes = layer.Operator == LayerOperator.None && (layer.Elementwise is not null || layer.Inputs.Length == 1);
            if (layer.Elementwise is not null)
            {
                foreach (int source in layer.Inputs) Join(group, layer.Inputs[0] + 1, source + 1);
            }

            if (passes) Join(group, layer.Inputs[0] + 1, i + 1);
        }

        return group;
    }

    private static void Join(int[] group, int one, int other)
    {
        (int kept, int replaced) = (group[one], group[other]);
        for (int i = 0; i < group.Length; i++)
        {
            if (group[i] == replaced) group[i] = kept;
        }
    }
}
