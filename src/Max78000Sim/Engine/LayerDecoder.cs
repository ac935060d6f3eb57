// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Bus;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Turns the register values of one layer into a <see cref="LayerConfiguration"/>, or says which of them make no sense.</summary>
internal sealed class LayerDecoder(RegisterFile registers, int layer)
{
    private const int Lead = 0;

    /// <summary>Kernel lengths of the 3x3 kernel.</summary>
    private const int Square = 3;

    public LayerConfiguration Decode()
    {
        CheckFixedFields();
        CheckQuadrantsAgree();
        bool passThrough = Post("ts_en") == 1;
        bool flatten = AnyQuadrant(LayerRegisters.Post, "flatten_en");
        bool transposed = Post("deconv_en") == 1;
        bool oneDimensional = OneD("oned_en") == 1;
        (int kernelRows, int kernelColumns) = KernelSize(oneDimensional);
        int bits = Post("mask_size") switch { 0 => 8, 1 => 1, 2 => 2, _ => 4 };
        var configuration = new LayerConfiguration
        {
            Index = layer,
            Rows = Length(LayerRegisters.RowCount, "rcnt_max", "rcnt_pad", transposed),
            Columns = Length(LayerRegisters.ColumnCount, "ccnt_max", "ccnt_pad", transposed),
            PadRows = Field(LayerRegisters.RowCount, "rcnt_pad"),
            PadColumns = Field(LayerRegisters.ColumnCount, "ccnt_pad"),
            PoolEnabled = Control("pool_en") == 1,
            MaxPool = Control("maxpl_en") == 1,
            RoundAverage = registers.Field(GlobalRegisters.Ctl, "poolrnd", Lead) == 1 && !oneDimensional,
            PoolRows = Field(LayerRegisters.PoolRowCount, "prcnt_max") + 1,
            PoolColumns = Field(LayerRegisters.PoolColumnCount, "pccnt_max") + 1,
            Stride = Field(LayerRegisters.Stride, "stride") + 1,
            Operands = OneD("ewise_en") == 1 ? OneD("ewise_cnt") + 1 : 1,
            Function = (ElementWise)OneD("ewise_func"),
            PoolFirst = Control("pool_en") == 0 || OneD("prepool") == 1 || OneD("ewise_en") == 0,
            PassThrough = passThrough,
            TimeSlots = OneD("tscnt_max") + 1,
            Transposed = transposed,
            Flatten = flatten,
            Passes = (flatten ? MaximumOverQuadrants(LayerRegisters.Post, "xpmp_cnt") << 4 : 0) + Field(LayerRegisters.LayerControl2, "inpchexp") + 1,
            ChannelFirst = Control("parallel") == 1,
            OneDimensional = oneDimensional,
            KernelRows = kernelRows,
            KernelColumns = kernelColumns,
            WeightBits = bits,
            Kernels = passThrough ? 0 : KernelCount(bits),
            GridStart = kernelRows * kernelColumns * (Field(LayerRegisters.MaskCount, "mcnt_sad") >> 3) + OneD("oned_sad"),
            SlotsPerExpansion = Field(LayerRegisters.LayerControl2, "xpch_max") / bits + 1,
            Shift = Post("scale_shft") == 1 ? -Post("scale_reg") : Post("scale_reg"),
            Wide = Control("bigdwrt") == 1,
            Relu = Control("act_en") == 1,
            Absolute = Post("out_abs") == 1,
            MaskOffset = Field(LayerRegisters.MaskOffset, "wptr_moff"),
            ChannelOffset = Field(LayerRegisters.ChannelOffset, "wptr_choff"),
            Source = Source(),
            QuadFanOut = layer == 0 && Global("qupac"),
            CircularWords = Global("stream_en") ? Field(LayerRegisters.FrameBuffer, "fbuf_max") : 0,
            Stream = Stream(),
            SkippedBias = layer == 0 && Global("stream_en") ? 1 : 0,
            CacheStart = Field(LayerRegisters.TransferPointer, "tptr_sad"),
            CacheEnd = Field(LayerRegisters.TransferPointer, "tptr_max"),
            Quadrants = [.. Enumerable.Range(0, MemoryMap.Quadrants).Select(Quadrant)],
        };
        LayerRules.Check(configuration);
        return configuration;
    }

