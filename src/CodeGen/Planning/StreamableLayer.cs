// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>What decides whether a layer can stream, the same for float and for quantized networks.</summary>
/// <param name="Name">Name of the layer.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Inputs">Layers that it reads, -1 for the network input.</param>
/// <param name="Input">What it reads.</param>
/// <param name="Output">What it writes.</param>
/// <param name="Pads">Whether the accelerator pads rows and columns for it; a 1x1 kernel runs as a padded 3x3 kernel where data streams.</param>
/// <param name="IsWide">Whether its output has 32 bits.</param>
/// <param name="IsKept">Whether its output belongs to the result.</param>
internal sealed record StreamableLayer(
    string Name, LayerOperator Operator, ImmutableArray<int> Inputs, FeatureShape Input, FeatureShape Output, bool Pads, bool IsWide, bool IsKept)
{
    /// <summary>The layers of a float network.</summary>
    public static ImmutableArray<StreamableLayer> Of(NetworkGraph graph) =>
        [.. graph.Layers.Select((layer, i) => new StreamableLayer(
            layer.Name, layer.Operator, layer.Inputs, layer.Input, layer.Output,
            layer.Padding > 0 || (layer.KernelRows, layer.KernelColumns) == (1, 1), layer.Wide, i == graph.Layers.Length - 1))];

    /// <summary>The layers of a quantized network.</summary>
    public static ImmutableArray<StreamableLayer> Of(QuantizedNetwork network)
    {
        bool marked = network.Description.Layers.Any(layer => layer.IsOutput);
        return [.. network.Layers.Select((layer, i) => new StreamableLayer(
            layer.Name, layer.Operator, layer.Inputs, layer.Input, layer.Output,
            (layer.PaddingRows > 0 && layer.PaddingColumns > 0) || (layer.KernelRows, layer.KernelColumns, layer.PaddingRows, layer.PaddingColumns) == (1, 1, 0, 0),
            layer.OutputWidth == 32, marked ? network.Description.Layers[i].IsOutput : i == network.Layers.Length - 1))];
    }
}
