// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Reads one layer of a description and checks everything that depends on this layer alone (network-yaml.md section 2).</summary>
internal sealed class LayerReader
{
    private static readonly string[] Operators =
    [
        "conv2d", "conv1d", "convtranspose2d", "linear", "fc", "mlp", "none", "passthrough", "add", "sub", "xor", "bitwisexor", "bitwise_xor", "or", "bitwiseor", "bitwise_or",
    ];

    private readonly KeyedValues _values;
    private readonly UnsupportedKeys _unsupported;
    private readonly LayerLimits _limits;
    private readonly int _index;
    private readonly List<string> _notices;

    public LayerReader(KeyedValues values, int index, List<string> notices)
    {
        _values = values;
        _unsupported = new UnsupportedKeys(values);
        _limits = new LayerLimits(values);
        _index = index;
        _notices = notices;
    }

    public LayerDescription Read()
    {
        LayerOperator op = ReadOperator();
        (int? rows, int? columns) = ReadKernel(op);
        (int Rows, int Columns)? dimensions = ReadDimensions();
        LayerDescription layer = new()
        {
            Line = _values.Self.Line,
            Name = ReadName(),
            Processors = ReadProcessors(),
            OutputProcessors = _values.Map("output_processors"),
            Operator = op,
            Activation = ReadActivation(op),
            KernelRows = rows,
            KernelColumns = columns,
            Padding = _values.Integer("pad", 0, int.MaxValue),
            Pooling = new PoolingReader(_values, Notice).Read(),
            InputChannels = ReadChannels("in_channels"),
            OutputChannels = ReadChannels("out_channels"),
            InputDimensions = dimensions,
            InputOffset = _limits.Offset("in_offset"),
            OutputOffset = ReadOutputOffset(),
            OutputWidth = ReadWidth("output_width", DeviceLimits.OutputWidth, [8, 32]) ?? 8,
            OutputShift = _values.WideInteger("output_shift"),
            WeightBits = ReadWeightBits(),
            DataFormat = _values.Choice("data_format", "hwc", "little", "chw", "big") is 2 or 3 ? DataFormat.Chw : DataFormat.Hwc,
            Flatten = _values.Boolean("flatten") ?? false,
            BiasQuadrants = ReadBiasQuadrants(),
            IsOutput = _values.Boolean("output") ?? false,
        };
        _unsupported.CheckLayer(op == LayerOperator.ConvTranspose2d);
        _limits.Check(layer, _index);
        return layer;
    }

    private void Notice(string text) => _notices.Add($"{new DescriptionError(_values.Errors.Source, _values.Self.Line, _values.Self.Column, _index, _values.Self.LayerName, "", "", "", "").Where}: {text}");

    private string? ReadName()
    {
        if (_values.Text("name") is not string name) return null;
        if (name.Equals("stop", StringComparison.OrdinalIgnoreCase) || name.Equals("input", StringComparison.OrdinalIgnoreCase) || YamlNumbers.TryInteger(name, out _))
        {
            _values.Errors.Add(_values.At("name"), DescriptionRules.ValueRange, "A layer is not named 'stop', 'input' or a number, because these stand for something else where layers are named.", $"it is '{name}'", "Choose another name.");
        }

        return name;
    }

    private ProcessorMap ReadProcessors()
    {
        if (!_values.Has("processors")) _values.Errors.Add(_values.Self, DescriptionRules.MissingKey, "Each layer says which processors read its input.", "the layer has no processors", "Add the key processors with one bit for each input channel.");
        return _values.Map("processors") ?? new ProcessorMap(1);
    }

    private LayerOperator ReadOperator()
    {
        if (!_values.Has("op"))
        {
            Notice("op is missing; conv2d is assumed.");
            return LayerOperator.Conv2d;
        }

        if (_values.Choice("op", Operators) is not int choice) return LayerOperator.Conv2d;
        LayerOperator op = choice switch
        {
            0 => LayerOperator.Conv2d,
            1 => LayerOperator.Conv1d,
            2 => LayerOperator.ConvTranspose2d,
            3 or 4 or 5 => LayerOperator.Linear,
            _ => LayerOperator.None,
        };
        if (op is not (LayerOperator.Conv2d or LayerOperator.Linear))
        {
            string word = Operators[choice];
            _values.Errors.Add(_values.At("op"), DescriptionRules.NotYet, $"The operator {word} is not supported yet.", _values.Shown("op"), "Use conv2d or linear.");
        }

        return op;
    }

    private ActivationKind ReadActivation(LayerOperator op)
    {
        if (!_values.Has("activate") && op == LayerOperator.Conv2d) Notice("activate is missing; the convolution has no activation.");
        return _values.Choice("activate", "none", "relu", "abs") switch { 1 => ActivationKind.Relu, 2 => ActivationKind.Abs, _ => ActivationKind.None };
    }

