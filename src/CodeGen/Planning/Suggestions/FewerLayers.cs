// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Fewer layers: those left out whose output has the shape of their input.</summary>
internal static class FewerLayers
{
    private const int MostCopies = 4;

    public static IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> Of(FitCandidate network, FitProblem problem)
    {
        NetworkGraph graph = network.Graph;
        int[] open = [.. Enumerable.Range(0, graph.Layers.Length - 1).Where(i => graph.Layers[i] is { Inputs.Length: 1, Elementwise: null } layer && layer.Input == layer.Output && !layer.Wide)];
        int[] cheapest = [.. open.OrderBy(i => graph.Layers[i].Weights.Length).ThenBy(i => i)];

        // Copies of operands are layers too, so that a few more may have to go.
        IEnumerable<int> counts = Enumerable.Range(Math.Max(1, (int)(problem.Needed - DeviceLimits.MaximumLayers)), MostCopies).Where(count => count <= open.Length);
        int[][] choices = [.. counts.SelectMany(count => new int[][] { [.. cheapest[..count].Order()], open[^count..] })];
        foreach (int[] choice in choices.DistinctBy(choice => string.Join(' ', choice)))
        {
            yield return (
                WayOutKind.FewerLayers,
                string.Create(CultureInfo.InvariantCulture, $"Leave out {Changes.Names(network, choice)}, whose input and output have the same shape."),
                new FitCandidate(Without(graph, choice), [.. network.WeightBits.Where((_, i) => !choice.Contains(i))]));
        }
    }

    /// <summary>The readers of a layer that is left out read what it read.</summary>
    private static NetworkGraph Without(NetworkGraph graph, int[] left)
    {
        List<GraphLayer> layers = [];
        var place = new int[graph.Layers.Length];
        for (int i = 0; i < graph.Layers.Length; i++)
        {
            GraphLayer layer = graph.Layers[i] with { Inputs = [.. graph.Layers[i].Inputs.Select(source => source < 0 ? source : place[source])] };
            place[i] = left.Contains(i) ? layer.Inputs[0] : layers.Count;
            if (!left.Contains(i)) layers.Add(layer);
        }

        return graph with { Layers = [.. layers] };
    }
}
