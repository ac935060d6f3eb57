// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// How many of the first layers can stream (network-yaml.md section 5). Of data that streams only a few rows are in memory at a time, so that one layer alone can read it, the
/// next one; and the last layer that streams pads.
/// </summary>
/// <param name="Lengths">Numbers of layers that can stream together, ascending; empty where none can.</param>
/// <param name="Layer">The layer that ends it.</param>
/// <param name="Obstacle">Why no more than these can stream, as a clause about that layer.</param>
internal sealed record StreamedPrefix(ImmutableArray<int> Lengths, int Layer, string Obstacle)
{
    /// <summary>Most channels that the FIFOs take.</summary>
    public const int MostChannels = 16;

    /// <summary>The most layers that can stream.</summary>
    public int Longest => Lengths.IsEmpty ? 0 : Lengths[^1];

    /// <summary>Finds them.</summary>
    /// <param name="layers">All layers of a network.</param>
    public static StreamedPrefix Of(ImmutableArray<StreamableLayer> layers)
    {
        List<int> lengths = [];
        for (int i = 0; i < layers.Length; i++)
        {
            if (ObstacleAt(layers, i) is string obstacle) return new([.. lengths], i, obstacle + (i > 0 && lengths.Count == 0 ? "; of the layers in front of it none pads, as the last one that streams has to" : ""));
            if (layers[i].Pads) lengths.Add(i + 1);
        }

        int last = layers.Length - 1;
        return new([.. lengths], last, layers[last].Pads ? "it is the last layer" : "it does not pad, as the last layer that streams has to");
    }

    private static string? ObstacleAt(ImmutableArray<StreamableLayer> layers, int index)
    {
        StreamableLayer layer = layers[index];
        if (index == DeviceLimits.MaximumStreamingLayers) return Text($"{DeviceLimits.MaximumStreamingLayers} layers in front of it stream already, which is the most");
        if (index == 0 && layer.Input.Channels > MostChannels) return Text($"the FIFOs take at most {MostChannels} channels, and it reads {layer.Input.Channels}");
        if (layer.Inputs is not [int source] || source != index - 1) return "a layer that streams reads nothing but what the layer before it writes";
        int other = Enumerable.Range(0, layers.Length).FirstOrDefault(reader => reader != index && layers[reader].Inputs.Contains(source), -1);
        string data = source < 0 ? "the network input" : Text($"the output of layer {source}");
        if (other >= 0) return Text($"layer {other} \"{layers[other].Name}\" reads {data} too, of which only a few rows would be in memory at a time");
        if (source >= 0 && layers[source].IsKept) return Text($"{data} belongs to the result, and only a few rows of it would be in memory at a time");
        if (source >= 0 && layers[source].IsWide) return Text($"{data} has 32 bits, and data that streams has 8");
        if (source >= 0 && layers[source].Output != layer.Input) return Text($"it reads {data} in another shape");
        return layer.Operator == LayerOperator.Conv2d ? null : "it is no two-dimensional convolution, and plans let no other layer stream";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