    private (int? Rows, int? Columns) ReadKernel(LayerOperator op)
    {
        if (_values.Node("kernel_size") is not YamlNode node) return (null, null);
        string text = (node as YamlScalar)?.Text ?? "";
        switch (op)
        {
            case LayerOperator.Linear:
                _values.Errors.Add(_values.At(node), DescriptionRules.Combination, "A linear layer has no kernel_size.", _values.Shown("kernel_size"), "Remove the key.");
                break;
            case LayerOperator.Conv1d or LayerOperator.None:
                if (_values.WideInteger("kernel_size") is not int length) break;
                if (length is >= 1 and <= DeviceLimits.MaximumKernelLength) return (length, 1);
                _values.Errors.Add(_values.At(node), DeviceLimits.Conv1dKernel, _values.Shown("kernel_size"), "Use a kernel length of 1 to 9.");
                break;
            default:
                if (text.Equals("3x3", StringComparison.OrdinalIgnoreCase)) return (3, 3);
                if (text.Equals("1x1", StringComparison.OrdinalIgnoreCase) && op == LayerOperator.Conv2d) return (1, 1);
                string allowed = op == LayerOperator.Conv2d ? "1x1 or 3x3" : "3x3";
                _values.Errors.Add(_values.At(node), DeviceLimits.Conv2dKernel, _values.Shown("kernel_size"), $"Write {allowed}.");
                break;
        }

        return (null, null);
    }

    private (int Rows, int Columns)? ReadDimensions()
    {
        if (_values.OneOrTwo("in_dim") is not (int rows, var second)) return null;
        int columns = second ?? 1;
        if (rows is >= 1 and <= DeviceLimits.MaximumDimension && columns is >= 1 and <= DeviceLimits.MaximumDimension) return (rows, columns);
        _values.Errors.Add(_values.At("in_dim"), DeviceLimits.Dimensions, $"in_dim is {DescriptionText.Number(rows)} rows and {DescriptionText.Number(columns)} columns", "Choose rows and columns in this range.");
        return null;
    }

    private int? ReadChannels(string key)
    {
        if (_values.WideInteger(key) is not int channels) return null;
        if (channels is < 1 or > DeviceLimits.MaximumChannels) _values.Errors.Add(_values.At(key), DeviceLimits.Channels, _values.Shown(key), "Choose a number of channels in this range.");
        else if (channels > DeviceLimits.Processors) _values.Errors.Add(_values.At(key), DescriptionRules.NotYet, "Layers of more than 64 channels (several passes) are not supported yet.", _values.Shown(key), "Use at most 64 channels.");
        return channels;
    }

    private int ReadOutputOffset()
    {
        if (!_values.Has("out_offset")) Notice("out_offset is missing; 0 is assumed.");
        return _limits.Offset("out_offset") ?? 0;
    }

    private int? ReadWeightBits()
    {
        if (_values.Node("quantization") is YamlScalar { Text: string word } && (word.Equals("bin", StringComparison.OrdinalIgnoreCase) || word.Equals("binary", StringComparison.OrdinalIgnoreCase)))
        {
            _values.Errors.Add(_values.At("quantization"), DescriptionRules.NotOnDevice, "Binary weights of -1 and 1 do not exist on the MAX78000.", $"quantization cannot be '{word}'", "Use 1, 2, 4 or 8 bits.");
            return null;
        }

        return ReadWidth("quantization", DeviceLimits.WeightBits, [1, 2, 4, 8]);
    }

    private int? ReadWidth(string key, LimitRule rule, ReadOnlySpan<int> allowed)
    {
        if (_values.WideInteger(key) is not int width) return null;
        if (allowed.Contains(width)) return width;
        _values.Errors.Add(_values.At(key), rule, $"{key} cannot be {_values.Node(key)!.Description}", "Choose one of these widths.");
        return null;
    }

    private ImmutableArray<int> ReadBiasQuadrants()
    {
        if (_values.Node("bias_group") is not YamlNode node) return [];
        IReadOnlyList<YamlNode> items = node is YamlList list ? list.Items : [node];
        ImmutableArray<int>.Builder quadrants = ImmutableArray.CreateBuilder<int>();
        if (items.Count == 0) _values.WrongType("bias_group", node, "a quadrant or a list of quadrants");
        foreach (YamlNode item in items)
        {
            if (_values.Integer("bias_group", item, 0, 3) is not int quadrant) continue;
            if (quadrants.Contains(quadrant)) _values.Errors.Add(_values.At(item), DescriptionRules.Unique, "A quadrant stands once in bias_group.", $"{DescriptionText.Number(quadrant)} stands twice", "Remove one of the two.");
            else quadrants.Add(quadrant);
        }

        return quadrants.ToImmutable();
    }
}
