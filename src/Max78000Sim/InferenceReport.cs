// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Timing;

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

    /// <summary>Duration in microseconds.</summary>
    /// <param name="clockMegahertz">Clock of the accelerator in MHz, above 0; 50 is the usual one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock is not above 0.</exception>
    public double Microseconds(double clockMegahertz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockMegahertz);
        return Cycles / clockMegahertz;
    }
}

/// <summary>One executed layer.</summary>
/// <param name="Layer">Hardware layer, 0..31.</param>
/// <param name="Timeline">Its own cycles, without waits.</param>
/// <param name="Streaming">It ran interleaved with other layers; the reference gives an estimate for it, not a count.</param>
public sealed record LayerReport(int Layer, LayerTimeline Timeline, bool Streaming)
{
    /// <summary>Clock cycles in which the layer went on.</summary>
    public long Cycles => Timeline.Cycles;

    /// <summary>What the reference estimator says: one and a half times the cycles of a streaming layer (latency.md section 3.5).</summary>
    public long ReferenceEstimate => Streaming ? (15 * Cycles + 9) / 10 : Cycles;
}
