// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>A run of cycles in which one layer goes on.</summary>
/// <param name="Start">First cycle of the inference.</param>
/// <param name="Cycles">Length.</param>
/// <param name="Layer">Position of the layer in the list of executed layers, or -1 for the start-up cycle and waits.</param>
/// <param name="LayerCycle">Cycle of the layer's own timeline at which the run begins; 0 where no layer goes on.</param>
public readonly record struct TimelineSlice(long Start, long Cycles, int Layer, long LayerCycle)
{
    /// <summary>The first cycle behind the run.</summary>
    public long End => Start + Cycles;
}
