// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>What a network may do but seldom means (warnings and notices of network-yaml.md sections 3.4, 4.1 and 4.2).</summary>
internal static class LayerRemarks
{
    public static void Add(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, List<string> notices)
    {
        foreach (LayerPlacement layer in layers)
        {
            QuantizedLayer l = layer.Layer;
            string where = description.Where(l.Index);
            if (l.Index > 0 && l.Input.Channels % MemoryMap.ProcessorsPerInstance != 0) notices.Add(Text($"{where}: it reads {l.Input.Channels} channels; a number that is not a multiple of 4 leaves memory unused."));
            bool line = l.Input is { Columns: 1, Rows: > 1 } && description.Layers[l.Index].InputDimensions is null;
            if (line && l.Operator is LayerOperator.Conv2d or LayerOperator.ConvTranspose2d) notices.Add(Text($"{where}: a two-dimensional operator reads one-dimensional data of {l.Input.Rows} positions; write in_dim if that is meant."));
            if (l is { Flatten: true, Pooled.Pixels: 1 }) notices.Add($"{where}: flatten has nothing to do, because the map has one pixel.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
