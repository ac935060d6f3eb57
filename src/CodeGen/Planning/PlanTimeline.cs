// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Maps;
using Ai8x.CodeGen.Placement;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Which data lies where in data memory, and from when to when. Taken from the placement itself and not from the search that found it.</summary>
internal sealed class PlanTimeline
{
    private readonly int[] _lastUse;
    private readonly int _streamed;

    private PlanTimeline(ImmutableArray<MapRow> rows, int[] lastUse, int streamed)
    {
        Rows = rows;
        _lastUse = lastUse;
        _streamed = streamed;
    }

    /// <summary>A row for each instance; a span's layer is the one that writes it, -1 for the network input.</summary>
    public ImmutableArray<MapRow> Rows { get; }

    /// <summary>Takes it from a plan.</summary>
    public static PlanTimeline Of(NetworkPlan plan)
    {
        PlacementAttempt attempt = Placer.Attempt(plan.Network, plan.Synthesis);
        IReadOnlyList<QuantizedLayer> layers = plan.Network.Layers;
        // For the network input and each layer's output the last layer that reads it; the number of layers for data that is unloaded.
        var last = new int[layers.Count + 1];
        for (int tensor = -1; tensor < layers.Count; tensor++)
        {
            bool kept = tensor >= 0 && attempt.Layers[tensor].IsOutput;
            last[tensor + 1] = kept ? layers.Count : layers.Where(layer => layer.Inputs.Contains(tensor)).Select(layer => layer.Index).DefaultIfEmpty(tensor).Max();
        }

        return new(MemoryMaps.Of(attempt).Single(map => map.Memory == "data").Rows, last, plan.StreamingLayers);
    }

    /// <summary>The first layer during which a span is in use, -1 from the start on. Rings are there as long as data streams.</summary>
    public int Start(MapSpan span) => IsRing(span) ? -1 : span.Layer;

    /// <summary>The last layer that needs a span.</summary>
    public int End(MapSpan span) => IsRing(span) ? _streamed - 1 : _lastUse[span.Layer + 1];

    /// <summary>Bytes of live data of all instances when a layer starts.</summary>
    public int Before(int layer) => Bytes(span => Start(span) < layer && End(span) >= layer);

    /// <summary>Bytes that are still needed when it has ended.</summary>
    public int After(int layer) => Bytes(span => Start(span) <= layer && End(span) > layer);

    private bool IsRing(MapSpan span) => span.Layer < _streamed - 1;

    private int Bytes(Func<MapSpan, bool> isLive) => Rows.Sum(row => (row with { Spans = [.. row.Spans.Where(isLive)] }).Used);
}
