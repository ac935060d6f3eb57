// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>
/// Fills in what a description leaves to its neighbours (network-yaml.md section 3): sources, channels from the weights, dimensions from the
/// layers before, operator defaults. Broken limits are collected; a shape that makes the next layer meaningless ends the walk.
/// </summary>
internal sealed class GeometryResolver
{
    private readonly List<LimitViolation> _violations;
    private readonly NetworkDescription _description;
    private readonly FeatureShape _input;
    private readonly InputResolver _inputs;

    public GeometryResolver(NetworkDescription description, FeatureShape input, QuantizationOptions options, List<LimitViolation> violations)
    {
        _violations = violations;
        _description = description;
        _input = input;
        _inputs = new InputResolver(description, input, options, _violations);
    }

    /// <summary>Resolves all layers; weights and bias are still empty in the result.</summary>
    /// <param name="weights">Shape of each layer's weights, null without weights.</param>
    /// <param name="names">Name of each layer in the model, or null.</param>
    /// <returns>All layers; limits that are broken are in the list of violations.</returns>
    /// <exception cref="LimitException">Broken limits leave a layer without a shape.</exception>
    /// <exception cref="QuantizationException">Description and weights contradict each other.</exception>
    public List<QuantizedLayer> Resolve(IReadOnlyList<WeightShape?> weights, IReadOnlyList<string?> names)
    {
        CheckLayers(_description);
        CheckSample();
        List<QuantizedLayer> layers = [];
        bool meaninglessEnd = false;
        for (int index = 0; index < _description.Layers.Length; index++)
        {
            if (_inputs.Resolve(index, layers, weights[index]) is not ReadMap read) break;
            QuantizedLayer layer = Layer(index, read, weights[index], names[index]);
            layers.Add(layer);
            meaninglessEnd = layer.Pooled.Rows < 1 || layer.Pooled.Columns < 1 || layer.Output.Rows < 1 || layer.Output.Columns < 1;
            if (meaninglessEnd) break;
        }

        OutputRules.Check(_description, layers, _violations);
        return layers.Count == _description.Layers.Length && !meaninglessEnd ? layers : throw new LimitException(_violations);
    }

    internal static void CheckLayers(NetworkDescription description)
    {
        int count = description.Layers.Length;
        if (count is >= 1 and <= DeviceLimits.MaximumLayers) return;
        throw new LimitException(new LimitViolation(DeviceLimits.Layers, description.Source, Text($"the description has {count}"), "Describe 1 to 32 layers."));
    }

    private void CheckSample()
    {
        // The operands of a first element-wise layer stand behind each other in the sample.
        int operands = Math.Clamp(_description.Layers[0].Operands, 1, DeviceLimits.MaximumOperands);
        FeatureShape part = _input.Channels > DeviceLimits.MaximumChannels && _input.Channels % operands == 0 ? _input with { Channels = _input.Channels / operands } : _input;
        LayerShapes.CheckMap($"the network input, which {_description.Where(0)} reads", "sample", part, _violations);
        if (_violations.Count > 0) throw new LimitException(_violations);
    }

    private QuantizedLayer Layer(int index, ReadMap read, WeightShape? weights, string? modelName)
    {
        LayerDescription layer = _description.Layers[index];
        string where = _description.Where(index);
        LayerOperator op = Operator(layer);
        FeatureShape map = read.Operand;
        Pooling? pooling = Pool(layer, op, map);
        FeatureShape pooled = LayerShapes.Pooled(map, pooling);
        (int rows, int columns, int padding) = Kernel(layer, op, where);
        bool vector = op != LayerOperator.Linear || layer.Flatten || pooled.Pixels == 1;
        if (weights is WeightShape shape && vector) CheckWeights(layer, op, where, pooled, shape, rows, columns);
        FeatureShape output = Output(layer, op, pooled, rows, columns, padding) with { Channels = weights?.Outputs ?? pooled.Channels };
        if (weights is null && layer.OutputChannels is int outputs && outputs != output.Channels)
        {
            throw new QuantizationException(where, Text($"out_channels is {outputs}, but a layer without operator passes on its {output.Channels} channels."), "Remove out_channels.");
        }

        int bits = WeightBits(layer);
        if (bits is not (1 or 2 or 4 or 8)) throw new QuantizationException(where, Text($"quantization is {bits}."), "Use 1, 2, 4 or 8.");
        var resolved = new QuantizedLayer
        {
            Index = index,
            Name = layer.Name ?? modelName ?? Text($"layer {index}"),
            Operator = op,
            Inputs = read.Inputs,
            Input = map,
            Pooled = pooled,
            Output = output,
            Pooling = pooling,
            PoolFirst = layer.PoolFirst,
            Elementwise = layer.Elementwise,
            Operands = layer.Operands,
            Crop = layer.Crop,
            KernelRows = rows,
            KernelColumns = columns,
            PaddingRows = padding,
            PaddingColumns = op is LayerOperator.Conv1d ? 0 : padding,
            Dilation = layer.Dilation,
            Flatten = layer.Flatten && op == LayerOperator.Linear,
            Activation = layer.Activation,
            WeightBits = bits,
            WeightSource = op == LayerOperator.None ? null : layer.WeightSource,
            OutputShift = layer.OutputShift ?? 0,
            OutputWidth = layer.OutputWidth,
        };
        new OperatorRules(layer, resolved, where, _violations).Check();
        if (pooled.Rows > 0 && pooled.Columns > 0) LayerShapes.CheckMap(where, "output", output, _violations);
        return Streamed(index, resolved);
    }

