// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Device.Registers;

/// <summary>The global registers of a quadrant (machine.md section 3.3), at <see cref="MemoryMap.Registers"/> plus the register's offset.</summary>
public static class GlobalRegisters
{
    /// <summary>CTRL, offset 0x0.</summary>
    public static RegisterDefinition Ctl { get; } = new("CTL", "CTRL", "Control", 0x0,
        new RegisterField("cnn_en", 0, 1, "Run; a rising edge starts."),
        new RegisterField("rdy_sel", 1, 2, "Bus wait states."),
        new RegisterField("clk_en", 3, 1, "Data-processing clock enable."),
        new RegisterField("calcmax", 4, 1, "Global max-pool select."),
        new RegisterField("pool_en", 5, 1, "Global pooling enable; the layer's own control is used."),
        new RegisterField("bigdata", 6, 1, "Global CHW select; the layer's own control is used."),
        new RegisterField("apbclk_en", 7, 1, "Bus clock always on."),
        new RegisterField("oneshot", 8, 1, "Single-layer stepping."),
        new RegisterField("ext_sync", 9, 3, "Synchronisation source: bits 10:9 the master quadrant, bit 11 set while enabling."),
        new RegisterField("cnn_irq", 12, 1, "Completion flag; write 0 to acknowledge."),
        new RegisterField("poolrnd", 13, 1, "Round average pooling."),
        new RegisterField("stream_en", 14, 1, "Streaming on."),
        new RegisterField("fifo_en", 15, 1, "Layer-0 data comes from the FIFO."),
        new RegisterField("mlat_ld", 16, 1, "Rising edge loads layer 0's write pointer into the MLAT address counter."),
        new RegisterField("mlatch_sel", 17, 2, "Byte lane delivered by MLAT."),
        new RegisterField("lilbuf", 19, 1, "Circular buffers for streaming."),
        new RegisterField("mexpress", 20, 1, "Packed kernel loading."),
        new RegisterField("simple1b", 21, 1, "Simplified 1-bit multiply."),
        new RegisterField("ffifo_en", 22, 1, "Fast FIFO."),
        new RegisterField("fifogrp", 23, 1, "Fast FIFO feeds the first four processors."),
        new RegisterField("fclk_dly", 24, 6, "Clock delay."),
        new RegisterField("timeshft", 30, 1, "Not on this device: 0."),
        new RegisterField("qupac", 31, 1, "Quad fan-out of the fast FIFO."));

    /// <summary>SRAM, offset 0x4.</summary>
    public static RegisterDefinition Sram { get; } = new("SRAM", "SRAM", "SRAM control", 0x4,
        new RegisterField("extacc", 0, 1, "Extended access time."),
        new RegisterField("rmargin_en", 1, 1, "Read margin enable."),
        new RegisterField("rmargin", 2, 4, "Read margin."),
        new RegisterField("ls", 6, 2, "Light sleep controls."),
        new RegisterField("ds", 8, 2, "Deep sleep controls."),
        new RegisterField("wneg_en", 10, 1, "Write-negative-voltage enable."),
        new RegisterField("wneg_vol", 11, 2, "Write-negative-voltage level."));

    /// <summary>LCNT_MAX, offset 0x8.</summary>
    public static RegisterDefinition LayerCount { get; } = new("LCNT", "LCNT_MAX", "Layer count", 0x8,
        new RegisterField("lcnt", 0, 5, "Index of the last layer to execute."),
        new RegisterField("lstart", 8, 8, "Start layer; always 0 on this device."));

    /// <summary>TEST, offset 0xc.</summary>
    public static RegisterDefinition Test { get; } = new("TEST", "TEST", "Memory test", 0xc,
        new RegisterField("data_run", 0, 1, "Run the data memory test."),
        new RegisterField("data_zero", 1, 1, "Zeroise the data memory."),
        new RegisterField("kernel_run", 2, 1, "Run the kernel memory test."),
        new RegisterField("kernel_zero", 3, 1, "Zeroise the kernel memory."),
        new RegisterField("tram_run", 4, 1, "Run the TRAM test."),
        new RegisterField("tram_zero", 5, 1, "Zeroise the TRAM."),
        new RegisterField("bias_run", 6, 1, "Run the bias memory test."),
        new RegisterField("bias_zero", 7, 1, "Zeroise the bias memory."),
        new RegisterField("data_fail", 14, 1, "Data memory failed."),
        new RegisterField("kernel_fail", 15, 1, "Kernel memory failed."),
        new RegisterField("tram_fail", 16, 1, "TRAM failed."),
        new RegisterField("bias_fail", 17, 1, "Bias memory failed."),
        new RegisterField("data_done", 18, 1, "Data memory done."),
        new RegisterField("kernel_done", 19, 1, "Kernel memory done."),
        new RegisterField("tram_done", 20, 1, "TRAM done."),
        new RegisterField("bias_done", 21, 1, "Bias memory done."),
        new RegisterField("done", 27, 1, "All done."));

    /// <summary>IFRM, offset 0x990.</summary>
    public static RegisterDefinition InputFrame { get; } = new("IFRM", "IFRM", "Input frame size", 0x990,
        new RegisterField("ifrm_reg", 0, 20, "FIFO words of the input frame."));

    /// <summary>MLAT, offset 0x1000.</summary>
    public static RegisterDefinition Mlat { get; } = new("MLAT", "MLAT", "MLAT", 0x1000,
        new RegisterField("mlatdat", 0, 32, "Four bytes of one lane from four successive words."));

    /// <summary>All global registers in address order.</summary>
    public static ImmutableArray<RegisterDefinition> All { get; } = [Ctl, Sram, LayerCount, Test, InputFrame, Mlat];
}
