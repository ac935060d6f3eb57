// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Registers;

/// <summary>A register of a layer, its value, and the rule that the value follows.</summary>
/// <param name="Register">The register.</param>
/// <param name="Value">The value.</param>
/// <param name="Rule">Section of the description of the machine.</param>
internal readonly record struct RegisterValue(RegisterDefinition Register, uint Value, string Rule);

/// <summary>The values of all registers of one layer in one quadrant (machine.md section 5).</summary>
internal sealed class LayerRegisterValues(LayerPlacement layer, int quadrant)
{
    private const int LeadQuadrant = 0;
    private const int InstanceWords = MemoryMap.InstanceWords;

    private QuantizedLayer Layer => layer.Layer;

    private HardwareLayer Hardware => layer.Hardware;

    private bool IsConvolution => layer.Hardware.IsConvolution;

    private bool IsTransposed => layer.Hardware.Operator == LayerOperator.ConvTranspose2d;

    /// <summary>Registers and values in the order of emission, zeros included.</summary>
    public List<RegisterValue> InOrder()
    {
        List<RegisterValue> values =
        [
            new(LayerRegisters.RowCount, RowCount(), "5"),
            new(LayerRegisters.ColumnCount, ColumnCount(), "5"),
            new(LayerRegisters.PoolRowCount, RegisterWord.Of(LayerRegisters.PoolRowCount, ("prcnt_max", (Layer.Pooling?.Rows ?? 1) - 1)), "5"),
            new(LayerRegisters.PoolColumnCount, RegisterWord.Of(LayerRegisters.PoolColumnCount, ("pccnt_max", (Layer.Pooling?.Columns ?? 1) - 1)), "5"),
            new(LayerRegisters.Stride, RegisterWord.Of(LayerRegisters.Stride, ("stride", IsTransposed ? 0 : (Layer.Pooling?.Stride ?? 1) - 1)), "5"),
            new(LayerRegisters.WritePointer, WritePointer(), "5.1"),
            new(LayerRegisters.TimeSlotOffset, RegisterWord.Of(LayerRegisters.TimeSlotOffset, ("wptr_toff", TimeSlotOffset())), "5"),
        ];
        if (IsConvolution) values.Add(new(LayerRegisters.MaskOffset, RegisterWord.Of(LayerRegisters.MaskOffset, ("wptr_moff", InstanceWords)), "5"));
        values.AddRange(
        [
            new(LayerRegisters.ChannelOffset, ChannelOffset(), "5"),
            new(LayerRegisters.ReadPointer, RegisterWord.Of(LayerRegisters.ReadPointer, ("rptr_base", layer.InputOffset / 4)), "5"),
            new(LayerRegisters.LayerControl, LayerControl(), "5.2"),
            new(LayerRegisters.LayerControl2, LayerControl2(), "5"),
            new(LayerRegisters.MaskCount, MaskCount(), "5"),
            new(LayerRegisters.OneDimensional, OneDimensional(), "5.3"),
            new(LayerRegisters.TransferPointer, TransferPointer(), "5.5"),
            new(LayerRegisters.Post, Post(), "5.6"),
            new(LayerRegisters.Enable, Enable(), "5"),
        ]);
        values.AddRange(StreamRegisterValues.InOrder(layer));
        return values;
    }

    private uint RowCount()
    {
        int rows = Layer.Flatten ? 1 : IsTransposed ? 2 * Hardware.Image.Rows : layer.IsUnrolled && !IsConvolution ? Hardware.Image.Rows * layer.InputPasses.Count : Hardware.Image.Rows;
        return RegisterWord.Of(LayerRegisters.RowCount, ("rcnt_max", rows - 1 + 2 * Hardware.Padding.Rows), ("rcnt_pad", Hardware.Padding.Rows));
    }

