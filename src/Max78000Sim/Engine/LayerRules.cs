// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Engine;

/// <summary>What must hold between the decoded values of one layer before it can run.</summary>
internal static class LayerRules
{
    /// <summary>Output processors of one expansion, and expansions of a layer.</summary>
    private const int MaximumSlotsPerExpansion = 64;
    private const int MaximumSlots = 1024;

    public static void Check(LayerConfiguration layer)
    {
        CheckShape(layer);
        CheckElementWise(layer);
        if (layer.ChannelFirst && (layer.Passes > 1 || layer.Operands > 1))
            throw Fault(layer, "LCTL", "parallel", $"CHW input has one pass and one operand, not {layer.Passes} passes and {layer.Operands} operands");
        CacheRules.Check(layer);
        if (layer.PassThrough)
            CheckPassThrough(layer);
        else
            CheckConvolution(layer);
    }

    private static void CheckShape(LayerConfiguration layer)
    {
        if (layer.PoolRows > layer.Rows || layer.PoolColumns > layer.Columns)
        {
            throw Fault(layer, "PRCNT", null,
                $"the pooling window {layer.PoolRows}x{layer.PoolColumns} is larger than the data, {layer.Rows}x{layer.Columns}");
        }

        if (layer.OutputRows < 1 || layer.OutputColumns < 1)
        {
            throw Fault(layer, "RCNT", null,
                $"an image of {layer.ImageRows}x{layer.ImageColumns} with padding {layer.PadRows}, {layer.PadColumns} has no output under a kernel of {layer.KernelRows}x{layer.KernelColumns}");
        }

        if (layer.Transposed && (layer.PassThrough || layer.KernelTaps != 9))
            throw Fault(layer, "POST", "deconv_en", "zero insertion needs a 3x3 convolution");
        if (layer.OneDimensional && (layer.Columns != 1 || layer.PadColumns != 0))
            throw Fault(layer, "CCNT", null, $"one-dimensional data has one column without padding, not {layer.Columns} with padding {layer.PadColumns}");
        if (layer.Quadrants.All(q => q.Processors == 0))
            throw Fault(layer, "ENA", "pro_en", "no processor is enabled");
    }

    private static void CheckElementWise(LayerConfiguration layer)
    {
        if (layer.Operands > 1 && layer.OneDimensional)
            throw Fault(layer, "ONED", "ewise_en", "element-wise operations exclude one-dimensional convolution");
        if (!layer.PoolFirst && layer.Operands > 2)
            throw Fault(layer, "ONED", "prepool", $"pooling after the element-wise operation takes two operands, not {layer.Operands}");
    }

    private static void CheckPassThrough(LayerConfiguration layer)
    {
        if (layer.Wide)
            throw Fault(layer, "LCTL", "bigdwrt", "a pass-through layer writes bytes, not 32-bit sums");
        if (layer.Relu || layer.Absolute)
            throw Fault(layer, "LCTL", "act_en", "a pass-through layer has no activation");
        if (layer.Shift != 0)
            throw Fault(layer, "POST", "scale_reg", "a pass-through layer does not shift");
        if (layer.PadRows != 0 || layer.PadColumns != 0)
            throw Fault(layer, "RCNT", "rcnt_pad", "a pass-through layer has no padding");
        int needed = layer.Quadrants.Max(q => (int.PopCount(q.Processors) + 3) / 4);
        if (layer.TimeSlots < needed)
            throw Fault(layer, "ONED", "tscnt_max", $"{layer.TimeSlots} time slots leave processors out; {needed} are needed");
    }

    private static void CheckConvolution(LayerConfiguration layer)
    {
        if (layer.Kernels % layer.Passes != 0)
            throw Fault(layer, "MCNT", "mcnt_max", $"{layer.Kernels} kernels do not divide into {layer.Passes} passes");
        if (layer.SlotsPerExpansion > MaximumSlotsPerExpansion || layer.Slots > MaximumSlots)
        {
            throw Fault(layer, "LCTL2", "xpch_max",
                $"{layer.SlotsPerExpansion} slots per expansion, {layer.Slots} in all; there are at most {MaximumSlotsPerExpansion} and {MaximumSlots}");
        }

        if (layer.Wide && (layer.Relu || layer.Absolute))
            throw Fault(layer, "LCTL", "bigdwrt", "a layer with 32-bit output has no activation");
        if (layer.Relu && layer.Absolute)
            throw Fault(layer, "POST", "out_abs", "ReLU and absolute value exclude each other");
    }

    private static SimulationException Fault(LayerConfiguration layer, string register, string? field, string message) =>
        new(SimulationFault.InconsistentRegisters, message, new FaultContext(Register: register, Field: field, Layer: layer.Index));
}
