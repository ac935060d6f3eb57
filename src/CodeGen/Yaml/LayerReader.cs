// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Reads one entry under <c>layers</c> (network-yaml.md section 2).</summary>
internal sealed partial class LayerReader(ErrorList errors, List<string> notices, string sourceName)
{
    private const int MaximumOffset = 131071;

    // Numbers beyond this are slips of the pen; the limits of the device are checked, and explained, where shapes are.
    private const int Plausible = 1023;

    private static readonly KeyTable Keys = new(
        ["name"], ["sequence"], ["processors"], ["output_processors"], ["op", "operation", "operator", "convolution"], ["eltwise"], ["operands"], ["pool_first"],
        ["activate", "activation"], ["kernel_size"], ["pad"], ["stride"], ["dilation"], ["max_pool"], ["avg_pool"], ["pool_stride"], ["pool_dilation"],
        ["in_channels"], ["in_dim"], ["in_crop"], ["in_offset"], ["out_channels"], ["out_offset"], ["in_sequences"], ["next_sequence"], ["write_gap"],
        ["read_gap", "in_skip"], ["output_width"], ["output_shift"], ["quantization"], ["data_format"], ["flatten"], ["streaming"], ["bias_group", "bias_quadrant"],
        ["output"], ["weight_source"], ["buffer_shift"], ["buffer_insert"], ["groups", "conv_groups"], ["output_pad"], ["bypass"], ["calcx4"], ["readahead"],
        ["tcalc"], ["snoop_sequence"], ["simulated_sequence"], ["in_channel_skip"]);

    private static readonly ImmutableDictionary<string, LayerOperator?> Operators = new Dictionary<string, LayerOperator?>
    {
        ["conv2d"] = LayerOperator.Conv2d,
        ["linear"] = LayerOperator.Linear,
        ["fc"] = LayerOperator.Linear,
        ["mlp"] = LayerOperator.Linear,
        ["conv1d"] = null,
        ["convtranspose2d"] = null,
        ["none"] = null,
        ["passthrough"] = null,
        ["add"] = null,
        ["sub"] = null,
        ["or"] = null,
        ["bitwiseor"] = null,
        ["bitwise_or"] = null,
        ["xor"] = null,
        ["bitwisexor"] = null,
        ["bitwise_xor"] = null,
    }.ToImmutableDictionary();

