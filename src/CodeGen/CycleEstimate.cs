// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen;

/// <summary>Clock cycles of the accelerator for one inference, from the closed formulas (latency.md section 3).</summary>
/// <param name="Layers">Cycles of each layer.</param>
public sealed record CycleEstimate(ImmutableArray<long> Layers)
{
    /// <summary>Cycles at the start of an inference.</summary>
    public const long Startup = 1;

    /// <summary>Start and all layers.</summary>
    public long Total => Startup + Layers.Sum();

    /// <summary>Computes the cycles of a placed network.</summary>
    /// <param name="placement">The placement; the output slots of each layer follow from its output map.</param>
    /// <returns>The estimate.</returns>
    public static CycleEstimate Of(NetworkPlacement placement)
    {
        ArgumentNullException.ThrowIfNull(placement);
        return new([.. placement.Layers.Select(Layer)]);
    }

    internal static long Layer(LayerPlacement layer)
    {
        long cycles = layer.Hardware.IsConvolution ? Convolution(layer) : PassThrough(layer);
        return layer.Stream is { Flows: true } ? (15 * cycles + 9) / 10 : cycles;
    }

    // Section 3.2. Pooling more than 64 channels takes turns between passes that read and passes that write.
    private static long PassThrough(LayerPlacement layer)
    {
        HardwareLayer hardware = layer.Hardware;
        bool unrolled = layer.IsUnrolled;
        int passes = unrolled ? 1 : Pools(layer) && layer.OutputPasses.Count > 1 ? 2 * layer.InputPasses.Count - 1 : layer.InputPasses.Count;
        long pixels = (long)hardware.Pooled.Rows * hardware.Pooled.Columns * (unrolled ? layer.InputPasses.Count : 1);
        return pixels * (Data(layer, passes) + passes * LayerRegisterValues.TimeSlots(layer.InputMap));
    }

    private static long Convolution(LayerPlacement layer)
    {
        HardwareLayer hardware = layer.Hardware;
        int scale = hardware.Operator == LayerOperator.ConvTranspose2d ? 2 : 1;
        long rows = scale * hardware.Pooled.Rows, columns = scale * hardware.Pooled.Columns, slots = layer.Slots / layer.Fanout, passes = layer.InputPasses.Count;
        long data = Data(layer, passes), alone = slots == 1 && passes == 1 ? 1 : 0;
        if (layer.Layer.Flatten) return (layer.Passes > 16 ? 1 : 0) + rows * columns * (data + passes * slots) + rows * alone;

        bool poolLast = PoolsLast(layer);
        long pad = passes * (poolLast ? 1 : layer.Layer.Operands) * 2;
        long kr = hardware.Kernel.Rows, kc = hardware.Kernel.Columns, pr = hardware.Padding.Rows, pc = hardware.Padding.Columns;
        long outputColumns = columns + 2 * pc - kc + 1, again = poolLast ? passes : 1;
        long top = (2 * pc + again * columns) * (pad + 1);
        long withoutOutput = 2 * pc * (pad + 1) + again * columns * (data + 1);
        long withOutput = pc * (pad + 1) + again * (kc - 1 - pc) * (data + 1) + again * (outputColumns - pc) * data + pc * pad;
        long bottom = pc * (pad + 1) + again * (kc - 1 - pc) * (pad + 1) + again * (outputColumns - pc) * pad + pc * pad;
        long output = passes * outputColumns * slots + alone;
        long early = poolLast ? ((rows + 2 * pr - kc + 1) * pc + (columns + 2 * pc - kr + 1) * pr - pr * pc) * layer.KernelStart : 0;
        return pr * top + (kr - 1 - pr) * withoutOutput + (rows - (kr - 1 - pr)) * (withOutput + output) + pr * (bottom + output) + early;
    }

    /// <summary>Cycles for one pixel of data.</summary>
    private static long Data(LayerPlacement layer, long passes)
    {
        long window = layer.Layer.Pooling is { } pooling ? pooling.Rows * pooling.Columns : 1, operands = layer.Layer.Operands;
        return passes * (PoolsLast(layer) ? operands * window + 1 : operands * (window + 1));
    }

    private static bool Pools(LayerPlacement layer) => layer.Layer.Pooling is { Rows: > 1 } or { Columns: > 1 };

    private static bool PoolsLast(LayerPlacement layer) => layer.Layer.Operands > 1 && !layer.Layer.PoolFirst && Pools(layer);
}
