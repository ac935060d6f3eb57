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
        FeatureShape before = network.Input;
        for (int i = 0; i < network.Layers.Length; i++)
        {
            GraphLayer layer = network.Layers[i];
            var rule = new Rule(network.Name, layer.Name, i);
            if (layer.Name.Length == 0 || !names.Add(layer.Name)) throw rule.Broken("layer names must be given and different.");
            if (!layer.Inputs.SequenceEqual([i - 1])) throw rule.Broken("only networks in which each layer reads the one before it can be exported.");
            if (layer.Input != before) throw rule.Broken($"the layer reads {layer.Input}, but the one before it gives {before}.");
            CheckLayer(layer, rule);
            before = layer.Output;
        }
    }

    private static void CheckLayer(GraphLayer layer, Rule rule)
    {
        FeatureShape pooled = Pooled(layer, rule);
        FeatureShape output = layer.Operator switch
        {
            LayerOperator.None => CheckPassing(layer, pooled, rule),
            LayerOperator.Conv2d => Convolved(layer, pooled),
            LayerOperator.Linear => new FeatureShape(1, 1, layer.Output.Channels),
            _ => throw rule.Broken($"exporting {layer.Operator} layers is not supported yet."),
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
        if (layer.Pooling is null) throw rule.Broken("a layer without pooling and operator has no node in a model.");
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
