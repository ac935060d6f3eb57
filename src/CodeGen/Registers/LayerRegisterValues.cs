// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Registers;

/// <summary>The values of all registers of one layer in one quadrant (machine.md section 5).</summary>
internal sealed class LayerRegisterValues(LayerPlacement layer, int quadrant)
{
    private const int LeadQuadrant = 0;
    private const uint NextInstance = 0x2000;

    private QuantizedLayer Layer => layer.Layer;

    private bool OneByOne => layer.KernelSize == 1;

    /// <summary>Registers and values in the order of emission, zeros included.</summary>
    public (RegisterDefinition Register, uint Value)[] InOrder() =>
    [
        (LayerRegisters.RowCount, Count(LayerRegisters.RowCount, "rcnt", Layer.Flatten ? 1 : Layer.Input.Rows, Layer.PaddingRows)),
        (LayerRegisters.ColumnCount, Count(LayerRegisters.ColumnCount, "ccnt", Layer.Flatten ? 1 : Layer.Input.Columns, Layer.PaddingColumns)),
        (LayerRegisters.PoolRowCount, RegisterWord.Of(LayerRegisters.PoolRowCount, ("prcnt_max", (Layer.Pooling?.Rows ?? 1) - 1))),
        (LayerRegisters.PoolColumnCount, RegisterWord.Of(LayerRegisters.PoolColumnCount, ("pccnt_max", (Layer.Pooling?.Columns ?? 1) - 1))),
        (LayerRegisters.Stride, RegisterWord.Of(LayerRegisters.Stride, ("stride", (Layer.Pooling?.Stride ?? 1) - 1))),
        (LayerRegisters.WritePointer, WritePointer()),
        (LayerRegisters.TimeSlotOffset, RegisterWord.Of(LayerRegisters.TimeSlotOffset, ("wptr_toff", OneByOne ? 1 : 0))),
        (LayerRegisters.MaskOffset, RegisterWord.Of(LayerRegisters.MaskOffset, ("wptr_moff", NextInstance))),
        (LayerRegisters.ChannelOffset, 0),
        (LayerRegisters.ReadPointer, RegisterWord.Of(LayerRegisters.ReadPointer, ("rptr_base", layer.InputOffset / 4))),
        (LayerRegisters.LayerControl, LayerControl()),
        (LayerRegisters.LayerControl2, LayerControl2()),
        (LayerRegisters.MaskCount, MaskCount()),
        (LayerRegisters.OneDimensional, OneDimensional()),
        (LayerRegisters.TransferPointer, TransferPointer()),
        (LayerRegisters.Post, Post()),
        (LayerRegisters.Enable, Enable()),
        (LayerRegisters.StreamStart, 0),
        (LayerRegisters.StreamDelta, 0),
    ];

    private static uint Count(RegisterDefinition register, string prefix, int size, int padding) =>
        RegisterWord.Of(register, (prefix + "_max", size - 1 + 2 * padding), (prefix + "_pad", padding));

    private uint WritePointer()
    {
        int instance = layer.OutputMap.First / MemoryMap.ProcessorsPerInstance;
        return RegisterWord.Of(LayerRegisters.WritePointer, ("wptr_base", layer.OutputOffset / 4 + instance * NextInstance));
    }

    private uint LayerControl() => RegisterWord.Of(
        LayerRegisters.LayerControl,
        ("master", 1),
        ("parallel", layer.Format == DataFormat.Chw ? 1 : 0),
        ("pool_en", Layer.Pooling is { Rows: > 1 } or { Columns: > 1 } ? 1 : 0),
        ("maxpl_en", Layer.Pooling is { Kind: PoolingKind.Average } and ({ Rows: > 1 } or { Columns: > 1 }) ? 0 : 1),
        ("act_en", Layer.Activation == ActivationKind.Relu ? 1 : 0),
        ("sramlsrc", 1),
        ("cnnsi_en", quadrant == LeadQuadrant ? Sources() : 0),
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
        ("inpchexp", (layer.Passes - 1) % 16),
        ("wptr_inc", 0),
        ("xpch_max", (layer.Slots - 1) * Layer.WeightBits));

    private uint MaskCount()
    {
        int start = 8 * (MemoryMap.KernelWordBytes * layer.KernelStart / layer.KernelSize);
        return RegisterWord.Of(LayerRegisters.MaskCount, ("mcnt_sad", start), ("mcnt_max", start + (layer.KernelCount - 1) * Layer.WeightBits));
    }

    private uint OneDimensional() => RegisterWord.Of(
        LayerRegisters.OneDimensional,
        ("oned_sad", MemoryMap.KernelWordBytes * layer.KernelStart % layer.KernelSize),
        ("oned_width", OneByOne ? 1 : 0));

    private uint TransferPointer()
    {
        int last = layer.Passes - 1;
        if (OneByOne) return last < 16 ? 0 : RegisterWord.Of(LayerRegisters.TransferPointer, ("tptr_max", 2 * last + 1), ("tptr_sad", last));
        return RegisterWord.Of(LayerRegisters.TransferPointer, ("tptr_max", Math.Max(0, Layer.Pooled.Columns + 2 * Layer.PaddingColumns - Layer.KernelColumns)));
    }

    private uint Post()
    {
        bool bias = layer.BiasQuadrant == quadrant, manyPasses = layer.Passes > 16;
        int shift = Layer.TotalShift;
        return RegisterWord.Of(
            LayerRegisters.Post,
            ("mask_size", Layer.WeightBits switch { 1 => 1, 2 => 2, 4 => 3, _ => 0 }),
            ("scale_reg", Math.Abs(shift)),
            ("scale_shft", shift < 0 ? 1 : 0),
            ("bptr_en", bias ? 1 : 0),
            ("bptr_sad", bias ? layer.BiasOffset : 0),
            ("out_abs", Layer.Activation == ActivationKind.Abs ? 1 : 0),
            ("flatten_en", manyPasses ? 1 : 0),
            ("xpmp_cnt", manyPasses ? (layer.Passes - 1) >> 4 : 0));
    }

    private uint Enable()
    {
        uint processors = layer.InputMap.Quadrant(quadrant);
        return RegisterWord.Of(LayerRegisters.Enable, ("pro_en", processors), ("mask_en", processors));
    }
}
