// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Pooling in front of an earlier layer, in place of a later one where there is one.</summary>
internal static class EarlierPooling
{
    private static readonly int[] Windows = [2, 4];

    public static IEnumerable<(WayOutKind Kind, string Text, FitCandidate Result)> Of(FitCandidate network, FitProblem problem)
    {
        NetworkGraph graph = network.Graph;
        for (int target = problem.Layer; target >= 0; target--)
        {
            GraphLayer layer = graph.Layers[target];
            bool convolves = layer.Operator is LayerOperator.Conv1d or LayerOperator.Conv2d or LayerOperator.ConvTranspose2d;
            if (!convolves || layer.Elementwise is not null || layer.Dilation > 1) continue;
            foreach (int window in Windows)
            {
                if (Stronger(layer, window) is not { } pooling) continue;
                int later = layer.Pooling is null ? Array.FindIndex([.. graph.Layers], target + 1, next => next.Operator != LayerOperator.None && next.Pooling is { } other && other with { Kind = pooling.Kind } == pooling) : -1;
                if (later >= 0 && Moved(network, target, pooling, later) is { } moved) yield return moved;
                if (Moved(network, target, pooling, -1) is { } added) yield return added;
            }
        }
    }

    private static Pooling? Stronger(GraphLayer layer, int window)
    {
        if (layer.Pooling is not { } pooling) return new Pooling(PoolingKind.Max, window, layer.Input.Columns == 1 ? 1 : window, window);
        bool apart = pooling.Rows == pooling.Stride && (pooling.Columns == pooling.Stride || layer.Input.Columns == 1);
        int larger = pooling.Rows * window;
        return apart && larger <= Device.Limits.DeviceLimits.MaximumPool ? pooling with { Rows = larger, Columns = layer.Input.Columns == 1 ? 1 : larger, Stride = larger } : null;
    }

    private static (WayOutKind Kind, string Text, FitCandidate Result)? Moved(FitCandidate network, int target, Pooling pooling, int later)
    {
        NetworkGraph graph = network.Graph;
        Pooling?[] poolings = [.. graph.Layers.Select((layer, i) => i == target ? pooling : i == later ? null : layer.Pooling)];
        if (NetworkReshaping.Rebuild(graph, graph.Input, [.. graph.Layers.Select(layer => layer.Output.Channels)], poolings) is not { } pooled) return null;
        string kind = pooling.Kind == PoolingKind.Max ? "maximum" : "average";
        string instead = later >= 0 ? $" instead of in front of {Changes.Name(network, later)}" : graph.Layers[target].Pooling is { } before ? string.Create(CultureInfo.InvariantCulture, $" instead of {before.Rows}x{before.Columns}") : "";
        string text = string.Create(CultureInfo.InvariantCulture, $"Pool the {kind} of {pooling.Rows}x{pooling.Columns} with stride {pooling.Stride} in front of {Changes.Name(network, target)}{instead}.");
        return (WayOutKind.EarlierPooling, text, network with { Graph = pooled });
    }
}
