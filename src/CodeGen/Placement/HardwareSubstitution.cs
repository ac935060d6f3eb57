// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>Finds what the accelerator executes for a layer (machine.md section 4.1).</summary>
internal static class HardwareSubstitution
{
    public static HardwareLayer Of(QuantizedLayer layer)
    {
        if (layer is { Operator: LayerOperator.Conv1d, Dilation: > 1 }) return Dilated(layer);
        int padding = layer.Operator == LayerOperator.ConvTranspose2d ? layer.KernelRows - 1 - layer.PaddingRows : layer.PaddingRows;
        return Plain(layer) with
        {
            Padding = layer.Operator == LayerOperator.ConvTranspose2d ? (padding, layer.KernelColumns - 1 - layer.PaddingColumns) : (padding, layer.PaddingColumns),
        };
    }

    private static HardwareLayer Plain(QuantizedLayer layer) => new()
    {
        Operator = layer.Operator,
        Image = (layer.Input.Rows, layer.Input.Columns),
        Pooled = (layer.Pooled.Rows, layer.Pooled.Columns),
        Kernel = (layer.KernelRows, layer.KernelColumns),
        Padding = (layer.PaddingRows, layer.PaddingColumns),
        OutputPixels = layer.Output.Pixels,
        Weights = layer.Weights,
    };

    private static HardwareLayer Dilated(QuantizedLayer layer)
    {
        int dilation = layer.Dilation, stretched = (layer.KernelRows - 1) * dilation + 1;
        if (stretched <= DeviceLimits.MaximumKernelLength) return Plain(layer) with { Kernel = (stretched, 1), Weights = Spread(layer, stretched, tap => tap * dilation) };

        // A kernel that is too long is refused (conv1d-dilation).
        if (layer.KernelRows > 3) return Plain(layer);

        // The line is folded into rows of as many pixels as the taps are apart; they then stand above each other.
        int rows = (layer.Input.Rows + dilation - 1) / dilation, first = 3 - layer.KernelRows;
        return Plain(layer) with
        {
            Operator = LayerOperator.Conv2d,
            Image = (rows, dilation),
            Pooled = (rows, dilation),
            Kernel = (3, 3),
            Padding = (1, 1),
            OutputPixels = rows * dilation,
            SurplusPixels = layer.KernelRows == 3 ? dilation : 0,
            Weights = Spread(layer, 9, tap => 3 * (first + tap) + 1),
        };
    }

    private static ImmutableArray<sbyte> Spread(QuantizedLayer layer, int size, Func<int, int> place)
    {
        int taps = layer.KernelRows;
        var weights = new sbyte[layer.Weights.Length / taps * size];
        for (int i = 0; i < layer.Weights.Length; i++) weights[i / taps * size + place(i % taps)] = layer.Weights[i];
        return ImmutableCollectionsMarshal.AsImmutableArray(weights);
    }

}
