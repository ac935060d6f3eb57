// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Onnx.Writing;

/// <summary>What a network must be so that a model can say it without loss.</summary>
internal static class ExportRules
{
    public static void Check(NetworkGraph network)
    {
        if (network.Layers.IsDefaultOrEmpty) throw new OnnxFormatException(network.Name, "a network without layers cannot be exported.");
        if (network.InputScale is not (null or 128 or 256)) throw new OnnxFormatException(network.Name, "the input scale must be 128 or 256.");
        if (network.Input.Rows < 1 || network.Input.Columns < 1 || network.Input.Channels < 1) throw new OnnxFormatException(network.Name, $"the input shape {network.Input} is impossible.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var read = new HashSet<int>();
        for (int i = 0; i < network.Layers.Length; i++)
        {
            GraphLayer layer = network.Layers[i];
            var rule = new Rule(network.Name, layer.Name, i);
            if (layer.Name.Length == 0 || !names.Add(layer.Name)) throw rule.Broken("layer names must be given and different.");
            CheckInputs(network, layer, i, rule);
            read.UnionWith(layer.Inputs);
            CheckLayer(layer, rule);
        }

        for (int i = 0; i < network.Layers.Length - 1; i++)
        {
            if (!read.Contains(i)) throw new Rule(network.Name, network.Layers[i].Name, i).Broken("no later layer reads the result; a model has one last layer.");
        }

        if (!read.Contains(-1)) throw new OnnxFormatException(network.Name, "no layer reads the network input.");
    }

    private static void CheckInputs(NetworkGraph network, GraphLayer layer, int index, Rule rule)
    {
        if (layer.Inputs.IsDefaultOrEmpty || layer.Inputs.Any(input => input < -1 || input >= index)) throw rule.Broken("a layer reads earlier layers or the network input.");
        FeatureShape[] sources = [.. layer.Inputs.Select(input => input < 0 ? network.Input : network.Layers[input].Output)];
        FeatureShape head = sources[0];
        string shapes = string.Join(", ", sources);
        if (layer.Elementwise is { } kind)
        {
            if (kind is not (ElementwiseKind.Add or ElementwiseKind.Sub)) throw rule.Broken($"the bitwise operation {kind} works on bytes; a model of floating-point numbers cannot say it.");
            if (sources.Length < 2 || sources.Any(source => source != layer.Input)) throw rule.Broken($"the operands {shapes} must be at least two of the shape {layer.Input}.");
            return;
        }

        if (sources.Any(source => (source.Rows, source.Columns) != (head.Rows, head.Columns))) throw rule.Broken($"the maps {shapes} are joined by channel and must have the same rows and columns.");
        FeatureShape joined = head with { Channels = sources.Sum(source => source.Channels) };
        bool fits = layer.Input == joined || (layer.Input.Channels == joined.Channels && layer.Input.Pixels == joined.Pixels && layer.Input.Rows > 0);
        if (!fits) throw rule.Broken($"the layer reads {layer.Input}, but its sources give {joined}.");
    }

    private static void CheckLayer(GraphLayer layer, Rule rule)
    {
        FeatureShape pooled = Pooled(layer, rule);
        if (!layer.PoolFirst && (layer.Elementwise is null || layer.Pooling is null)) throw rule.Broken("only an element-wise layer with pooling pools last.");
        if (layer.Dilation < 1 || (layer.Dilation != 1 && layer.Operator != LayerOperator.Conv1d)) throw rule.Broken("only a one-dimensional convolution is dilated.");
        bool line = layer.Operator == LayerOperator.Conv1d;
        if (line && (layer.KernelColumns != 1 || layer.Input.Columns != 1 || layer.Pooling is { Columns: not 1 })) throw rule.Broken("a one-dimensional convolution reads one column with a kernel and a pooling of one column.");
        if (layer.Operator == LayerOperator.ConvTranspose2d && ((layer.KernelRows, layer.KernelColumns) != (3, 3) || layer.Padding is < 0 or > 2)) throw rule.Broken("a transposed convolution has a 3x3 kernel and padding 0 to 2.");
        FeatureShape output = layer.Operator switch
        {
            LayerOperator.None => CheckPassing(layer, pooled, rule),
            LayerOperator.Linear => new FeatureShape(1, 1, layer.Output.Channels),
            LayerOperator.Conv1d => new(LayerShapes.DilatedSize(pooled.Rows, layer.KernelRows, layer.Padding, layer.Dilation), pooled.Columns, layer.Output.Channels),
            LayerOperator.ConvTranspose2d => new(LayerShapes.TransposedSize(pooled.Rows, layer.Padding), LayerShapes.TransposedSize(pooled.Columns, layer.Padding), layer.Output.Channels),
            _ => Convolved(layer, pooled),
        };
        if (layer.Output != output || output.Rows < 1 || output.Columns < 1) throw rule.Broken($"the output shape is {layer.Output}, it must be {output}.");
        if (layer.Operator == LayerOperator.None) return;

        bool linear = layer.Operator == LayerOperator.Linear;
        if (linear && (layer.KernelRows != 1 || layer.KernelColumns != 1 || layer.Padding != 0)) throw rule.Broken("a linear layer has no kernel size and no padding.");
        if (layer.Flatten != (linear && pooled.Pixels > 1)) throw rule.Broken("a layer flattens if, and only if, it is linear and reads more than one pixel.");
        long inputs = linear ? pooled.Count : pooled.Channels;
        CheckNumbers(layer.Weights, inputs * output.Channels * layer.KernelRows * layer.KernelColumns, "weights", rule);
        if (!layer.Bias.IsEmpty) CheckNumbers(layer.Bias, output.Channels, "biases", rule);
        if (layer.OutputShift is < -31 or > 31) throw rule.Broken(string.Create(CultureInfo.InvariantCulture, $"the output shift is {layer.OutputShift}; it must lie between -31 and 31."));
    }

    private static FeatureShape Pooled(GraphLayer layer, Rule rule)
    {
        if (layer.Pooling is not { } pool) return layer.Input;
        if (pool.Rows < 1 || pool.Columns < 1 || pool.Stride < 1 || pool.Rows > layer.Input.Rows || pool.Columns > layer.Input.Columns)
        {
            throw rule.Broken(string.Create(CultureInfo.InvariantCulture, $"a {pool.Rows}x{pool.Columns} window with stride {pool.Stride} does not fit {layer.Input}."));
        }

        return new FeatureShape(((layer.Input.Rows - pool.Rows) / pool.Stride) + 1, ((layer.Input.Columns - pool.Columns) / pool.Stride) + 1, layer.Input.Channels);
    }

    private static FeatureShape Convolved(GraphLayer layer, FeatureShape pooled) =>
        new(pooled.Rows + (2 * layer.Padding) - layer.KernelRows + 1, pooled.Columns + (2 * layer.Padding) - layer.KernelColumns + 1, layer.Output.Channels);

    private static FeatureShape CheckPassing(GraphLayer layer, FeatureShape pooled, Rule rule)
    {
        if (layer.Pooling is null && layer.Elementwise is null) throw rule.Broken("a layer that passes on its input unchanged has no node in a model.");
        bool plain = layer.Weights.IsEmpty && layer.Bias.IsEmpty && layer.Activation == ActivationKind.None && layer.OutputShift == 0 && !layer.Wide && !layer.Flatten
            && layer is { KernelRows: 1, KernelColumns: 1, Padding: 0 };
        return plain ? pooled : throw rule.Broken("a layer without operator has no weights, kernel, padding, activation, shift, flattening or wide output.");
    }

    private static void CheckNumbers(ImmutableArray<float> values, long expected, string what, Rule rule)
    {
        if (values.Length != expected) throw rule.Broken(string.Create(CultureInfo.InvariantCulture, $"the layer has {values.Length} {what}; its shape needs {expected}."));
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) throw rule.Broken($"one of the {what} is not a finite number.");
        }
    }

    private sealed record Rule(string Network, string Layer, int Index)
    {
        public OnnxFormatException Broken(string problem) => new(Network, problem, string.Create(CultureInfo.InvariantCulture, $"{Index} {Layer}"));
    }
}
