// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Writes descriptions in canonical form.</summary>
internal sealed class NetworkYamlWriter
{
    private readonly StringBuilder _text = new();
    private string _indent = "";

    /// <summary>Writes a description.</summary>
    /// <param name="network">The description.</param>
    /// <param name="heading">Comments in front of it.</param>
    /// <param name="comments">Comments of each layer, or empty.</param>
    public string Write(NetworkDescription network, IEnumerable<string> heading, IReadOnlyList<ImmutableArray<string>> comments)
    {
        Line("# Network description for the MAX78000. Maps have one bit per processor, offsets count bytes.");
        foreach (string line in heading) Line(Comment("# ", line));
        Key("arch", Quoted(network.Architecture));
        Key("dataset", Quoted(network.Dataset));
        if (network.OutputMap is ProcessorMap map) Key("output_map", map.ToString());
        if (network.Unload.Length > 0) Line("unload:");
        foreach (UnloadRange range in network.Unload) Unload(range);
        if (network.DataBuffers.Length > 0) Line("data_buffer:");
        foreach (DataBuffer buffer in network.DataBuffers) Buffer(buffer);
        Line("");
        Line("layers:");
        for (int i = 0; i < network.Layers.Length; i++)
        {
            Line($"  # Layer {Number(i)}");
            if (comments.Count > 0) foreach (string comment in comments[i]) Line(Comment("  # ", comment));
            Layer(network, network.Layers[i], first: i == 0);
        }

        return _text.ToString();
    }

    // A name in a comment stays on its line.
    private static string Comment(string mark, string text) => mark + DescriptionText.Excerpt(text, int.MaxValue);

    private void Unload(UnloadRange range)
    {
        _indent = "  - ";
        Region(range.Processors, range.Channels, range.Rows, range.Columns, range.Offset, range.Width);
        if (range.WriteGap != 0) Number("write_gap", range.WriteGap);
        _indent = "";
    }

    private void Buffer(DataBuffer buffer)
    {
        _indent = "  - ";
        Key("name", Quoted(buffer.Name));
        Region(buffer.Processors, buffer.Channels, buffer.Rows, buffer.Columns, buffer.Offset, buffer.Width);
        _indent = "";
    }

    private void Region(ProcessorMap processors, int channels, int rows, int columns, int offset, int width)
    {
        Key("processors", processors.ToString());
        Number("channels", channels);
        Key("dim", $"[{Number(rows)}, {Number(columns)}]");
        Key("offset", DescriptionText.Hex(offset));
        if (width != 8) Number("width", width);
    }

    private void Layer(NetworkDescription network, LayerDescription layer, bool first)
    {
        _indent = "  - ";
        if (layer.Name is string name) Key("name", Quoted(name));
        Key("op", Operator(layer));
        if (layer is { Elementwise: ElementwiseKind kind, Operator: not LayerOperator.None }) Key("eltwise", Elementwise(kind));
        if (layer.Operands != (layer.Elementwise is null ? 1 : 2)) Number("operands", layer.Operands);
        if (layer.InputLayers.Length > 0) Key("in_sequences", $"[{string.Join(", ", layer.InputLayers.Select(source => Source(network, source)))}]");
        Number("weight_source", layer.WeightSource);
        if (layer.SimulatedSequence is int next) Key("simulated_sequence", next < 0 ? "stop" : Number(next));
        Key("processors", layer.Processors.ToString());
        if (layer.OutputProcessors is ProcessorMap map) Key("output_processors", map.ToString());
        if (layer.Streaming) Key("streaming", "true");
        Input(layer, first);
        Pooling(layer);
        Kernel(layer);
        Number("pad", layer.Padding);
        if (layer.Dilation != 1) Number("dilation", layer.Dilation);
        Number("quantization", layer.WeightBits);
        if (layer.BiasQuadrants.Length > 0) Key("bias_group", $"[{string.Join(", ", layer.BiasQuadrants.Select(q => Number(q)))}]");
        Number("output_shift", layer.OutputShift);
        Key("activate", layer.Activation switch { ActivationKind.Relu => "ReLU", ActivationKind.Abs => "Abs", _ => "none" });
        Output(layer);
    }

    private void Input(LayerDescription layer, bool first)
    {
        if (first || layer.DataFormat != DataFormat.Hwc) Key("data_format", layer.DataFormat == DataFormat.Chw ? "CHW" : "HWC");
        Number("in_channels", layer.InputChannels);
        if (layer.InputChannelSkip != 0) Number("in_channel_skip", layer.InputChannelSkip);
        if (layer.InputDimensions is (int rows, int columns)) Key("in_dim", $"[{Number(rows)}, {Number(columns)}]");
        if (layer.Crop != (0, 0)) Key("in_crop", $"[{Number(layer.Crop.Top)}, {Number(layer.Crop.Bottom)}]");
        if (layer.InputOffset is int offset) Key("in_offset", DescriptionText.Hex(offset));
        Number("buffer_shift", layer.BufferShift);
        Number("buffer_insert", layer.BufferInsert);
        if (layer.Flatten) Key("flatten", "true");
    }

    private void Output(LayerDescription layer)
    {
        Number("out_channels", layer.OutputChannels);
        if (layer.OutputWidth != 8) Number("output_width", layer.OutputWidth);
        Key("out_offset", DescriptionText.Hex(layer.OutputOffset));
        if (layer.WriteGap != 0) Number("write_gap", layer.WriteGap);
        if (layer.IsOutput) Key("output", "true");
    }

    private static string Source(NetworkDescription network, int source) => source >= -1 ? Number(source) : Quoted(network.DataBuffers[-2 - source].Name);

    private void Pooling(LayerDescription layer)
    {
        if (!layer.PoolFirst) Key("pool_first", "false");
        if (layer.Pooling is not Pooling pooling) return;
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

    private static string Elementwise(ElementwiseKind kind) => kind switch
    {
        ElementwiseKind.Add => "add",
        ElementwiseKind.Sub => "sub",
        ElementwiseKind.Or => "or",
        ElementwiseKind.Xor => "xor",
        _ => throw new ArgumentException($"Element-wise operation {kind} does not exist."),
    };

    private static string Operator(LayerDescription layer) => layer.Operator switch
    {
        LayerOperator.None => layer.Elementwise is ElementwiseKind kind ? Elementwise(kind) : "passthrough",
        LayerOperator.Conv1d => "conv1d",
        LayerOperator.Conv2d => "conv2d",
        LayerOperator.ConvTranspose2d => "convtranspose2d",
        LayerOperator.Linear => "linear",
        _ => throw new ArgumentException($"Operator {layer.Operator} does not exist."),
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