    private uint ColumnCount()
    {
        int columns = Layer.Flatten ? 1 : IsTransposed ? 2 * Hardware.Image.Columns : Hardware.Image.Columns;
        return RegisterWord.Of(LayerRegisters.ColumnCount, ("ccnt_max", columns - 1 + 2 * Hardware.Padding.Columns), ("ccnt_pad", Hardware.Padding.Columns));
    }

    private uint WritePointer()
    {
        int words = layer.OutputOffset / 4 - Hardware.SurplusPixels * layer.PixelStep;

        // Without convolution every quadrant writes its own channels.
        int first = IsConvolution ? layer.OutputMap.First : new ProcessorMap(layer.OutputMap.Bits & (0xfffful << (MemoryMap.ProcessorsPerQuadrant * quadrant))).First;
        int instance = first == MemoryMap.Processors ? 0 : first / MemoryMap.ProcessorsPerInstance;
        return RegisterWord.Of(LayerRegisters.WritePointer, ("wptr_base", words + instance * InstanceWords));
    }

    private int TimeSlotOffset()
    {
        if (IsConvolution) return Hardware.IsOneByOne ? 1 : 0;
        bool spread = layer.InputMap.Count > MemoryMap.ProcessorsPerInstance || (Layer.Operands > 1 && layer.InputPasses.Count > 1);
        return spread ? InstanceWords : InstanceWords / MemoryMap.InstancesPerQuadrant;
    }

    private uint ChannelOffset() => RegisterWord.Of(
        LayerRegisters.ChannelOffset, ("wptr_choff", layer.OutputPasses.Count > 1 ? Layer.OutputWidth / 8 * (layer.WriteGap + 1) : 0));

    private uint LayerControl() => RegisterWord.Of(
        LayerRegisters.LayerControl,
        ("master", 1),
        ("parallel", layer.Format == DataFormat.Chw ? 1 : 0),
        ("pool_en", Layer.Pooling is { Rows: > 1 } or { Columns: > 1 } ? 1 : 0),
        ("maxpl_en", Layer.Pooling is { Kind: PoolingKind.Average } ? 0 : 1),
        ("act_en", Layer.Activation == ActivationKind.Relu ? 1 : 0),
        ("sramlsrc", 1),
        ("cnnsi_en", IsConvolution && quadrant == LeadQuadrant && layer.Fanout == 1 ? Sources() : 0),
        ("bigdwrt", Layer.OutputWidth == 32 ? 1 : 0));

    /// <summary>Other quadrants whose partial sums or bias the lead quadrant adds.</summary>
    private long Sources()
    {
        long sources = 0;
        for (int q = LeadQuadrant + 1; q < MemoryMap.Quadrants; q++)
        {
            if (layer.InputMap.Quadrant(q) != 0 || layer.BiasQuadrant == q) sources |= 1L << q;
        }

        return sources;
    }

    private uint LayerControl2() => RegisterWord.Of(
        LayerRegisters.LayerControl2,
        ("inpchexp", Layer.Flatten ? (layer.Passes - 1) % 16 : layer.IsUnrolled && !IsConvolution ? 0 : layer.InputPasses.Count - 1),
        ("wptr_inc", IsConvolution ? layer.OutputPasses.Count * (layer.WriteGap + 1) - 1 : layer.WriteGap),
        ("xpch_max", IsConvolution ? (layer.SlotsPerExpansion - 1) * Layer.WeightBits : 0));

    private uint MaskCount()
    {
        if (!IsConvolution) return RegisterWord.Of(LayerRegisters.MaskCount, ("mcnt_max", layer.IsUnrolled ? 0 : (layer.OutputPasses.Count - 1) * 8));
        int start = 8 * (MemoryMap.KernelWordBytes * layer.KernelStart / layer.KernelSize);
        return RegisterWord.Of(LayerRegisters.MaskCount, ("mcnt_sad", start), ("mcnt_max", start + (layer.KernelCount - 1) * Layer.WeightBits));
    }

