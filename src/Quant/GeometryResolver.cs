// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>
/// Fills in what a description leaves to its neighbours (network-yaml.md section 3): channels from the weights, dimensions from the layer
/// before, operator defaults. Broken limits are collected; a shape that makes the next layer meaningless ends the walk.
/// </summary>
internal sealed class GeometryResolver(NetworkDescription description, FeatureShape input)
{
    private readonly List<LimitViolation> _violations = [];

    /// <summary>Resolves all layers; weights and bias are still empty in the result.</summary>
    /// <exception cref="LimitException">One or more limits are broken.</exception>
    /// <exception cref="QuantizationException">Description and weights contradict each other.</exception>
    public List<QuantizedLayer> Resolve(IReadOnlyList<WeightShape> weights, IReadOnlyList<string?> names)
    {
        int count = description.Layers.Length;
        if (count is < 1 or > DeviceLimits.MaximumLayers)
        {
            throw new LimitException(new LimitViolation(DeviceLimits.Layers, description.Source, Text($"the description has {count}"), "Describe 1 to 32 layers."));
        }

        LayerShapes.CheckMap("the network input", "sample", input, _violations);
        if (_violations.Count > 0) throw new LimitException(_violations);
        List<QuantizedLayer> layers = [];
        FeatureShape data = input;
        for (int index = 0; index < count; index++)
        {
            QuantizedLayer layer = Layer(index, data, weights[index], names[index]);
            layers.Add(layer);
            data = layer.Output;
            bool meaningless = layer.Pooled.Rows < 1 || layer.Pooled.Columns < 1 || data.Rows < 1 || data.Columns < 1;
            if (meaningless) break;
        }

        return _violations.Count == 0 ? layers : throw new LimitException(_violations);
    }

    private QuantizedLayer Layer(int index, FeatureShape data, WeightShape weights, string? modelName)
    {
        LayerDescription layer = description.Layers[index];
        string where = description.Where(index);
        bool linear = Operator(layer, where);
        FeatureShape map = Dimensions(layer, where, data);
        LayerShapes.CheckPooling(where, map, layer.Pooling, _violations);
        FeatureShape pooled = LayerShapes.Pooled(map, layer.Pooling);
        (int rows, int columns, int padding) = Kernel(layer, where, linear);
        if (linear) CheckLinear(layer, where, pooled);
        else LayerShapes.CheckConvolution(where, map, rows, columns, padding, _violations);
        bool vector = !linear || layer.Flatten || pooled.Pixels == 1;
        if (vector) CheckWeights(layer, where, pooled, weights, rows, columns);
        FeatureShape output = linear
            ? new(1, 1, weights.Outputs)
            : new(LayerShapes.ConvolvedSize(pooled.Rows, rows, padding), LayerShapes.ConvolvedSize(pooled.Columns, columns, padding), weights.Outputs);
        if (pooled.Rows > 0 && pooled.Columns > 0) LayerShapes.CheckMap(where, "output", output, _violations);
        CheckOutput(layer, where, index);
        return new QuantizedLayer
        {
            Index = index,
            Name = layer.Name ?? modelName ?? Text($"layer {index}"),
            Operator = layer.Operator,
            Input = map,
            Pooled = pooled,
            Output = output,
            Pooling = layer.Pooling is { Rows: 1, Columns: 1, Stride: 1 } ? null : layer.Pooling,
            KernelRows = rows,
            KernelColumns = columns,
            PaddingRows = padding,
            PaddingColumns = padding,
            Flatten = layer.Flatten,
            Activation = layer.Activation,
            WeightBits = layer.WeightBits ?? 8,
            OutputShift = layer.OutputShift ?? 0,
            OutputWidth = layer.OutputWidth,
        };
    }

    private static bool Operator(LayerDescription layer, string where) => layer.Operator switch
    {
        LayerOperator.Conv2d => false,
        LayerOperator.Linear => true,
        _ => throw new QuantizationException(where, $"The operator {layer.Operator} is not supported yet.", "Use conv2d or linear."),
    };