    private QuadrantConfiguration Quadrant(int quadrant) => new(
        quadrant,
        registers.Field(LayerRegisters.Enable, "pro_en", quadrant, layer),
        registers.Field(LayerRegisters.Enable, "mask_en", quadrant, layer),
        quadrant == Lead || (Control("cnnsi_en") >> quadrant & 1) == 1,
        registers.Field(LayerRegisters.ReadPointer, "rptr_base", quadrant, layer),
        registers.Field(LayerRegisters.WritePointer, "wptr_base", quadrant, layer),
        registers.Field(LayerRegisters.TimeSlotOffset, "wptr_toff", quadrant, layer),
        registers.Field(LayerRegisters.LayerControl2, "wptr_inc", quadrant, layer) + 1,
        registers.Field(LayerRegisters.Post, "bptr_en", quadrant, layer) == 1,
        registers.Field(LayerRegisters.Post, "bptr_sad", quadrant, layer));

    private int Length(RegisterDefinition definition, string maximum, string pad, bool transposed)
    {
        int length = Field(definition, maximum) + 1 - 2 * Field(definition, pad);
        if (length < 1)
            throw Fault(definition, maximum, "the padding leaves no data. The field holds the size minus one plus twice the padding");
        if (!transposed)
            return length;
        return length % 2 == 0 ? length / 2 : throw Fault(definition, maximum, $"the size {length} of a zero-inserted image must be even");
    }

    private (int Rows, int Columns) KernelSize(bool oneDimensional)
    {
        int width = OneD("oned_width");
        if (oneDimensional)
        {
            return width is >= 1 and <= 9
                ? (width, 1)
                : throw Fault(LayerRegisters.OneDimensional, "oned_width", $"a one-dimensional kernel has length 1 to 9, not {width}");
        }

        return width switch
        {
            0 => (Square, Square),
            1 => (1, 1),
            _ => throw Fault(LayerRegisters.OneDimensional, "oned_width", $"without oned_en the field is 0 (3x3) or 1 (1x1), not {width}"),
        };
    }

    private int KernelCount(int bits)
    {
        int start = Field(LayerRegisters.MaskCount, "mcnt_sad");
        int span = Field(LayerRegisters.MaskCount, "mcnt_max") - start;
        if (span < 0 || span % bits != 0)
            throw Fault(LayerRegisters.MaskCount, "mcnt_max", $"the counter must run upwards from {start} in steps of {bits} bits");
        if (start % 8 != 0)
            throw Fault(LayerRegisters.MaskCount, "mcnt_sad", "the counter must start at a multiple of 8");
        return span / bits + 1;
    }

    private void CheckFixedFields()
    {
        if (Control("master") == 0)
        {
            throw Fault(LayerRegisters.LayerControl, "master",
                "the layer is not configured. Layers 0 to LCNT run; check the layer count and cnn_configure");
        }

        foreach (string field in (string[])["sslave", "mslave", "cpad_only"])
        {
            if (Control(field) != 0)
                throw Unsupported(LayerRegisters.LayerControl, field);
        }

        if (Control("sramlsrc") == 0)
            throw Unsupported(LayerRegisters.LayerControl, "sramlsrc", "the local write pointer source (bit 11 cleared)");
        CheckStreaming();
    }

    private void CheckStreaming()
    {
        bool streams = Global("stream_en");
        bool fifo = layer == 0 && Global("fifo_en");
        if (!streams && !fifo && registers.Get(LayerRegisters.StreamStart, Lead, layer) != 0)
            throw Fault(LayerRegisters.StreamStart, "strm_isval", "the layer has a start count, but streaming is off (CTL.stream_en)");
        if (!streams && registers.Get(LayerRegisters.StreamDelta, Lead, layer) != 0)
            throw Fault(LayerRegisters.StreamDelta, "strm_dsval1", "the layer has stream deltas, but streaming is off (CTL.stream_en)");
        if (registers.Get(LayerRegisters.FrameBuffer, Lead, layer) == 0)
            return;
        if (!streams)
            throw Fault(LayerRegisters.FrameBuffer, "fbuf_max", "the layer has a circular buffer, but streaming is off (CTL.stream_en)");
        if (!Global("lilbuf"))
            throw Fault(LayerRegisters.FrameBuffer, "fbuf_max", "the layer has a circular buffer, but circular buffers are off (CTL.lilbuf)");
    }

