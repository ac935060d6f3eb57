// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Quant;

/// <summary>Weights and bias of one layer after quantization, as floats again.</summary>
/// <param name="Name">Name of the layer.</param>
/// <param name="Weights">Integer weights divided by two to the power of weight bits - 1, 128 for eight bits, in the order of <see cref="QuantizedLayer.Weights"/>.</param>
/// <param name="Bias">Integer bias divided by the same; empty if the layer has none.</param>
public sealed record DequantizedLayer(string Name, ImmutableArray<float> Weights, ImmutableArray<float> Bias);

/// <summary>Shows what quantization did to the weights: the same model with values that the chip can hold (numerics.md section 13.2).</summary>
public static class Dequantizer
{
    /// <summary>Divides all integer weights and biases by the units of 1.0, two to the power of weight bits - 1, whatever the scale of quantization was. The results are exact.</summary>
    /// <param name="network">A quantized network.</param>
    /// <returns>One entry per layer, in order.</returns>
    public static ImmutableArray<DequantizedLayer> Dequantize(QuantizedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return [.. network.Layers.Select(layer => new DequantizedLayer(layer.Name, Floats(layer.Weights, layer.WeightBits), Floats(layer.Bias, layer.WeightBits)))];
    }

    private static ImmutableArray<float> Floats(ImmutableArray<sbyte> integers, int bits) => [.. integers.Select(value => value / (float)(1 << (bits - 1)))];
}
