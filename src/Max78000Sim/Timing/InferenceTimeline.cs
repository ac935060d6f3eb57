// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Timing;

/// <summary>All cycles of one inference: the start-up cycle, then the layers one after the other, streaming ones interleaved (latency.md sections 1 and 4).</summary>
public sealed class InferenceTimeline
{
    private const int StartupCycles = 1;

    private readonly long[] _starts;

    private InferenceTimeline(ImmutableArray<LayerTimeline> layers, ImmutableArray<TimelineSlice> slices, int streaming)
    {
        Layers = layers;
        Slices = slices;
        StreamingLayers = streaming;
        Cycles = slices[^1].End;
        _starts = [.. slices.Select(slice => slice.Start)];
        Counts = layers.Aggregate(CycleCounts.Of(SequencerState.Start, StartupCycles), (sum, layer) => sum + layer.Counts);
        Counts += CycleCounts.Of(SequencerState.Stall, Cycles - Counts.Total);
    }

    /// <summary>The first time that a ring between streaming layers runs over, or null.</summary>
    internal StreamHazard? Hazard { get; private init; }

    /// <summary>The executed layers.</summary>
    public ImmutableArray<LayerTimeline> Layers { get; }

    /// <summary>Which layer goes on when, without gaps.</summary>
    public ImmutableArray<TimelineSlice> Slices { get; }

    /// <summary>How many of the first layers stream.</summary>
    public int StreamingLayers { get; }

    /// <summary>Cycles from start to interrupt.</summary>
    public long Cycles { get; }

    /// <summary>Cycles by state.</summary>
    public CycleCounts Counts { get; }

    /// <summary>What the reference estimator says of the same layers: streaming ones count one and a half times (latency.md section 3.5).</summary>
    public long ReferenceEstimate => StartupCycles + Enumerable.Range(0, Layers.Length).Sum(ReferenceLayerEstimate);

    /// <summary>Layers one after the other.</summary>
    /// <param name="layers">At least one layer.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public static InferenceTimeline Sequential(IEnumerable<LayerTimeline> layers) => Streaming(layers, [], null);

    /// <summary>Streaming layers interleaved, then the others one after the other.</summary>
    /// <param name="layers">At least one layer.</param>
    /// <param name="streams">One entry for each streaming layer from the first on; empty for none. The entry of the first one is not used.</param>
    /// <param name="feed">How a streaming first layer gets its input, or null where it lies in memory.</param>
    /// <exception cref="ArgumentException">There is no layer, or more streams than layers.</exception>
    public static InferenceTimeline Streaming(IEnumerable<LayerTimeline> layers, ImmutableArray<StreamControl> streams, FifoFeed? feed)
    {
        ImmutableArray<LayerTimeline> all = [.. layers];
        if (all.IsEmpty || streams.Length > all.Length)
            throw new ArgumentException("An inference has at least one layer, and no more streaming ones than layers.");
        List<TimelineSlice> slices = [new TimelineSlice(0, StartupCycles, -1, 0)];
        StreamScheduler? scheduler = streams.IsEmpty ? null : new StreamScheduler(all[..streams.Length], streams, feed);
        scheduler?.AddTo(slices);
        for (int i = streams.Length; i < all.Length; i++)
            slices.Add(new TimelineSlice(slices[^1].End, all[i].Cycles, i, 0));
        return new InferenceTimeline(all, [.. slices], streams.Length) { Hazard = scheduler?.Hazard };
    }

    /// <summary>What the reference estimator says of one layer.</summary>
    /// <param name="layer">Position in <see cref="Layers"/>.</param>
    public long ReferenceLayerEstimate(int layer) => layer < StreamingLayers ? (15 * Layers[layer].Cycles + 9) / 10 : Layers[layer].Cycles;

    /// <summary>The slice that holds a cycle.</summary>
    /// <param name="cycle">Cycle of the inference, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The inference does not have that cycle.</exception>
    public TimelineSlice SliceAt(long cycle)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cycle);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cycle, Cycles);
        int index = Array.BinarySearch(_starts, cycle);
        return Slices[index >= 0 ? index : ~index - 1];
    }

    /// <summary>What the sequencer does in one cycle, from the computed timeline.</summary>
    /// <param name="cycle">Cycle of the inference, from 0.</param>
    /// <returns>The position of the layer in <see cref="Layers"/>, or -1, and its state.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The inference does not have that cycle.</exception>
    public (int Layer, SequencerMoment Moment) At(long cycle)
    {
        TimelineSlice slice = SliceAt(cycle);
        return slice.Layer < 0 ? (-1, Waiting(slice)) : (slice.Layer, Layers[slice.Layer].At(slice.LayerCycle + cycle - slice.Start));
    }

    /// <summary>The cycle of the inference in which a layer comes to a cycle of its own.</summary>
    /// <param name="layer">Position in <see cref="Layers"/>.</param>
    /// <param name="layerCycle">Cycle of its timeline.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or cycle.</exception>
    public long CycleOf(int layer, long layerCycle)
    {
        // Layers that do not stream are one slice each, in order, at the end.
        int only = Slices.Length - Layers.Length + layer;
        foreach (TimelineSlice slice in layer >= StreamingLayers ? Slices.AsSpan(only, 1) : Slices.AsSpan())
        {
            if (slice.Layer == layer && layerCycle >= slice.LayerCycle && layerCycle < slice.LayerCycle + slice.Cycles)
                return slice.Start + layerCycle - slice.LayerCycle;
        }

        throw new ArgumentOutOfRangeException(nameof(layerCycle), layerCycle, $"layer {layer} has no such cycle");
    }

    /// <summary>Steps the state machine through a window of cycles, without use of the computed timelines of the layers.</summary>
    /// <param name="first">First cycle.</param>
    /// <param name="end">The first cycle behind the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is empty or leaves the inference.</exception>
    public IEnumerable<(long Cycle, int Layer, SequencerMoment Moment)> Step(long first, long end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(first, end);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Cycles);
        return StepWindow(first, end);
    }

    private static SequencerMoment Waiting(TimelineSlice slice) => new(slice.Start == 0 ? SequencerState.Start : SequencerState.Stall);

    private IEnumerable<(long Cycle, int Layer, SequencerMoment Moment)> StepWindow(long first, long end)
    {
        var running = new Dictionary<int, (IEnumerator<SequencerMoment> Steps, long At)>();
        try
        {
            foreach (TimelineSlice slice in Slices.Where(s => s.End > first && s.Start < end))
            {
                for (long cycle = Math.Max(first, slice.Start); cycle < Math.Min(end, slice.End); cycle++)
                    yield return (cycle, slice.Layer, slice.Layer < 0 ? Waiting(slice) : Advance(running, slice.Layer, slice.LayerCycle + cycle - slice.Start));
            }
        }
        finally
        {
            foreach ((IEnumerator<SequencerMoment> steps, _) in running.Values)
                steps.Dispose();
        }
    }

    private SequencerMoment Advance(Dictionary<int, (IEnumerator<SequencerMoment> Steps, long At)> running, int layer, long target)
    {
        if (!running.TryGetValue(layer, out (IEnumerator<SequencerMoment> Steps, long At) state))
            state = (SequencerStepper.Step(Layers[layer].Layer).GetEnumerator(), -1);
        for (; state.At < target; state.At++)
        {
            if (!state.Steps.MoveNext())
                throw new InvalidOperationException($"the state machine of layer {layer} ends before cycle {target}");
        }

        running[layer] = state;
        return state.Steps.Current;
    }
}
