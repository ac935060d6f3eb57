// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Writes descriptions in canonical form.</summary>
internal sealed class NetworkYamlWriter
{
    private readonly StringBuilder _text = new();
    private string _indent = "";

    public string Write(NetworkDescription network)
    {
        Line("# Network description for the MAX78000. Maps have one bit per processor, offsets count bytes.");
        Key("arch", Quoted(network.Architecture));
        Key("dataset", Quoted(network.Dataset));
        if (network.OutputMap is ProcessorMap map) Key("output_map", map.ToString());
        Line("");
        Line("layers:");
        for (int i = 0; i < network.Layers.Length; i++)
        {
            Line($"  # Layer {Number(i)}");
            Layer(network.Layers[i], first: i == 0);
        }

        return _text.ToString();
    }

    private void Layer(LayerDescription layer, bool first)
    {
        _indent = "  - ";
        if (layer.Name is string name) Key("name", Quoted(name));
        Key("op", Operator(layer.Operator));
        Key("processors", layer.Processors.ToString());
        if (layer.OutputProcessors is ProcessorMap map) Key("output_processors", map.ToString());
        if (first || layer.DataFormat != DataFormat.Hwc) Key("data_format", layer.DataFormat == DataFormat.Chw ? "CHW" : "HWC");
        Number("in_channels", layer.InputChannels);
        if (layer.InputDimensions is (int rows, int columns)) Key("in_dim", $"[{Number(rows)}, {Number(columns)}]");
        if (layer.InputOffset is int offset) Key("in_offset", DescriptionText.Hex(offset));
        if (layer.Flatten) Key("flatten", "true");
        Pooling(layer.Pooling);
        Kernel(layer);
        Number("pad", layer.Padding);
        Number("quantization", layer.WeightBits);
        if (layer.BiasQuadrants.Length > 0) Key("bias_group", $"[{string.Join(", ", layer.BiasQuadrants.Select(q => Number(q)))}]");
        Number("output_shift", layer.OutputShift);
        Key("activate", layer.Activation switch { ActivationKind.Relu => "ReLU", ActivationKind.Abs => "Abs", _ => "none" });
        Number("out_channels", layer.OutputChannels);
        if (layer.OutputWidth != 8) Number("output_width", layer.OutputWidth);
        Key("out_offset", DescriptionText.Hex(layer.OutputOffset));
        if (layer.IsOutput) Key("output", "true");
    }

    private void Pooling(Pooling? pooling)
    {
        if (pooling is null) return;
        string window = pooling.Rows == pooling.Columns ? Number(pooling.Rows) : $"[{Number(pooling.Rows)}, {Number(pooling.Columns)}]";
        Key(pooling.Kind == PoolingKind.Max ? "max_pool" : "avg_pool", window);
        Number("pool_stride", pooling.Stride);
    }

    private void Kernel(LayerDescription layer)
    {
        if (layer.KernelRows is not int rows) return;
        bool oneDimensional = layer.Operator is LayerOperator.Conv1d or LayerOperator.None;
        Key("kernel_size", oneDimensional ? Number(rows) : $"{Number(rows)}x{Number(layer.KernelColumns ?? rows)}");
    }

    private static string Operator(LayerOperator op) => op switch
    {
        LayerOperator.None => "passthrough",
        LayerOperator.Conv1d => "conv1d",
        LayerOperator.Conv2d => "conv2d",
        LayerOperator.ConvTranspose2d => "convtranspose2d",
        LayerOperator.Linear => "linear",
        _ => throw new ArgumentException($"Operator {op} does not exist."),
    };

    /// <summary>Text in double quotes, so that no name is taken for a number, a truth value or YAML syntax.</summary>
    private static string Quoted(string text)
    {
        if (!DescriptionText.IsAllowed(text)) throw new ArgumentException($"The text '{DescriptionText.Excerpt(text)}' cannot stand in a description: it is one line of 1 to {Number(DescriptionText.MaximumLength)} printable characters.");
        bool plain = char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && text is not ("null" or "Null" or "NULL");
        return plain ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private void Number(string key, int? value)
    {
        if (value is int number) Key(key, Number(number));
    }

    private void Key(string key, string value)
    {
        Line($"{_indent}{key}: {value}");
        if (_indent.Length > 0) _indent = "    ";
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
