// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics;
using Ai8x.Max78000Sim.Energy;
using Ai8x.Max78000Sim.Timing;
using Ai8x.Max78000Sim.Tracing;

namespace Ai8x.Max78000Sim;

/// <summary>What one inference took.</summary>
/// <param name="Layers">The executed layers in order.</param>
/// <param name="Timeline">All cycles, the start-up cycle included.</param>
public sealed record InferenceReport(ImmutableArray<LayerReport> Layers, InferenceTimeline Timeline)
{
    /// <summary>Clock cycles from start to interrupt (latency.md section 1).</summary>
    public long Cycles => Timeline.Cycles;

    /// <summary>Clock cycles by what the sequencer does in them.</summary>
    public CycleCounts Counts => Timeline.Counts;

    /// <summary>What the layers take from the core supply, roughly.</summary>
    public EnergyEstimate Energy => Layers.Aggregate(default(EnergyEstimate), (sum, layer) => sum + layer.Energy);

    /// <summary>What the accelerator does in one cycle, from the computed timeline.</summary>
    /// <param name="cycle">Cycle of the inference, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The inference does not have that cycle.</exception>
    public CycleActivity Activity(long cycle)
    {
        (int layer, SequencerMoment moment) = Timeline.At(cycle);
        return Activity(cycle, layer, moment);
    }

    /// <summary>What the accelerator does in a window of cycles, from the stepped state machine.</summary>
    /// <param name="first">First cycle.</param>
    /// <param name="end">The first cycle behind the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is empty or leaves the inference.</exception>
    public IEnumerable<CycleActivity> Window(long first, long end) => Timeline.Step(first, end).Select(step => Activity(step.Cycle, step.Layer, step.Moment));

    /// <summary>The cycle in which a value of a layer was computed, complete with its last pass.</summary>
    /// <param name="layer">Position in <see cref="Layers"/>.</param>
    /// <param name="snapshot">What the layer wrote.</param>
    /// <param name="slot">Position in the snapshot's slots.</param>
    /// <param name="row">Output row.</param>
    /// <param name="column">Output column.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such value.</exception>
    public long OutputCycle(int layer, LayerSnapshot snapshot, int slot, int row, int column)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        LayerTimeline timeline = Timeline.Layers[layer];
        LayerGeometry geometry = timeline.Layer;
        if (!geometry.PassThrough)
            return Timeline.CycleOf(layer, timeline.OutputCycle(row, column, geometry.Passes - 1, slot % geometry.Slots));

        // Channels are packed inside each quadrant, four to a time slot; a pooling layer has an unused state between each two passes.
        OutputSlot target = snapshot.Slots[slot];
        const int ProcessorsPerQuadrant = 16, ChannelsPerTimeSlot = 4;
        int before = snapshot.Slots.Take(slot).Count(s => s.Expansion == target.Expansion && s.Processor / ProcessorsPerQuadrant == target.Processor / ProcessorsPerQuadrant);
        int pass = geometry.Window > 1 ? 2 * target.Expansion : target.Expansion;
        return Timeline.CycleOf(layer, timeline.OutputCycle(row, column, Math.Min(pass, geometry.Passes - 1), Math.Min(before / ChannelsPerTimeSlot, geometry.Slots - 1)));
    }

    /// <summary>Duration in microseconds.</summary>
    /// <param name="clockMegahertz">Clock of the accelerator in MHz, above 0; 50 is the usual one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock is not above 0.</exception>
    public double Microseconds(double clockMegahertz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockMegahertz);
        return Cycles / clockMegahertz;
    }

    private CycleActivity Activity(long cycle, int layer, SequencerMoment moment) =>
        layer < 0 ? new CycleActivity(cycle, -1, moment, 0, -1, []) : Layers[layer].Ports.At(cycle, moment);
}

/// <summary>One executed layer.</summary>
public sealed class LayerReport
{
    internal LayerReport(LayerPorts ports, LayerTimeline timeline, bool streaming)
    {
        Ports = ports;
        Timeline = timeline;
        Streaming = streaming;
    }

    /// <summary>Hardware layer, 0..31.</summary>
    public int Layer => Ports.Layer;

    /// <summary>Its own cycles, without waits.</summary>
    public LayerTimeline Timeline { get; }

    /// <summary>It ran interleaved with other layers; the reference gives an estimate for it, not a count.</summary>
    public bool Streaming { get; }

    /// <summary>Enabled processors, 1..64.</summary>
    public int Processors => BitOperations.PopCount(Ports.Processors);

    /// <summary>What the layer takes from the core supply, roughly.</summary>
    public EnergyEstimate Energy => EnergyEstimate.Of(Timeline, Processors);

    /// <summary>Clock cycles in which the layer went on.</summary>
    public long Cycles => Timeline.Cycles;

    /// <summary>What the reference estimator says: one and a half times the cycles of a streaming layer (latency.md section 3.5).</summary>
    public long ReferenceEstimate => Streaming ? (15 * Cycles + 9) / 10 : Cycles;

    internal LayerPorts Ports { get; }
}
