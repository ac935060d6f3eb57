// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Device.Registers;

/// <summary>
/// The registers of a hardware layer (machine.md section 3.4). Register <c>R</c> of layer <c>l</c> in quadrant <c>g</c> is at
/// <c>MemoryMap.Registers + g * QuadrantStride + definition.Offset + 4 * l</c>.
/// </summary>
public static class LayerRegisters
{
    /// <summary>Distance in bytes between the same register of two neighbouring layers.</summary>
    public const uint LayerStride = 4;

    /// <summary>Ly_RCNT, register 0, offset of layer 0 0x010.</summary>
    public static RegisterDefinition RowCount { get; } = new("RCNT", "Ly_RCNT", "Rows", 0x010,
        new RegisterField("rcnt_max", 0, 10, "Rows - 1 + 2 * pad."),
        new RegisterField("rcnt_pad", 16, 2, "Pad rows on each side."));

    /// <summary>Ly_CCNT, register 1, offset of layer 0 0x090.</summary>
    public static RegisterDefinition ColumnCount { get; } = new("CCNT", "Ly_CCNT", "Columns", 0x090,
        new RegisterField("ccnt_max", 0, 10, "Columns - 1 + 2 * pad."),
        new RegisterField("ccnt_pad", 16, 2, "Pad columns on each side."));

    /// <summary>Ly_ONED, register 2, offset of layer 0 0x110.</summary>
    public static RegisterDefinition OneDimensional { get; } = new("ONED", "Ly_ONED", "1D", 0x110,
        new RegisterField("tscnt_max", 0, 4, "Time slots - 1 (pass-through, element-wise)."),
        new RegisterField("oned_sad", 4, 4, "Byte offset of the first kernel inside the K-byte grid."),
        new RegisterField("oned_width", 8, 4, "1-D kernel length 1..9; 1 without oned_en = 1x1 kernel; 0 = 3x3 kernel."),
        new RegisterField("oned_en", 12, 1, "1-D convolution."),
        new RegisterField("ewise_en", 13, 1, "Element-wise enable."),
        new RegisterField("ewise_func", 14, 2, "0 subtract, 1 add, 2 or, 3 xor."),
        new RegisterField("prepool", 16, 1, "Pool each operand before the element-wise operation."),
        new RegisterField("two_d_conv", 17, 1, "A convolution follows the element-wise operation."),
        new RegisterField("ewise_cnt", 18, 4, "Operands - 1."));

    /// <summary>Ly_PRCNT, register 3, offset of layer 0 0x190.</summary>
    public static RegisterDefinition PoolRowCount { get; } = new("PRCNT", "Ly_PRCNT", "Pooling rows", 0x190,
        new RegisterField("prcnt_max", 0, 4, "Pooling rows - 1."));

    /// <summary>Ly_PCCNT, register 4, offset of layer 0 0x210.</summary>
    public static RegisterDefinition PoolColumnCount { get; } = new("PCCNT", "Ly_PCCNT", "Pooling columns", 0x210,
        new RegisterField("pccnt_max", 0, 4, "Pooling columns - 1."));

    /// <summary>Ly_STRIDE, register 5, offset of layer 0 0x290.</summary>
    public static RegisterDefinition Stride { get; } = new("STRIDE", "Ly_STRIDE", "Stride", 0x290,
        new RegisterField("stride", 0, 4, "Stride - 1."));

    /// <summary>Ly_WPTR_BASE, register 6, offset of layer 0 0x310.</summary>
    public static RegisterDefinition WritePointer { get; } = new("WPTR", "Ly_WPTR_BASE", "SRAM write ptr", 0x310,
        new RegisterField("wptr_base", 0, 17, "Write pointer base: global word address, bits 16:13 the instance."));

    /// <summary>Ly_WPTR_TOFF, register 7, offset of layer 0 0x390.</summary>
    public static RegisterDefinition TimeSlotOffset { get; } = new("TOFF", "Ly_WPTR_TOFF", "Write ptr time slot offs", 0x390,
        new RegisterField("wptr_toff", 0, 17, "Added per time slot."));

    /// <summary>Ly_WPTR_MOFF, register 8, offset of layer 0 0x410.</summary>
    public static RegisterDefinition MaskOffset { get; } = new("MOFF", "Ly_WPTR_MOFF", "Write ptr mask offs", 0x410,
        new RegisterField("wptr_moff", 0, 17, "Added per group of four output channels."));

    /// <summary>Ly_WPTR_CHOFF, register 9, offset of layer 0 0x490.</summary>
    public static RegisterDefinition ChannelOffset { get; } = new("CHOFF", "Ly_WPTR_CHOFF", "Write ptr multi-pass channel offs", 0x490,
        new RegisterField("wptr_choff", 0, 17, "Added per output expansion pass."));

    /// <summary>Ly_RPTR_BASE, register 10, offset of layer 0 0x510.</summary>
    public static RegisterDefinition ReadPointer { get; } = new("RPTR", "Ly_RPTR_BASE", "SRAM read ptr", 0x510,
        new RegisterField("rptr_base", 0, 17, "Read pointer base: word address inside the instance."));

