// SPDX-License-Identifier: MIT
namespace Ai8x.Device.Registers;

/// <summary>The control registers outside the quadrants: always-on domain and input FIFOs (machine.md section 3.2). Offsets are from <see cref="MemoryMap.Base"/>.</summary>
public static class AlwaysOnRegisters
{
    /// <summary>Always-on control, offset 0x1000.</summary>
    public static RegisterDefinition AlwaysOnControl { get; } = new("AON", "AON", "AON control", MemoryMap.AlwaysOnControl - MemoryMap.Base,
        new RegisterField("wait_states", 0, 2, "Wait states of always-on accesses."),
        new RegisterField("kernel_pd", 12, 4, "Bit g powers down the kernel memories of quadrant g."));

    /// <summary>Standard FIFO control, offset 0x0.</summary>
    public static RegisterDefinition FifoControl { get; } = new("FIFO_CTL", "FIFO_CTRL", "FIFO control", MemoryMap.FifoControl - MemoryMap.Base,
        new RegisterField("rdy_sel", 0, 2, "Wait states."),
        new RegisterField("threshold_a", 2, 5, "First threshold; 2 in all known programs."),
        new RegisterField("threshold_b", 7, 4, "Second threshold; 2 in all known programs."),
        new RegisterField("required", 11, 1, "Required on this device."),
        new RegisterField("fifo_en", 12, 4, "Bit f enables FIFO f."));

    /// <summary>Fast FIFO control, at <see cref="MemoryMap.FastFifoControl"/>.</summary>
    public static RegisterDefinition FastFifoControl { get; } = new("FFIFO_CTL", "FFIFO_CTRL", "Fast FIFO control", 0,
        new RegisterField("dma", 0, 4, "Not used by known programs."),
        new RegisterField("threshold", 4, 8, "Threshold; 10 in all known programs."));
}
