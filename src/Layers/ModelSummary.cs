// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Ai8x.Layers;

/// <summary>The layers of a model with output shapes and parameter counts.</summary>
/// <param name="ModelName">Name of the model.</param>
/// <param name="Rows">One row per layer, in order of execution.</param>
public sealed record ModelSummary(string ModelName, ImmutableArray<SummaryRow> Rows)
{
    /// <summary>Number of weights and biases of all layers.</summary>
    public int TotalParameters => Rows.Sum(row => row.ParameterCount);

    /// <summary>The table as text: layer, output shape and parameters in columns, then the total. Lines end with a line feed.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        string[] layers = ["Layer (class)", .. Rows.Select(row => $"{row.Name} ({row.Kind})")];
        string[] shapes = ["Output [H, W, C]", .. Rows.Select(row => row.OutputShape.ToString())];
        string[] counts = ["Parameters", .. Rows.Select(row => Number(row.ParameterCount))];
        int layerWidth = layers.Max(text => text.Length), shapeWidth = shapes.Max(text => text.Length), countWidth = counts.Max(text => text.Length);
        string rule = new('-', layerWidth + shapeWidth + countWidth + 4);

        var text = new StringBuilder();
        text.Append("Model: ").Append(ModelName).Append('\n').Append(rule).Append('\n');
        for (int i = 0; i < layers.Length; i++)
        {
            text.Append(layers[i].PadRight(layerWidth)).Append("  ").Append(shapes[i].PadRight(shapeWidth)).Append("  ").Append(counts[i].PadLeft(countWidth)).Append('\n');
            if (i == 0) text.Append(rule).Append('\n');
        }

        return text.Append(rule).Append('\n').Append("Total parameters: ").Append(Number(TotalParameters)).Append('\n').ToString();
    }

    internal static ModelSummary Of(string name, ImmutableArray<LayerNode> nodes) =>
        new(name, [.. nodes.Select(node => new SummaryRow(node.Name, node.Layer.Kind, node.Output, node.ParameterCount))]);

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