    private static readonly ImmutableSortedDictionary<string, ActivationKind> Activations = new Dictionary<string, ActivationKind>
    {
        ["relu"] = ActivationKind.Relu,
        ["abs"] = ActivationKind.Abs,
        ["none"] = ActivationKind.None,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, DataFormat> Formats = new Dictionary<string, DataFormat>
    {
        ["chw"] = DataFormat.Chw,
        ["big"] = DataFormat.Chw,
        ["hwc"] = DataFormat.Hwc,
        ["little"] = DataFormat.Hwc,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private readonly Scalars _scalars = new(errors);

    /// <summary>Reads a layer; mistakes are reported and leave the default in place.</summary>
    /// <returns>The layer and its sequence number if it gives one.</returns>
    public (LayerDescription Layer, int? Sequence) Read(YamlMapping mapping)
    {
        Dictionary<string, (YamlScalar Key, YamlNode Value)> keys = Keys.Sort(mapping, "of a layer", errors);
        RefusedKeys.Check(keys, errors);
        T? get<T>(string key, Func<string, YamlNode, T?> read)
            where T : struct => keys.TryGetValue(key, out (YamlScalar Key, YamlNode Value) entry) ? read(entry.Key.Value, entry.Value) : null;
        int? number(string key, int low, int high) => get(key, (k, node) => _scalars.Integer(k, node, low, high));

        if (!keys.ContainsKey("processors")) errors.Add(mapping, $"The layer has no processors. Say which processors read its input.");
        LayerOperator? known = keys.ContainsKey("op") ? get("op", Operator) : LayerOperator.Conv2d;
        LayerOperator op = known ?? LayerOperator.Conv2d;
        (int Rows, int Columns)? kernel = known is null ? null : get("kernel_size", (k, node) => Kernel(k, node, op));
        var layer = new LayerDescription
        {
            Line = mapping.Line,
            Name = keys.TryGetValue("name", out (YamlScalar Key, YamlNode Value) name) ? _scalars.Text("name", name.Value) : null,
            Processors = get("processors", _scalars.Map) ?? new ProcessorMap(1),
            OutputProcessors = get("output_processors", _scalars.Map),
            Operator = op,
            Activation = get("activate", (k, node) => _scalars.Choice(k, node, Activations)) ?? ActivationKind.None,
            KernelRows = kernel?.Rows,
            KernelColumns = kernel?.Columns,
            Padding = number("pad", 0, Plausible),
            Pooling = Pooling(keys),
            InputChannels = number("in_channels", 1, DeviceLimits.MaximumChannels),
            OutputChannels = number("out_channels", 1, DeviceLimits.MaximumChannels),
            InputDimensions = get("in_dim", Dimensions),
            InputOffset = number("in_offset", 0, MaximumOffset),
            OutputOffset = number("out_offset", 0, MaximumOffset) ?? 0,
            OutputWidth = get("output_width", (k, node) => OneOf(k, node, 8, 32)) ?? 8,
            OutputShift = number("output_shift", -Plausible, Plausible),
            WeightBits = get("quantization", (k, node) => OneOf(k, node, 1, 2, 4, 8)),
            DataFormat = get("data_format", (k, node) => _scalars.Choice(k, node, Formats)) ?? DataFormat.Hwc,
            Flatten = get("flatten", _scalars.Flag) ?? false,
            BiasQuadrants = keys.TryGetValue("bias_group", out (YamlScalar Key, YamlNode Value) group) ? Quadrants(group.Key.Value, group.Value) : [],
            IsOutput = get("output", _scalars.Flag) ?? false,
        };
        if (!keys.ContainsKey("op")) Notice(mapping, "op is missing; the layer is a conv2d");
        if (!keys.ContainsKey("out_offset")) Notice(mapping, "out_offset is missing; the layer writes from offset 0 on");
        return (layer, number("sequence", 0, DeviceLimits.MaximumLayers - 1));
    }

    private LayerOperator? Operator(string key, YamlNode node)
    {
        string value = node is YamlScalar scalar ? scalar.Value.ToLowerInvariant() : "";
        if (!Operators.TryGetValue(value, out LayerOperator? op))
        {
            errors.Add(node, $"{key} cannot be {Scalars.Shown(node)}.{Names.Suggestion(value, Operators.Keys)} Use conv2d or linear.");
        }
        else if (op is null)
        {
            errors.Add(node, $"{key}: {value} is not supported yet. Use conv2d or linear.");
        }

        return op;
    }

    private (int Rows, int Columns)? Kernel(string key, YamlNode node, LayerOperator op)
    {
        if (op == LayerOperator.Linear)
        {
            errors.Add(node, $"A linear layer has no {key}. Remove the key.");
            return null;
        }

        if (node is YamlScalar scalar && KernelText().Match(scalar.Value) is { Success: true } match)
        {
            (int, int) kernel = (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
            if (kernel is (1, 1) or (3, 3)) return kernel;
        }

        errors.Add(node, $"{key} cannot be {Scalars.Shown(node)}. {DeviceLimits.Conv2dKernel.Sentence} Use {key}: 3x3 or 1x1.");
        return null;
    }

    private Pooling? Pooling(Dictionary<string, (YamlScalar Key, YamlNode Value)> keys)
    {
        bool max = keys.TryGetValue("max_pool", out (YamlScalar Key, YamlNode Value) largest), average = keys.TryGetValue("avg_pool", out (YamlScalar Key, YamlNode Value) mean);
        bool strided = keys.TryGetValue("pool_stride", out (YamlScalar Key, YamlNode Value) step);
        if (max && average) errors.Add(mean.Key, $"A layer has max_pool or avg_pool, not both. Keep one.");
        (int Rows, int Columns) window = (max ? _scalars.Pair("max_pool", largest.Value, 1, Plausible) : average ? _scalars.Pair("avg_pool", mean.Value, 1, Plausible) : null) ?? (1, 1);
        (int Rows, int Columns) stride = (strided ? _scalars.Pair("pool_stride", step.Value, 1, Plausible) : null) ?? (1, 1);
        if (stride.Rows != stride.Columns) errors.Add(step.Value, $"pool_stride differs between rows and columns. {DeviceLimits.PoolStride.Sentence}");
        if ((max || average) && !strided) Notice(max ? largest.Key : mean.Key, "pool_stride is missing; the stride is 1");
        if (window == (1, 1) && stride.Rows == 1) return null;
        return new(average ? PoolingKind.Average : PoolingKind.Max, window.Rows, window.Columns, stride.Rows);
    }

    private (int Rows, int Columns)? Dimensions(string key, YamlNode node) => node is YamlScalar
        ? _scalars.Integer(key, node, 1, DeviceLimits.MaximumDimension) is int length ? (length, 1) : null
        : _scalars.Pair(key, node, 1, DeviceLimits.MaximumDimension);

    private int? OneOf(string key, YamlNode node, params ReadOnlySpan<int> values)
    {
        foreach (int value in values)
        {
            if (node is YamlScalar { Quoted: false } scalar && scalar.Value == value.ToString(CultureInfo.InvariantCulture)) return value;
        }

        errors.Add(node, $"{key} cannot be {Scalars.Shown(node)}; it must be {string.Join(", ", values[..^1].ToArray())} or {values[^1]}.");
        return null;
    }

    private ImmutableArray<int> Quadrants(string key, YamlNode node)
    {
        IReadOnlyList<YamlNode> items = node is YamlList list ? list.Items : [node];
        int[] quadrants = [.. items.Select(item => _scalars.Integer(key, item, 0, 3) ?? -1)];
        if (quadrants.Length == 0) errors.Add(node, $"{key} is empty. Name a quadrant from 0 to 3, or remove the key.");
        if (quadrants.Distinct().Count() != quadrants.Length && !quadrants.Contains(-1)) errors.Add(node, $"{key} names a quadrant twice. Keep one.");
        return [.. quadrants];
    }

    private void Notice(YamlNode node, string text) => notices.Add(string.Create(CultureInfo.InvariantCulture, $"{sourceName} line {node.Line}: {text}."));

    [GeneratedRegex("^([0-9]{1,2})[xX]([0-9]{1,2})$")]
    private static partial Regex KernelText();
}
