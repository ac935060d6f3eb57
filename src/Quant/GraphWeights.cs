// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>The weighted layers of a float model, matched with those of a description and compared with them.</summary>
internal static class GraphWeights
{
    /// <summary>The model's weighted layers, one for each tensor of the description.</summary>
    public static ImmutableArray<GraphLayer> InOrder(NetworkGraph graph, WeightOrder order, List<string> notices)
    {
        GraphLayer[] weighted = [.. graph.Layers.Where(layer => layer.Operator != LayerOperator.None)];
        int count = order.Count;
        if (weighted.Length < count) throw Quantizer.TooFew(order, weighted.Length, "in the model");
        if (weighted.Length > count)
        {
            notices.Add(Text($"The model has {weighted.Length} layers with weights and the description takes {count}; the last {weighted.Length - count} of the model are left out."));
        }

        return [.. weighted[..count]];
    }

    public static WeightShape Shape(GraphLayer layer)
    {
        long kernel = (long)layer.KernelRows * layer.KernelColumns;
        long inputs = layer.Flatten ? (long)layer.Input.Rows * layer.Input.Columns * layer.Input.Channels : layer.Input.Channels;
        if (kernel < 1 || inputs * layer.Output.Channels * kernel != layer.Weights.Length)
        {
            throw new QuantizationException(
                $"model layer \"{layer.Name}\"",
                Text($"There are {layer.Weights.Length} weights for {layer.Output.Channels} outputs, {inputs} inputs and a {layer.KernelRows}x{layer.KernelColumns} kernel."),
                "Use a model whose weights have the shape of their layer.");
        }

        if (layer.Bias.Length != 0 && layer.Bias.Length != layer.Output.Channels)
        {
            throw new QuantizationException(
                $"model layer \"{layer.Name}\"", Text($"There are {layer.Bias.Length} bias values for {layer.Output.Channels} outputs."), "Use a model with one bias value per output.");
        }

        return new(layer.Output.Channels, (int)inputs, layer.KernelRows, layer.KernelColumns);
    }

    /// <summary>Takes the model's output shift where the description does not give one.</summary>
    public static NetworkDescription WithStoredShifts(WeightOrder order, ImmutableArray<GraphLayer> models) => order.Description with
    {
        Layers = [.. order.Description.Layers.Select((layer, i) => order.Tensor(i) is int tensor ? layer with { OutputShift = layer.OutputShift ?? models[tensor].OutputShift } : layer)],
    };

    /// <summary>States where the description overrules the model.</summary>
    public static void Compare(GraphLayer model, QuantizedLayer layer, string where, List<string> notices)
    {
        Differ("pooling", PoolingText(model.Pooling), PoolingText(layer.Pooling));
        Differ("activation", model.Activation.ToString(), layer.Activation.ToString());
        Differ("padding", Text($"{model.Padding}"), Text($"{layer.PaddingRows}"));
        Differ("operator", OperatorText(model.Operator), OperatorText(layer.Operator));
        Differ("output shift", Text($"{model.OutputShift}"), Text($"{layer.OutputShift}"));
        Differ("output width", model.Wide ? "32" : "8", Text($"{layer.OutputWidth}"));

        void Differ(string what, string inModel, string inDescription)
        {
            if (inModel != inDescription) notices.Add($"{where}: the model's layer \"{model.Name}\" has {what} {inModel}, the description {inDescription}; the description holds.");
        }
    }

    private static string OperatorText(LayerOperator op) => op.ToString();

    private static string PoolingText(Pooling? pooling) => pooling is null or { Rows: 1, Columns: 1, Stride: 1 }
        ? "none"
        : Text($"{pooling.Kind} {pooling.Rows}x{pooling.Columns} with stride {pooling.Stride}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
