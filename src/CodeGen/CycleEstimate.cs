// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Quant;

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

    private static long Layer(LayerPlacement placement)
    {
        QuantizedLayer layer = placement.Layer;
        long rows = layer.Pooled.Rows, columns = layer.Pooled.Columns, slots = placement.Slots;
        long window = layer.Pooling is { } pooling ? pooling.Rows * pooling.Columns : 1;
        const long Pad = 2;
        long data = window + 1;
        long alone = slots == 1 ? 1 : 0;
        if (layer.Flatten) return (placement.Passes > 16 ? 1 : 0) + rows * columns * (data + slots) + rows * alone;

        long kr = layer.KernelRows, kc = layer.KernelColumns, pr = layer.PaddingRows, pc = layer.PaddingColumns;
        long outputColumns = layer.Output.Columns;
        long top = (2 * pc + columns) * (Pad + 1);
        long withoutOutput = 2 * pc * (Pad + 1) + columns * (data + 1);
        long withOutput = pc * (Pad + 1) + (kc - 1 - pc) * (data + 1) + (outputColumns - pc) * data + pc * Pad;
        long bottom = pc * (Pad + 1) + (kc - 1 - pc) * (Pad + 1) + (outputColumns - pc) * Pad + pc * Pad;
        long output = outputColumns * slots + alone;
        return pr * top + (kr - 1 - pr) * withoutOutput + (rows - (kr - 1 - pr)) * (withOutput + output) + pr * (bottom + output);
    }
}
