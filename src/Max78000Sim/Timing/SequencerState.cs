// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>What the sequencer does in one clock cycle (latency.md section 4).</summary>
public enum SequencerState
{
    /// <summary>Start-up of the inference, or set-up of an extended pass counter.</summary>
    Start,

    /// <summary>Kernels are read ahead of a layer that pools after its element-wise operation (latency.md section 3.3).</summary>
    KernelRead,

    /// <summary>One source element of a data pixel is read from data memory or the FIFO.</summary>
    Read,

    /// <summary>The read state of a padding pixel; no memory is read.</summary>
    Pad,

    /// <summary>A pixel is written to the row caches.</summary>
    TramWrite,

    /// <summary>One output slot, or one time slot of a pass-through layer.</summary>
    Output,

    /// <summary>The write state of a pixel that completes no window.</summary>
    Idle,

    /// <summary>The extra cycle at the end of a row with a single slot.</summary>
    Dummy,

    /// <summary>The first streaming layer waits for the FIFO.</summary>
    Stall,
}