    private uint OneDimensional()
    {
        bool line = Hardware.Operator == LayerOperator.Conv1d, joins = Layer.Operands > 1;
        return RegisterWord.Of(
            LayerRegisters.OneDimensional,
            ("tscnt_max", IsConvolution ? 0 : TimeSlots(layer.InputMap) - 1),
            ("oned_sad", IsConvolution ? MemoryMap.KernelWordBytes * layer.KernelStart % layer.KernelSize : 0),
            ("oned_width", line ? layer.KernelSize : Hardware.IsOneByOne || (!IsConvolution && !joins) ? 1 : 0),
            ("oned_en", line ? 1 : 0),
            ("ewise_en", joins ? 1 : 0),
            ("ewise_func", joins ? Function(Layer.Elementwise) : 0),
            ("prepool", joins && Layer.Pooling is { Rows: > 1 } or { Columns: > 1 } && Layer.PoolFirst ? 1 : 0),
            ("two_d_conv", joins && IsConvolution ? 1 : 0),
            ("ewise_cnt", Layer.Operands - 1));
    }

    private static int Function(ElementwiseKind? kind) => kind switch
    {
        ElementwiseKind.Add => 1,
        ElementwiseKind.Or => 2,
        ElementwiseKind.Xor => 3,
        _ => 0,
    };

    /// <summary>Words that a quadrant without convolution writes one after another: its processors by fours.</summary>
    internal static int TimeSlots(ProcessorMap map) => Enumerable.Range(0, MemoryMap.Quadrants)
        .Max(q => (new ProcessorMap(map.Quadrant(q)).Count + MemoryMap.ProcessorsPerInstance - 1) / MemoryMap.ProcessorsPerInstance);

    private uint TransferPointer()
    {
        bool streams = layer is { Stream.Flows: true, Layer.Index: > 0 };
        if (Hardware.Operator == LayerOperator.Conv1d || (Hardware.IsOneByOne && !streams))
        {
            int last = Layer.Flatten ? layer.Passes - 1 : 0;
            return last < 16 ? 0 : RegisterWord.Of(LayerRegisters.TransferPointer, ("tptr_max", 2 * last + 1), ("tptr_sad", last));
        }

        int start = layer.Stream?.TransferStart ?? 0;
        return RegisterWord.Of(LayerRegisters.TransferPointer, ("tptr_max", StreamPlacer.TransferEntries(Hardware) - 1 + start), ("tptr_sad", start));
    }

    private uint Post()
    {
        bool bias = layer.BiasQuadrant == quadrant, manyPasses = Layer.Flatten && layer.Passes > 16;
        int shift = IsConvolution ? Layer.TotalShift : 0;
        return RegisterWord.Of(
            LayerRegisters.Post,
            ("mask_size", !IsConvolution ? 0 : Layer.WeightBits switch { 1 => 1, 2 => 2, 4 => 3, _ => 0 }),
            ("scale_reg", Math.Abs(shift)),
            ("scale_shft", shift < 0 ? 1 : 0),
            ("bptr_en", bias ? 1 : 0),
            ("bptr_sad", bias ? layer.BiasOffset : 0),
            ("ts_en", IsConvolution ? 0 : 1),
            ("onexone_en", !IsConvolution && Layer.Operands == 1 ? 1 : 0),
            ("out_abs", Layer.Activation == ActivationKind.Abs ? 1 : 0),
            ("deconv_en", IsTransposed ? 1 : 0),
            ("flatten_en", manyPasses ? 1 : 0),
            ("xpmp_cnt", manyPasses ? (layer.Passes - 1) >> 4 : 0));
    }

    private uint Enable()
    {
        uint processors = layer.EnabledMap.Quadrant(quadrant);
        return RegisterWord.Of(LayerRegisters.Enable, ("pro_en", processors), ("mask_en", IsConvolution ? processors : 0));
    }
}
