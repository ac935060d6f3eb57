// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim;

/// <summary>What kind of thing a program did that the simulated accelerator does not accept.</summary>
public enum SimulationFault
{
    /// <summary>No register or memory is at the address.</summary>
    UnknownAddress,

    /// <summary>The access is not a multiple of its width.</summary>
    Unaligned,

    /// <summary>The place does not take accesses of this width.</summary>
    AccessWidth,

    /// <summary>A bit that belongs to no field was written as 1.</summary>
    ReservedBits,

    /// <summary>A value that the place cannot hold, or a write to a place that is only read.</summary>
    BadValue,

    /// <summary>A feature of the device that this simulator does not execute.</summary>
    UnsupportedFeature,

    /// <summary>Register values that contradict each other or describe no layer.</summary>
    InconsistentRegisters,

    /// <summary>An enabled processor reads a data word that nobody wrote.</summary>
    DataNeverWritten,

    /// <summary>An enabled processor reads a byte lane that no channel was written to, or one computed from missing kernels.</summary>
    DataUndefined,

    /// <summary>A layer reads or writes data outside its memory instance.</summary>
    DataOutsideMemory,

    /// <summary>One layer writes the same data word twice.</summary>
    DataWrittenTwice,

    /// <summary>A layer takes kernels from outside the kernel memory, or a record leaves it.</summary>
    KernelOutsideMemory,

    /// <summary>A result depends on a kernel word that was never loaded.</summary>
    KernelNotLoaded,

    /// <summary>A layer takes its bias from outside the bias memory.</summary>
    BiasOutsideMemory,

    /// <summary>A result depends on a bias byte that was never loaded.</summary>
    BiasNotLoaded,

    /// <summary>The sum of a layer may leave the accumulator.</summary>
    AccumulatorOverflow,

    /// <summary>The program waits for a value that does not come.</summary>
    WaitWithoutEnd,

    /// <summary>A check inside the program failed, for example of a memory test.</summary>
    CheckFailed,

    /// <summary>The program ended without a finished inference, or without acknowledging it.</summary>
    NoInference,

    /// <summary>A layer overwrites data that it, or a layer that runs at the same time, still has to read.</summary>
    DataOverwritten,

    /// <summary>The program reads or writes memory or registers that the running layers use.</summary>
    AccessWhileRunning,

    /// <summary>A word is stored to an input FIFO that is full or switched off, so that it is lost.</summary>
    FifoOverflow,

    /// <summary>A row of a layer does not fit into the row caches, or leaves the part that the registers give it.</summary>
    CacheOverflow,
}
