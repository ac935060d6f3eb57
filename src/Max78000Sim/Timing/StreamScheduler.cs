// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Timing;

/// <summary>
/// Interleaves streaming layers on the one sequencer. A pixel of a layer can start when its registers allow it (machine.md section 12.2) and every value that it
/// reads has been written; the last layer that can go on does, because its input stands in a ring that the layer before would overwrite. The first layer
/// waits for its FIFO words, which the processor delivers at its own pace as long as there is room.
/// </summary>
internal sealed class StreamScheduler
{
    private readonly StreamedLayer[] _layers;
    private readonly FifoArrivals? _fifo;

    public StreamScheduler(ImmutableArray<LayerTimeline> layers, ImmutableArray<StreamControl> streams, FifoFeed? feed)
    {
        _layers = new StreamedLayer[layers.Length];
        for (int i = 0; i < layers.Length; i++)
            _layers[i] = new StreamedLayer(layers[i], streams[i], i == 0 ? null : _layers[i - 1]);
        _fifo = feed is null ? null : new FifoArrivals(feed, layers[0].Layer, streams[0].BufferWords);
    }

    /// <summary>The first time that a layer overwrites what the next one has not read yet, or null.</summary>
    public StreamHazard? Hazard { get; private set; }

    /// <summary>Appends the slices of all layers behind those that are there.</summary>
    public void AddTo(List<TimelineSlice> slices)
    {
        long now = slices[^1].End;
        while (NextLayer() is int layer)
        {
            StreamedLayer streamed = _layers[layer];
            if (layer == 0 && _fifo is not null)
            {
                long ready = _fifo.Ready(streamed.Needed);
                if (ready > now)
                {
                    Append(slices, new TimelineSlice(now, ready - now, -1, 0));
                    now = ready;
                }

                _fifo.Release(streamed.Released, now);
            }

            long cycles = streamed.Cycles;
            Append(slices, new TimelineSlice(now, cycles, layer, streamed.Done));
            now += cycles;
            streamed.Advance();
            if (layer + 1 < _layers.Length && _layers[layer + 1].Overruns)
                Hazard ??= new StreamHazard(layer + 1, now);
        }
    }

    private int? NextLayer()
    {
        for (int layer = _layers.Length - 1; layer >= 0; layer--)
        {
            if (!_layers[layer].Finished && _layers[layer].CanStart)
                return layer;
        }

        return null;
    }

    private static void Append(List<TimelineSlice> slices, TimelineSlice next)
    {
        TimelineSlice last = slices[^1];
        bool joins = last.Start > 0 && last.Layer == next.Layer && (next.Layer < 0 || last.LayerCycle + last.Cycles == next.LayerCycle);
        if (joins)
            slices[^1] = last with { Cycles = last.Cycles + next.Cycles };
        else
            slices.Add(next);
    }
}

/// <summary>A ring between two streaming layers that runs over.</summary>
/// <param name="Layer">Position of the reading one in the list of executed layers.</param>
/// <param name="Cycle">Cycle of the inference.</param>
internal readonly record struct StreamHazard(int Layer, long Cycle);