    private FeatureShape Dimensions(LayerDescription layer, string where, FeatureShape data)
    {
        if (layer.InputChannels is int channels && channels != data.Channels)
        {
            throw new QuantizationException(where, Text($"in_channels is {channels}, but the layer reads {data.Channels} channels."), "Correct or remove in_channels.");
        }

        if (layer.InputDimensions is not (int rows, int columns)) return data;
        if ((long)rows * columns != data.Pixels)
        {
            _violations.Add(new(
                DeviceLimits.ReshapePixels,
                where,
                Text($"in_dim is {rows}x{columns}, but the layer reads {data.Rows}x{data.Columns}"),
                Text($"Choose rows and columns whose product is {data.Pixels}.")));
            return data;
        }

        return data with { Rows = rows, Columns = columns };
    }

    private static (int Rows, int Columns, int Padding) Kernel(LayerDescription layer, string where, bool linear)
    {
        if (!linear)
        {
            return (layer.KernelRows ?? 3, layer.KernelColumns ?? layer.KernelRows ?? 3, layer.Padding ?? 1);
        }

        if ((layer.KernelRows ?? 1, layer.KernelColumns ?? 1) != (1, 1) || (layer.Padding ?? 0) != 0)
        {
            throw new QuantizationException(where, "A linear layer has neither kernel_size nor pad.", "Remove them, or use op: conv2d.");
        }

        return (1, 1, 0);
    }

    private void CheckLinear(LayerDescription layer, string where, FeatureShape pooled)
    {
        string actual = Text($"the map is {pooled.Rows}x{pooled.Columns}");
        if (!layer.Flatten)
        {
            if (pooled.Pixels > 1) _violations.Add(new(DeviceLimits.LinearInput, where, actual, "Add flatten: true."));
            return;
        }

        if (pooled.Pixels > DeviceLimits.MaximumFlattenPixels)
        {
            _violations.Add(new(DeviceLimits.FlattenPixels, where, actual, "Pool more in the layers before."));
        }

        if (layer.Pooling is not null and not { Rows: 1, Columns: 1, Stride: 1 })
        {
            _violations.Add(new(DeviceLimits.FlattenPooling, where, Text($"it pools {layer.Pooling.Rows}x{layer.Pooling.Columns}"), "Pool in the layer before."));
        }
    }

    private static void CheckWeights(LayerDescription layer, string where, FeatureShape pooled, WeightShape weights, int rows, int columns)
    {
        if (layer.Flatten && layer.Operator != LayerOperator.Linear)
        {
            throw new QuantizationException(where, "flatten belongs to a linear layer.", "Use op: linear, or remove flatten.");
        }

        if ((weights.KernelRows, weights.KernelColumns) != (rows, columns))
        {
            throw new QuantizationException(
                where,
                Text($"The weights have a kernel of {weights.KernelRows}x{weights.KernelColumns}, the description says {rows}x{columns}."),
                "Correct kernel_size or op, or use the model that belongs to the description.");
        }

        long expected = layer.Flatten ? (long)pooled.Channels * pooled.Rows * pooled.Columns : pooled.Channels;
        if (weights.Inputs != expected)
        {
            string what = layer.Flatten ? Text($"{expected} values ({pooled})") : Text($"{expected} channels");
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

    private void CheckOutput(LayerDescription layer, string where, int index)
    {
        int bits = layer.WeightBits ?? 8;
        if (bits is not (1 or 2 or 4 or 8)) throw new QuantizationException(where, Text($"quantization is {bits}."), "Use 1, 2, 4 or 8.");
        long shift = (layer.OutputShift ?? 0) + 8L - bits;
        if (shift is < -DeviceLimits.MaximumShift or > DeviceLimits.MaximumShift)
        {
            _violations.Add(new(
                DeviceLimits.OutputShift,
                where,
                Text($"output_shift {layer.OutputShift ?? 0} with {bits}-bit weights makes {shift}"),
                Text($"Choose output_shift from {bits - 8 - DeviceLimits.MaximumShift} to {bits - 8 + DeviceLimits.MaximumShift}.")));
        }

        bool last = index == description.Layers.Length - 1;
        if (layer.OutputWidth is not (8 or 32) || (layer.OutputWidth == 32 && !last))
        {
            _violations.Add(new(DeviceLimits.OutputWidth, where, Text($"output_width is {layer.OutputWidth}"), "Use output_width: 32 in the last layer only."));
        }

        if (layer.OutputWidth == 32 && layer.Activation != ActivationKind.None)
        {
            _violations.Add(new(DeviceLimits.WideActivation, where, $"the activation is {layer.Activation}", "Remove activate, or use output_width: 8."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
