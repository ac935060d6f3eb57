// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Networks;

/// <summary>Checks that a layer agrees with itself and with its source before any memory is reserved for it.</summary>
internal static class GraphLayerCheck
{
    private const string Remake = "Make the graph again from the model.";

    /// <summary>Largest number of values of a map; far above any network of the chip.</summary>
    private const long MostValues = 1 << 24;

    private const int LargestPadding = 2;
    private const int LargestKernel1d = 9;
    private const int LargestWindow = 16;
    private const int LargestDilation = 1023;
    private const int LargestShift = 30;

    /// <summary>Most inputs of a layer.</summary>
    public const int MostInputs = 16;

    /// <summary>Refuses a malformed or unsupported layer.</summary>
    /// <exception cref="GraphExecutionException">The layer breaks a rule.</exception>
    public static void Check(NetworkGraph graph, int index)
    {
        GraphLayer layer = graph.Layers[index];
        var check = new Rules(index, layer.Name);
        check.Map("network input", graph.Input);
        check.Map("input", layer.Input);
        check.Map("output", layer.Output);
        Sources(check, graph, layer, index);
        FeatureShape pooled = Pooled(check, layer);
        check.Require(Math.Abs((long)layer.OutputShift) <= LargestShift, $"an output shift lies in -{LargestShift}..{LargestShift}", $"it is {layer.OutputShift}", Remake);
        check.Require(layer.Activation == ActivationKind.None || !layer.Wide, "a wide layer has no activation", $"it has {layer.Activation}", Remake);
        Operator(check, layer, pooled);
    }

    private static void Sources(in Rules check, NetworkGraph graph, GraphLayer layer, int index)
    {
        int count = layer.Inputs.IsDefault ? 0 : layer.Inputs.Length;
        int fewest = layer.Elementwise is null ? 1 : 2;
        check.Require(count >= fewest && count <= MostInputs, $"a layer has {fewest} to {MostInputs} inputs", $"it has {count}", Remake);
        var sources = new FeatureShape[count];
        for (int i = 0; i < count; i++)
        {
            int source = layer.Inputs[i];
            check.Require(source >= -1 && source < index, "a layer reads an earlier one or the network input", $"it reads {source}", Remake);
            sources[i] = source < 0 ? graph.Input : graph.Layers[source].Output;
        }

        check.Require(layer.PoolFirst || (layer.Elementwise is not null && layer.Pooling is not null), "only an element-wise layer with pooling pools last", "the layer is none", Remake);
        string shapes = string.Join(", ", sources);
        if (layer.Elementwise is { } kind)
        {
            check.Require(Enum.IsDefined(kind), "an element-wise operation is one of the chip's", $"it is {kind}", Remake);
            check.Require(Array.TrueForAll(sources, source => source == layer.Input), "all operands have the shape of the layer's input", $"they are {shapes} and the input is {layer.Input}", Remake);
        }
        else if (count == 1)
        {
            check.Require(sources[0].Count == layer.Input.Count, "a layer's input has as many values as its source", $"the source is {sources[0]} and the input {layer.Input}", Remake);
        }
        else
        {
            bool fits = Array.TrueForAll(sources, source => source.Pixels == layer.Input.Pixels) && sources.Sum(source => (long)source.Channels) == layer.Input.Channels;
            check.Require(fits, "joined maps have the pixels of the layer's input and together its channels", $"they are {shapes} and the input is {layer.Input}", Remake);
        }
    }

    private static FeatureShape Pooled(in Rules check, GraphLayer layer)
    {
        if (layer.Pooling is not { } pooling) return layer.Input;
        check.Require(
            pooling.Rows is >= 1 and <= LargestWindow && pooling.Columns is >= 1 and <= LargestWindow && pooling.Stride is >= 1 and <= LargestWindow,
            $"a pooling window and its stride lie in 1..{LargestWindow}", $"they are {pooling.Rows}x{pooling.Columns} and {pooling.Stride}", Remake);
        check.Require(pooling.Rows <= layer.Input.Rows && pooling.Columns <= layer.Input.Columns, "a pooling window fits its input", $"it is {pooling.Rows}x{pooling.Columns} on {layer.Input}", Remake);
        return LayerShapes.Pooled(layer.Input, pooling);
    }

