// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Writes a network description; what has its default is left out, apart from <c>op</c> and <c>out_offset</c>.</summary>
internal static partial class NetworkWriter
{
    public static string Write(NetworkDescription description)
    {
        StringBuilder text = new();
        Line(text, "", "arch", Quoted(description.Architecture));
        Line(text, "", "dataset", Quoted(description.Dataset));
        if (description.OutputMap is ProcessorMap map) Line(text, "", "output_map", map.ToString());
        text.Append("layers:\n");
        foreach (LayerDescription layer in description.Layers)
        {
            string indent = "- ";
            foreach ((string key, string? value) in Keys(layer))
            {
                if (value is null) continue;
                Line(text, indent, key, value);
                indent = "  ";
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string Key, string? Value)> Keys(LayerDescription layer)
    {
        yield return ("name", layer.Name is null ? null : Quoted(layer.Name));
        yield return ("op", layer.Operator switch
        {
            LayerOperator.None => "passthrough",
            LayerOperator.Conv1d => "conv1d",
            LayerOperator.ConvTranspose2d => "convtranspose2d",
            LayerOperator.Linear => "linear",
            _ => "conv2d",
        });
        yield return ("processors", layer.Processors.ToString());
        yield return ("output_processors", layer.OutputProcessors?.ToString());
        yield return ("data_format", layer.DataFormat == DataFormat.Chw ? "CHW" : null);
        yield return ("in_channels", Number(layer.InputChannels));
        yield return ("in_dim", layer.InputDimensions is (int rows, int columns) ? Text($"[{rows}, {columns}]") : null);
        yield return ("in_offset", Offset(layer.InputOffset));
        foreach ((string, string?) entry in PoolingKeys(layer.Pooling)) yield return entry;
        yield return ("flatten", layer.Flatten ? "true" : null);
        yield return ("kernel_size", layer.KernelRows is int height ? Text($"{height}x{layer.KernelColumns ?? height}") : null);
        yield return ("pad", Number(layer.Padding));
        yield return ("activate", layer.Activation switch { ActivationKind.Relu => "ReLU", ActivationKind.Abs => "Abs", _ => null });
        yield return ("quantization", Number(layer.WeightBits));
        yield return ("output_shift", Number(layer.OutputShift));
        yield return ("output_width", layer.OutputWidth == 8 ? null : Number(layer.OutputWidth));
        yield return ("out_channels", Number(layer.OutputChannels));
        yield return ("out_offset", Offset(layer.OutputOffset));
        yield return ("bias_group", layer.BiasQuadrants.IsEmpty ? null : "[" + string.Join(", ", layer.BiasQuadrants) + "]");
        yield return ("output", layer.IsOutput ? "true" : null);
    }

    private static IEnumerable<(string Key, string? Value)> PoolingKeys(Pooling? pooling)
    {
        if (pooling is null) yield break;
        bool plain = pooling is { Rows: 1, Columns: 1, Kind: PoolingKind.Max };
        if (!plain) yield return (pooling.Kind == PoolingKind.Max ? "max_pool" : "avg_pool", Text($"[{pooling.Rows}, {pooling.Columns}]"));
        yield return ("pool_stride", Number(pooling.Stride));
    }

    private static void Line(StringBuilder text, string indent, string key, string value) => text.Append(indent).Append(key).Append(": ").Append(value).Append('\n');

    private static string? Number(int? value) => value is int number ? Text($"{number}") : null;

    private static string? Offset(int? value) => value is int number ? Text($"0x{number:x4}") : null;

    // Anything that could be read as something else than a text stands in quotes.
    private static string Quoted(string value)
    {
        if (PlainText().IsMatch(value) && !Reserved().IsMatch(value)) return value;
        StringBuilder quoted = new("\"");
        foreach (char c in value)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~') quoted.Append(c);
            else quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return quoted.Append('"').ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.\-]*$")]
    private static partial Regex PlainText();

    [GeneratedRegex("^(true|false|yes|no|on|off|null|y|n)$", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();
}