    /// <summary>Ly_LCTRL0, register 11, offset of layer 0 0x590.</summary>
    public static RegisterDefinition LayerControl { get; } = new("LCTL", "Ly_LCTRL0", "Layer control", 0x590,
        new RegisterField("sslave", 0, 4, "Slave selects: 0."),
        new RegisterField("mslave", 4, 1, "Master/slave: 0."),
        new RegisterField("master", 5, 1, "Always 1."),
        new RegisterField("parallel", 6, 1, "CHW input."),
        new RegisterField("pool_en", 7, 1, "Pooling window larger than 1."),
        new RegisterField("maxpl_en", 8, 1, "1 = max, 0 = average pooling."),
        new RegisterField("act_en", 9, 1, "ReLU."),
        new RegisterField("cpad_only", 10, 1, "Column padding only: 0."),
        new RegisterField("sramlsrc", 11, 1, "Global write pointer source."),
        new RegisterField("cnnsi_en", 12, 4, "Quadrants whose partial sums the master adds; bit g for quadrant g."),
        new RegisterField("bigdwrt", 16, 1, "32-bit wide output."));

    /// <summary>Ly_MCNT, register 12, offset of layer 0 0x610.</summary>
    public static RegisterDefinition MaskCount { get; } = new("MCNT", "Ly_MCNT", "Mask offset and count", 0x610,
        new RegisterField("mcnt_max", 0, 16, "Kernel counter end value, inclusive."),
        new RegisterField("mcnt_sad", 16, 16, "Kernel counter start value."));

    /// <summary>Ly_TPTR, register 13, offset of layer 0 0x690.</summary>
    public static RegisterDefinition TransferPointer { get; } = new("TPTR", "Ly_TPTR", "TRAM ptr max", 0x690,
        new RegisterField("tptr_max", 0, 16, "TRAM pointer maximum."),
        new RegisterField("tptr_sad", 16, 16, "TRAM pointer start."));

    /// <summary>Ly_EN, register 14, offset of layer 0 0x710.</summary>
    public static RegisterDefinition Enable { get; } = new("ENA", "Ly_EN", "Mask and processor enables", 0x710,
        new RegisterField("pro_en", 0, 16, "Processor enables of this quadrant."),
        new RegisterField("mask_en", 16, 16, "Kernel enables of this quadrant."));

    /// <summary>Ly_POST, register 15, offset of layer 0 0x790.</summary>
    public static RegisterDefinition Post { get; } = new("POST", "Ly_POST", "Post processing register", 0x790,
        new RegisterField("bptr_sad", 0, 12, "Bias byte address."),
        new RegisterField("bptr_en", 12, 1, "Add bias."),
        new RegisterField("scale_reg", 13, 4, "Shift magnitude."),
        new RegisterField("scale_shft", 17, 1, "0 = left shift, 1 = right shift."),
        new RegisterField("xpmp_cnt", 18, 4, "High four bits of the flatten pass count."),
        new RegisterField("mask_size", 22, 2, "0 = 8 bit, 1 = 1 bit, 2 = 2 bit, 3 = 4 bit weights."),
        new RegisterField("ts_en", 24, 1, "Time-slot mode (pass-through, element-wise without convolution)."),
        new RegisterField("onexone_en", 25, 1, "With ts_en: plain pass-through of a single operand."),
        new RegisterField("out_abs", 26, 1, "Absolute-value activation."),
        new RegisterField("flatten_en", 27, 1, "Extended pass counter."),
        new RegisterField("deconv_en", 28, 1, "Zero-insertion upsampling (transposed convolution)."));

    /// <summary>Sz_STRM0, register 16, offset of layer 0 0x810.</summary>
    public static RegisterDefinition StreamStart { get; } = new("STRM0", "Sz_STRM0", "Stream processing start", 0x810,
        new RegisterField("strm_isval", 0, 14, "Start count."));

    /// <summary>Sz_STRM1, register 17, offset of layer 0 0x890.</summary>
    public static RegisterDefinition StreamDelta { get; } = new("STRM1", "Sz_STRM1", "Stream processing delta", 0x890,
        new RegisterField("strm_invol", 0, 4, "Input volume offset."),
        new RegisterField("strm_dsval1", 4, 5, "In-row delta."),
        new RegisterField("strm_dsval2", 16, 12, "Row-crossing delta."));

    /// <summary>Sz_FBUF, register 18, offset of layer 0 0x910.</summary>
    public static RegisterDefinition FrameBuffer { get; } = new("FBUF", "Sz_FBUF", "Rollover", 0x910,
        new RegisterField("fbuf_max", 0, 17, "Circular buffer length in words."));

    /// <summary>Ly_LCTRL1, register 20, offset of layer 0 0xa10.</summary>
    public static RegisterDefinition LayerControl2 { get; } = new("LCTL2", "Ly_LCTRL1", "Layer control 2", 0xa10,
        new RegisterField("inpchexp", 0, 4, "Passes - 1 (low four bits when flattening)."),
        new RegisterField("wptr_inc", 4, 4, "Extra write pointer increment per output pixel."),
        new RegisterField("xpch_max", 8, 9, "Last output channel slot times weight bits."));

    /// <summary>All layer registers in address order.</summary>
    public static ImmutableArray<RegisterDefinition> All { get; } =
    [
        RowCount,
        ColumnCount,
        OneDimensional,
        PoolRowCount,
        PoolColumnCount,
        Stride,
        WritePointer,
        TimeSlotOffset,
        MaskOffset,
        ChannelOffset,
        ReadPointer,
        LayerControl,
        MaskCount,
        TransferPointer,
        Enable,
        Post,
        StreamStart,
        StreamDelta,
        FrameBuffer,
        LayerControl2,
    ];
}
