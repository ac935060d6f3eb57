// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>Weights and bias that are integers from the start: shape and range checks.</summary>
internal static class IntegerWeights
{
    public static WeightShape Shape(IntegerLayerArrays arrays, string where)
    {
        ImmutableArray<int> shape = arrays.Shape;
        if (shape.Length is not (2 or 4) || shape.Any(size => size < 1) || shape.Aggregate(1L, (product, size) => checked(product * size)) != arrays.Weights.Length)
        {
            throw new QuantizationException(
                where,
                Text($"{arrays.Source} has the shape [{string.Join(", ", shape)}] and {arrays.Weights.Length} values."),
                "A weight array is [outputs, inputs, rows, columns] for a convolution or [outputs, inputs] for a linear layer.");
        }

        return shape.Length == 2 ? new(shape[0], shape[1], 1, 1) : new(shape[0], shape[1], shape[2], shape[3]);
    }

    public static QuantizedLayer Into(QuantizedLayer layer, IntegerLayerArrays arrays, WeightShape shape, string where)
    {
        if (layer.Operator == LayerOperator.Conv2d && arrays.Shape.Length != 4)
        {
            throw new QuantizationException(where, Text($"{arrays.Source} holds a matrix."), "A convolution needs weights [outputs, inputs, rows, columns].");
        }

        if (arrays.Bias.Length != 0 && arrays.Bias.Length != shape.Outputs)
        {
            throw new QuantizationException(where, Text($"There are {arrays.Bias.Length} bias values for {shape.Outputs} outputs."), "Supply one bias value per output.");
        }

        return layer with
        {
            Weights = [.. Values(arrays.Weights, layer.WeightBits, where, "weight")],
            Bias = [.. Values(arrays.Bias, 8, where, "bias")],
        };
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
