// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>Integer values with their shape, <c>[C, H, W]</c> row-major.</summary>
internal readonly record struct IntegerMap(int[] Values, FeatureShape Shape);

/// <summary>Joins, splits and crops what a layer reads into its operands (numerics.md sections 2 and 9).</summary>
internal static class LayerInputs
{
    /// <summary>The operands, each with the values of <see cref="QuantizedLayer.Input"/>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="skip">Channels dropped at the front.</param>
    /// <param name="sources">What its inputs hold.</param>
    public static int[][] Operands(QuantizedLayer layer, int skip, IReadOnlyList<IntegerMap> sources)
    {
        int[][] operands = layer.Elementwise is null ? [Joined(layer, skip, sources)] : Split(layer, sources);
        for (int i = 0; i < operands.Length; i++) operands[i] = Cropped(operands[i], layer);
        return operands;
    }

    private static int[] Joined(QuantizedLayer layer, int skip, IReadOnlyList<IntegerMap> sources)
    {
        int channels = layer.Input.Channels, pixels = (layer.Input.Rows + layer.Crop.Top + layer.Crop.Bottom) * layer.Input.Columns;
        bool endToEnd = sources.Count > 1 && sources.Sum(s => s.Shape.Pixels) == pixels;
        if (!endToEnd) return Concatenated(sources)[(skip * pixels)..((skip + channels) * pixels)];
        var joined = new int[channels * pixels];
        int start = 0;
        foreach (IntegerMap source in sources)
        {
            int part = source.Shape.Pixels;
            for (int c = 0; c < channels; c++) Array.Copy(source.Values, c * part, joined, c * pixels + start, part);
            start += part;
        }

        return joined;
    }

    private static int[][] Split(QuantizedLayer layer, IReadOnlyList<IntegerMap> sources)
    {
        int operands = layer.Operands;
        int[] all = Concatenated(sources);
        int values = all.Length / operands;
        bool byChannel = sources.Sum(s => s.Shape.Channels) == operands * layer.Input.Channels;
        if (byChannel) return [.. Enumerable.Range(0, operands).Select(k => all[(k * values)..((k + 1) * values)])];

        // The layer before wrote the operands pixel by pixel behind each other.
        return [.. Enumerable.Range(0, operands).Select(k => Enumerable.Range(0, values).Select(i => all[i * operands + k]).ToArray())];
    }

    private static int[] Concatenated(IReadOnlyList<IntegerMap> sources) => sources.Count == 1 ? sources[0].Values : [.. sources.SelectMany(s => s.Values)];

    private static int[] Cropped(int[] values, QuantizedLayer layer)
    {
        if (layer.Crop == (0, 0)) return values;
        int pixels = layer.Input.Pixels, source = values.Length / layer.Input.Channels;
        var cropped = new int[layer.Input.Count];
        for (int c = 0; c < layer.Input.Channels; c++) Array.Copy(values, c * source + layer.Crop.Top * layer.Input.Columns, cropped, c * pixels, pixels);
        return cropped;
    }
}
