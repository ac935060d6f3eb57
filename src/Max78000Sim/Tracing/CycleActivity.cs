// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tracing;

/// <summary>What the accelerator does in one cycle.</summary>
/// <param name="Cycle">Cycle of the inference, from 0.</param>
/// <param name="Layer">Hardware layer, or -1 during start-up and waits.</param>
/// <param name="Moment">Where the layer's sequencer stands.</param>
/// <param name="Processors">Processors that work: bit <c>p</c> for processor <c>p</c>. They read in a read state, write their row cache in a row cache state, multiply in an output state.</param>
/// <param name="KernelWord">Word that the multiplying processors read from their kernel memories, or -1.</param>
/// <param name="Ports">Accesses to data memory.</param>
public sealed record CycleActivity(
    long Cycle, int Layer, SequencerMoment Moment, ulong Processors, int KernelWord, ImmutableArray<DataPortAccess> Ports)
{
    /// <summary>Number of processors that work.</summary>
    public int ProcessorCount => BitOperations.PopCount(Processors);

    /// <summary>True if a processor works.</summary>
    /// <param name="processor">0..63.</param>
    public bool Works(int processor) => (Processors >> processor & 1) != 0;
}

/// <summary>One access to a data memory instance.</summary>
/// <param name="Instance">Instance 0..15; each has one port.</param>
/// <param name="IsWrite">A store, else a load.</param>
/// <param name="Address">Absolute address of the 32-bit word.</param>
public readonly record struct DataPortAccess(int Instance, bool IsWrite, uint Address);