    // A flattening 1x1 convolution is a linear layer.
    private static LayerOperator Operator(LayerDescription layer) =>
        layer is { Flatten: true, Operator: LayerOperator.Conv2d, KernelRows: 1, Padding: 0 } && (layer.KernelColumns ?? 1) == 1 ? LayerOperator.Linear : layer.Operator;

    // One-dimensional layers pool along their only axis.
    private static Pooling? Pool(LayerDescription layer, LayerOperator op, FeatureShape map)
    {
        if (layer.Pooling is not Pooling pooling || pooling is { Rows: 1, Columns: 1, Stride: 1 }) return null;
        bool line = op == LayerOperator.Conv1d || (op == LayerOperator.None && map.Columns == 1);
        pooling = line ? pooling with { Columns = 1 } : pooling;
        return pooling is { Rows: 1, Columns: 1, Stride: 1 } ? null : pooling;
    }

    private static (int Rows, int Columns, int Padding) Kernel(LayerDescription layer, LayerOperator op, string where)
    {
        switch (op)
        {
            case LayerOperator.Conv1d: return (layer.KernelRows ?? DeviceLimits.MaximumKernelLength, layer.KernelColumns ?? 1, layer.Padding ?? 1);
            case LayerOperator.Conv2d or LayerOperator.ConvTranspose2d: return (layer.KernelRows ?? 3, layer.KernelColumns ?? layer.KernelRows ?? 3, layer.Padding ?? 1);
            case LayerOperator.None: return (1, 1, 0);
        }

        if ((layer.KernelRows ?? 1, layer.KernelColumns ?? 1) == (1, 1) && (layer.Padding ?? 0) == 0) return (1, 1, 0);
        throw new QuantizationException(where, "A linear layer has neither kernel_size nor pad.", "Remove them, or use op: conv2d.");
    }

    private static FeatureShape Output(LayerDescription layer, LayerOperator op, FeatureShape pooled, int rows, int columns, int padding) => op switch
    {
        LayerOperator.Linear => new(1, 1, 0),
        LayerOperator.None => pooled,
        LayerOperator.Conv1d => new(LayerShapes.DilatedSize(pooled.Rows, rows, padding, Math.Max(1, layer.Dilation)), pooled.Columns, 0),
        LayerOperator.ConvTranspose2d => new(LayerShapes.TransposedSize(pooled.Rows, padding), LayerShapes.TransposedSize(pooled.Columns, padding), 0),
        _ => new(LayerShapes.ConvolvedSize(pooled.Rows, rows, padding), LayerShapes.ConvolvedSize(pooled.Columns, columns, padding), 0),
    };

    private int WeightBits(LayerDescription layer) =>
        layer.WeightBits ?? (layer is { WeightSource: int source, Operator: not LayerOperator.None } ? _description.Layers[source].WeightBits : null) ?? 8;

    // In and right behind a streaming layer a 1x1 kernel runs as the middle of a padded 3x3 kernel (network-yaml.md section 5); the values stay.
    private QuantizedLayer Streamed(int index, QuantizedLayer layer)
    {
        bool streaming = _description.Layers[index].Streaming || (index > 0 && _description.Layers[index - 1].Streaming);
        if (!streaming || layer is not { Operator: LayerOperator.Conv2d, KernelRows: 1, KernelColumns: 1, PaddingRows: 0 }) return layer;
        return layer with { KernelRows = 3, KernelColumns = 3, PaddingRows = 1, PaddingColumns = 1 };
    }

    private static void CheckWeights(LayerDescription layer, LayerOperator op, string where, FeatureShape pooled, WeightShape weights, int rows, int columns)
    {
        if (op == LayerOperator.Conv1d && pooled.Columns != 1)
        {
            throw new QuantizationException(where, Text($"A one-dimensional convolution reads one column, but the map is {pooled.Rows}x{pooled.Columns}."), Text($"Write in_dim: {pooled.Rows * (long)pooled.Columns}, or use op: conv2d."));
        }

        if ((weights.KernelRows, weights.KernelColumns) != (rows, columns))
        {
            throw new QuantizationException(
                where,
                Text($"The weights have a kernel of {weights.KernelRows}x{weights.KernelColumns}, the description says {rows}x{columns}."),
                "Correct kernel_size or op, or use the model that belongs to the description.");
        }

        bool flatten = layer.Flatten && op == LayerOperator.Linear;
        long expected = flatten ? (long)pooled.Channels * pooled.Rows * pooled.Columns : pooled.Channels;
        if (weights.Inputs != expected)
        {
            string what = flatten ? Text($"{expected} values ({pooled})") : Text($"{expected} channels");
            throw new QuantizationException(
                where,
                Text($"The weights {weights} take {weights.Inputs} inputs, but the layer reads {what}."),
                "Use the model and the sample that belong to the description.");
        }

        if (layer.OutputChannels is int outputs && outputs != weights.Outputs)
        {
            throw new QuantizationException(where, Text($"out_channels is {outputs}, but the weights have {weights.Outputs} outputs."), "Correct or remove out_channels.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