    private StreamControl? Stream() => Global("stream_en") && (layer == 0 || registers.Get(LayerRegisters.StreamStart, Lead, layer) != 0)
        ? new StreamControl(
            Field(LayerRegisters.StreamStart, "strm_isval"), Field(LayerRegisters.StreamDelta, "strm_dsval1"), Field(LayerRegisters.StreamDelta, "strm_dsval2"),
            Field(LayerRegisters.FrameBuffer, "fbuf_max"))
        : null;

    private InputSource Source()
    {
        if (layer != 0 || !Global("fifo_en"))
            return InputSource.Memory;
        return !Global("ffifo_en") ? InputSource.Fifos : Global("fifogrp") || Global("qupac") ? InputSource.FastFifoGroup : InputSource.FastFifoSpread;
    }

    private bool Global(string field) => registers.Field(GlobalRegisters.Ctl, field, Lead) == 1;

    /// <summary>All quadrants step through the same layer, so their counters must agree (machine.md section 1.2).</summary>
    private void CheckQuadrantsAgree()
    {
        ReadOnlySpan<RegisterDefinition> common =
        [
            LayerRegisters.RowCount, LayerRegisters.ColumnCount, LayerRegisters.OneDimensional, LayerRegisters.PoolRowCount, LayerRegisters.PoolColumnCount,
            LayerRegisters.Stride, LayerRegisters.MaskCount, LayerRegisters.LayerControl2, LayerRegisters.StreamStart, LayerRegisters.StreamDelta,
            LayerRegisters.FrameBuffer,
        ];
        for (int quadrant = 1; quadrant < MemoryMap.Quadrants; quadrant++)
        {
            if (registers.Get(LayerRegisters.Enable, quadrant, layer) == 0)
                continue;
            foreach (RegisterDefinition definition in common)
            {
                uint value = registers.Get(definition, quadrant, layer);
                if (value != registers.Get(definition, Lead, layer))
                {
                    throw new SimulationException(
                        SimulationFault.InconsistentRegisters,
                        $"quadrant {quadrant} has processors in this layer but its {definition.Name} differs from 0x{registers.Get(definition, Lead, layer):x8} in quadrant 0",
                        new FaultContext(RegisterFile.AddressOf(definition, quadrant, layer), value, definition.Name, Layer: layer));
                }
            }
        }
    }

    private bool AnyQuadrant(RegisterDefinition definition, string field) => MaximumOverQuadrants(definition, field) != 0;

    private int MaximumOverQuadrants(RegisterDefinition definition, string field) =>
        Enumerable.Range(0, MemoryMap.Quadrants).Max(q => registers.Field(definition, field, q, layer));

    private int Field(RegisterDefinition definition, string field) => registers.Field(definition, field, Lead, layer);

    private int Post(string field) => Field(LayerRegisters.Post, field);

    private int Control(string field) => Field(LayerRegisters.LayerControl, field);

    private int OneD(string field) => Field(LayerRegisters.OneDimensional, field);

    private SimulationException Unsupported(RegisterDefinition definition, string field, string? what = null) => new(
        SimulationFault.UnsupportedFeature,
        $"this simulator does not execute {what ?? $"{definition.Name}.{field}"}",
        Context(definition, field));

    private SimulationException Fault(RegisterDefinition definition, string field, string message) =>
        new(SimulationFault.InconsistentRegisters, message, Context(definition, field));

    private FaultContext Context(RegisterDefinition definition, string field) => new(
        RegisterFile.AddressOf(definition, Lead, layer), registers.Get(definition, Lead, layer), definition.Name, field, layer);
}
