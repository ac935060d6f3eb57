// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Weights of fewer bits: of the layer that does not fit, or of the layers that take most.</summary>
internal static class FewerBits
{
    private static readonly int[] Widths = [4, 2, 1];

    public static IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> Of(FitCandidate network, FitProblem problem)
    {
        NetworkGraph graph = network.Graph;
        int[] order =
        [
            .. Enumerable.Range(0, graph.Layers.Length).Where(i => graph.Layers[i].Operator != LayerOperator.None)
                .OrderByDescending(i => new LayerNeeds(graph.Layers[i], network.WeightBits[i]).KernelArea),
        ];
        int[][] sets = [[problem.Layer], .. Enumerable.Range(1, order.Length).Select(count => (int[])[.. order[..count].Order()])];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (int bits in Widths)
        {
            foreach (int[] set in sets)
            {
                int[] changed = [.. set.Where(layer => network.WeightBits[layer] > bits && graph.Layers[layer].Operator != LayerOperator.None)];
                string names = Changes.Names(network, changed);
                if (changed.Length == 0 || !seen.Add(string.Create(CultureInfo.InvariantCulture, $"{bits} {names}"))) continue;
                FitCandidate result = network with { WeightBits = [.. network.WeightBits.Select((before, layer) => changed.Contains(layer) ? bits : before)] };
                yield return (WayOutKind.FewerBits, string.Create(CultureInfo.InvariantCulture, $"Give {names} weights of {bits} {(bits == 1 ? "bit" : "bits")} (quantization: {bits})."), result);
            }
        }
    }
}
