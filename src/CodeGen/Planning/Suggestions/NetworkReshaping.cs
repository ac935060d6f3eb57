// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>
/// Makes a network with other channels, poolings or another input shape: all shapes follow, and weights are cut or repeated to the new sizes,
/// so that the result can be placed. It computes something else and must be trained again.
/// </summary>
internal static class NetworkReshaping
{
    /// <summary>Rebuilds a network.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="input">New shape of the input.</param>
    /// <param name="channels">New output channels of each layer; of no meaning for layers without operator.</param>
    /// <param name="poolings">New pooling of each layer.</param>
    /// <returns>The new network, or null where a shape becomes impossible.</returns>
    public static NetworkGraph? Rebuild(NetworkGraph graph, FeatureShape input, IReadOnlyList<int> channels, IReadOnlyList<Pooling?> poolings)
    {
        var layers = new List<GraphLayer>();
        foreach (GraphLayer layer in graph.Layers)
        {
            FeatureShape[] sources = [.. layer.Inputs.Select(source => source < 0 ? input : layers[source].Output)];
            if (InputOf(graph, layer, sources) is not { } read || poolings[layers.Count] is var pooling && !Fits(read, pooling)) return null;
            FeatureShape pooled = LayerShapes.Pooled(read, pooling), output = Output(layer, pooled, channels[layers.Count]);
            if (output.Rows < 1 || output.Columns < 1 || output.Channels < 1) return null;
            layers.Add(layer with
            {
                Input = read,
                Output = output,
                Pooling = pooling,
                PoolFirst = pooling is null || layer.PoolFirst,
                Flatten = layer.Operator == LayerOperator.Linear && pooled.Pixels > 1,
                Weights = Weights(layer, pooled, output.Channels),
                Bias = layer.Bias.IsDefaultOrEmpty ? [] : [.. Enumerable.Range(0, output.Channels).Select(o => layer.Bias[o % layer.Bias.Length])],
            });
        }

        return graph with { Input = input, Layers = [.. layers] };
    }

    private static bool Fits(FeatureShape map, Pooling? pooling) => pooling is null || (pooling.Rows <= map.Rows && pooling.Columns <= map.Columns);

    private static FeatureShape? InputOf(NetworkGraph graph, GraphLayer layer, FeatureShape[] sources)
    {
        FeatureShape first = sources[0];
        if (layer.Elementwise is not null) return Array.TrueForAll(sources, source => source == first) ? first : null;
        if (!Array.TrueForAll(sources, source => (source.Rows, source.Columns) == (first.Rows, first.Columns))) return null;
        FeatureShape joined = first with { Channels = sources.Sum(source => source.Channels) };
        FeatureShape before = layer.Inputs[0] < 0 ? graph.Input : graph.Layers[layer.Inputs[0]].Output;
        bool reshaped = (before.Rows, before.Columns) != (layer.Input.Rows, layer.Input.Columns);
        if (!reshaped) return joined;
        return joined.Pixels == layer.Input.Pixels && before.Channels == layer.Input.Channels ? layer.Input with { Channels = joined.Channels } : null;
    }

    private static FeatureShape Output(GraphLayer layer, FeatureShape pooled, int channels) => layer.Operator switch
    {
        LayerOperator.None => pooled,
        LayerOperator.Linear => new(1, 1, channels),
        LayerOperator.Conv1d => new(LayerShapes.DilatedSize(pooled.Rows, layer.KernelRows, layer.Padding, layer.Dilation), pooled.Columns, channels),
        LayerOperator.ConvTranspose2d => new(LayerShapes.TransposedSize(pooled.Rows, layer.Padding), LayerShapes.TransposedSize(pooled.Columns, layer.Padding), channels),
        _ => new(LayerShapes.ConvolvedSize(pooled.Rows, layer.KernelRows, layer.Padding), LayerShapes.ConvolvedSize(pooled.Columns, layer.KernelColumns, layer.Padding), channels),
    };

    /// <summary>Weights of the new sizes from those at the same place, or the same place modulo the old size.</summary>
    private static ImmutableArray<float> Weights(GraphLayer layer, FeatureShape pooled, int outputs)
    {
        if (layer.Operator == LayerOperator.None) return [];
        FeatureShape before = LayerShapes.Pooled(layer.Input, layer.Pooling);
        bool linear = layer.Operator == LayerOperator.Linear;
        int taps = linear ? pooled.Pixels : layer.KernelRows * layer.KernelColumns, oldTaps = linear ? before.Pixels : taps;
        if (outputs == layer.Output.Channels && pooled.Channels == before.Channels && taps == oldTaps) return layer.Weights;
        float[] weights = new float[checked(outputs * pooled.Channels * taps)];
        for (int o = 0, at = 0; o < outputs; o++)
        {
            for (int c = 0; c < pooled.Channels; c++)
            {
                int from = ((o % layer.Output.Channels * before.Channels) + (c % before.Channels)) * oldTaps;
                for (int tap = 0; tap < taps; tap++, at++) weights[at] = layer.Weights[from + (tap % oldTaps)];
            }
        }

        return ImmutableArray.Create(weights);
    }
}
