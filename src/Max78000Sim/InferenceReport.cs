// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim;

/// <summary>What one inference took.</summary>
/// <param name="Layers">The executed layers in order.</param>
/// <param name="Timeline">All cycles by kind, the start-up cycle included.</param>
public sealed record InferenceReport(ImmutableArray<LayerReport> Layers, CycleCounts Timeline)
{
    /// <summary>Clock cycles from start to interrupt (latency.md section 1).</summary>
    public long Cycles => Timeline.Total;

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
/// <param name="Timeline">Its cycles by kind.</param>
/// <param name="Estimate">The cycles are an estimate, not a count (streaming).</param>
public sealed record LayerReport(int Layer, CycleCounts Timeline, bool Estimate)
{
    /// <summary>Clock cycles.</summary>
    public long Cycles => Timeline.Total;
}
