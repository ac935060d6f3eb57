// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>Weights and bias that are integers from the start: shape and range checks.</summary>
internal static class IntegerWeights
{
    public static WeightShape Shape(IntegerLayerArrays arrays, LayerOperator op, string where)
    {
        ImmutableArray<int> shape = arrays.Shape;
        if (shape.Length is not (2 or 3 or 4) || shape.Any(size => size < 1) || shape.Aggregate(1.0, (product, size) => product * size) != arrays.Weights.Length)
        {
            throw new QuantizationException(
                where,
                Text($"{arrays.Source} has the shape [{string.Join(", ", shape)}] and {arrays.Weights.Length} values."),
                "A weight array is [outputs, inputs, rows, columns] or [outputs, inputs, length] for a convolution, or [outputs, inputs] for a linear layer.");
        }

        // A one-dimensional kernel may also come with the axis that some writers leave behind: [O, I, 1, K].
        bool line = op == LayerOperator.Conv1d && shape.Length == 4 && shape[2] == 1;
        return shape.Length switch
        {
            2 => new(shape[0], shape[1], 1, 1),
            3 => new(shape[0], shape[1], shape[2], 1),
            _ => line ? new(shape[0], shape[1], shape[3], 1) : new(shape[0], shape[1], shape[2], shape[3]),
        };
    }

    public static QuantizedLayer Into(QuantizedLayer layer, IntegerLayerArrays arrays, WeightShape shape, string where)
    {
        if (layer.Operator is LayerOperator.Conv2d or LayerOperator.ConvTranspose2d && arrays.Shape.Length != 4)
        {
            throw new QuantizationException(where, Text($"{arrays.Source} has {arrays.Shape.Length} axes."), "A two-dimensional convolution needs weights [outputs, inputs, rows, columns].");
        }

        if (arrays.Bias.Length != 0 && arrays.Bias.Length != shape.Outputs)
        {
            throw new QuantizationException(where, Text($"There are {arrays.Bias.Length} bias values for {shape.Outputs} outputs."), "Supply one bias value per output.");
        }

        return layer with
        {
            Weights = [.. Centred(Values(arrays.Weights, layer.WeightBits, where, "weight"), shape, layer)],
            Bias = [.. Values(arrays.Bias, 8, where, "bias")],
        };
    }

    /// <summary>Puts 1x1 kernels into the middle of the 3x3 kernels as which a streaming layer runs them.</summary>
    public static sbyte[] Centred(sbyte[] weights, WeightShape shape, QuantizedLayer layer)
    {
        int taps = layer.KernelRows * layer.KernelColumns;
        if (taps == shape.KernelSize) return weights;
        var wide = new sbyte[checked(weights.Length * taps)];
        for (int i = 0; i < weights.Length; i++) wide[i * taps + taps / 2] = weights[i];
        return wide;
    }

    private static sbyte[] Values(ImmutableArray<int> values, int bits, string where, string what)
    {
        int low = -1 << (bits - 1), high = (1 << (bits - 1)) - 1;
        var result = new sbyte[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            if (values[i] < low || values[i] > high)
            {
                throw new QuantizationException(
                    where,
                    Text($"The {what} with index {i} is {values[i]}, but {bits} bits hold {low} to {high}."),
                    "Quantize the values to this width, or correct quantization.");
            }

            result[i] = (sbyte)values[i];
        }

        return result;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