    private static void Operator(in Rules check, GraphLayer layer, FeatureShape pooled)
    {
        int weights = layer.Weights.IsDefault ? 0 : layer.Weights.Length, bias = layer.Bias.IsDefault ? 0 : layer.Bias.Length;
        long inputs = layer.Operator == LayerOperator.Linear ? pooled.Count : pooled.Channels;
        FeatureShape output;
        check.Require(layer.Dilation == 1 || layer.Operator == LayerOperator.Conv1d, "only a one-dimensional convolution is dilated", $"the dilation is {layer.Dilation}", Remake);
        switch (layer.Operator)
        {
            case LayerOperator.None:
                check.Require(layer is { Activation: ActivationKind.None, OutputShift: 0, Wide: false }, "a layer without operator only joins and pools", "it has an activation, an output shift or a wide output", Remake);
                check.Require(weights == 0 && bias == 0, "a layer without operator has no weights", $"it has {weights} weights and {bias} biases", Remake);
                check.Require(pooled == layer.Output, "the output has the shape of the pooled input", $"it is {layer.Output} and not {pooled}", Remake);
                return;
            case LayerOperator.Conv2d:
                check.Require((layer.KernelRows, layer.KernelColumns) is (1, 1) or (3, 3), "a two-dimensional kernel is 1x1 or 3x3", $"it is {layer.KernelRows}x{layer.KernelColumns}", Remake);
                check.Padding(layer.Padding, LargestPadding);
                output = new(LayerShapes.ConvolvedSize(pooled.Rows, layer.KernelRows, layer.Padding), LayerShapes.ConvolvedSize(pooled.Columns, layer.KernelColumns, layer.Padding), layer.Output.Channels);
                break;
            case LayerOperator.Conv1d:
                check.Require(layer.KernelRows is >= 1 and <= LargestKernel1d && layer.KernelColumns == 1, $"a one-dimensional kernel has 1..{LargestKernel1d} rows and one column", $"it is {layer.KernelRows}x{layer.KernelColumns}", Remake);
                check.Require(pooled.Columns == 1, "a one-dimensional convolution reads one column", $"it reads {pooled}", Remake);
                check.Padding(layer.Padding, LargestPadding);
                check.Require(layer.Dilation is >= 1 and <= LargestDilation, $"a dilation lies in 1..{LargestDilation}", $"it is {layer.Dilation}", Remake);
                output = new(LayerShapes.DilatedSize(pooled.Rows, layer.KernelRows, layer.Padding, layer.Dilation), 1, layer.Output.Channels);
                break;
            case LayerOperator.ConvTranspose2d:
                check.Require((layer.KernelRows, layer.KernelColumns) is (3, 3), "a transposed kernel is 3x3", $"it is {layer.KernelRows}x{layer.KernelColumns}", Remake);
                check.Padding(layer.Padding, LargestPadding);
                output = new(LayerShapes.TransposedSize(pooled.Rows, layer.Padding), LayerShapes.TransposedSize(pooled.Columns, layer.Padding), layer.Output.Channels);
                break;
            case LayerOperator.Linear:
                check.Require(layer.Flatten || pooled.Pixels == 1, "a linear layer flattens or reads one pixel", $"it reads {pooled}", Remake);
                check.Require(layer is { KernelRows: 1, KernelColumns: 1, Padding: 0 }, "a linear layer has no kernel and no padding", $"it has {layer.KernelRows}x{layer.KernelColumns} and {layer.Padding}", Remake);
                output = new(1, 1, layer.Output.Channels);
                break;
            default:
                throw new GraphExecutionException(check.Layer, check.Name, "float inference knows the operators of the chip", $"the operator is {layer.Operator}", "Use the integer reference, or a network without it.");
        }
        check.Require(output == layer.Output, "the output has the shape that the operator makes", $"it is {layer.Output} and not {output}", Remake);
        check.Require(weights == inputs * layer.KernelRows * layer.KernelColumns * layer.Output.Channels, "there is one weight for each output, input and tap", $"there are {weights}", Remake);
        check.Require(bias == 0 || bias == layer.Output.Channels, "there is one bias for each output or none", $"there are {bias}", Remake);
    }

    /// <summary>The layer that messages name.</summary>
    private readonly record struct Rules(int Layer, string Name)
    {
        public void Require(bool holds, string rule, string actual, string remedy)
        {
            if (!holds) throw new GraphExecutionException(Layer, Name, rule, actual, remedy);
        }

        public void Map(string what, FeatureShape shape)
        {
            bool positive = shape.Rows >= 1 && shape.Columns >= 1 && shape.Channels >= 1;
            Require(positive && (long)shape.Rows * shape.Columns <= MostValues && (long)shape.Rows * shape.Columns * shape.Channels <= MostValues,
                string.Create(CultureInfo.InvariantCulture, $"the {what} has 1 to {MostValues} values"), $"it is {shape}", Remake);
        }

        public void Padding(int padding, int largest) => Require(padding >= 0 && padding <= largest, $"padding lies in 0..{largest}", $"it is {padding}", Remake);
    }
}
