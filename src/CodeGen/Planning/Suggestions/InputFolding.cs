// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Blocks of input pixels as channels: the same bytes over more processors, and smaller maps.</summary>
internal static class InputFolding
{
    private static readonly int[] Sizes = [2, 4];

    public static IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> Of(FitCandidate network, FitProblem problem)
    {
        NetworkGraph graph = network.Graph;
        GraphLayer[] readers = [.. graph.Layers.Where(layer => layer.Inputs.Contains(-1))];
        if (readers is not [{ Operator: LayerOperator.Conv2d, Elementwise: null } first]) yield break;
        FeatureShape input = first.Input;
        foreach (int size in Sizes)
        {
            if (input.Rows % size != 0 || input.Columns % size != 0 || input.Channels * size * size > DeviceLimits.MaximumChannels) continue;
            var folded = new FeatureShape(input.Rows / size, input.Columns / size, input.Channels * size * size);
            Pooling?[] kept = [.. graph.Layers.Select(layer => layer.Pooling)];
            if (WithoutFirst(graph, size) is { } fewer && Folded(network, folded, fewer, size, ", and leave out the poolings that made the maps as small later") is { } shorter) yield return shorter;
            if (Folded(network, folded, kept, size, "") is { } plain) yield return plain;
        }
    }

    /// <summary>The poolings without the first ones that shrink maps as much as the folding, or null where there are none.</summary>
    private static Pooling?[]? WithoutFirst(NetworkGraph graph, int size)
    {
        Pooling?[] poolings = [.. graph.Layers.Select(layer => layer.Pooling)];
        int rest = size;
        for (int i = 0; i < poolings.Length && rest > 1; i++)
        {
            if (graph.Layers[i].Operator == LayerOperator.None || poolings[i] is not { } pooling || rest % pooling.Stride != 0) continue;
            rest /= pooling.Stride;
            poolings[i] = null;
        }

        return rest == 1 ? poolings : null;
    }

    private static (WayOutKind Kind, string Text, FitCandidate Result)? Folded(FitCandidate network, FeatureShape input, Pooling?[] poolings, int size, string without)
    {
        NetworkGraph graph = network.Graph;
        if (NetworkReshaping.Rebuild(graph, input, [.. graph.Layers.Select(layer => layer.Output.Channels)], poolings) is not { } folded) return null;
        string text = string.Create(CultureInfo.InvariantCulture, $"Fold blocks of {size}x{size} pixels of the input into channels, {input} instead of {graph.Input}{without}.");
        return (WayOutKind.Folding, text, network with { Graph = folded });
    }
}
