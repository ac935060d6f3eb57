// SPDX-License-Identifier: MIT
namespace Ai8x.Onnx.Reading;

/// <summary>Where the parameters of a layer stand in the file, and in which order.</summary>
/// <param name="Weights">Initializer of the weights, or null.</param>
/// <param name="Bias">Initializer of the bias, or null.</param>
/// <param name="WeightOrder">For each value of the initializer, its index among the layer's weights; null where the orders agree.</param>
internal sealed record LayerBinding(string? Weights, string? Bias, int[]? WeightOrder)
{
    public static LayerBinding None { get; } = new(null, null, null);

    /// <summary>Whether the layer's parameters were computed from those in the file, so that new ones have no place there.</summary>
    public bool IsComputed { get; init; }
}
