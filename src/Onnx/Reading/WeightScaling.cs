// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Onnx.Reading;

/// <summary>Weights and biases that take in factors and offsets of what is around the operator; computed in double, rounded once.</summary>
internal static class WeightScaling
{
    /// <summary>Scales the result: <c>w' = a w</c>, <c>b' = a b + o</c> for each output.</summary>
    /// <param name="weights">Weights, outputs first.</param>
    /// <param name="bias">Biases, or empty.</param>
    /// <param name="factors">Factor of each output.</param>
    /// <param name="offsets">Offset of each output.</param>
    /// <param name="node">The node for messages.</param>
    public static (ImmutableArray<float> Weights, ImmutableArray<float> Bias) Outputs(ImmutableArray<float> weights, ImmutableArray<float> bias, ReadOnlySpan<double> factors, ReadOnlySpan<double> offsets, NodeView node)
    {
        int size = weights.Length / factors.Length;
        float[] scaled = new float[weights.Length];
        for (int i = 0; i < scaled.Length; i++) scaled[i] = Finite(weights[i] * factors[i / size], node);
        if (bias.IsEmpty && !offsets.ContainsAnyExcept(0)) return (ImmutableArray.Create(scaled), bias);
        float[] shifted = new float[factors.Length];
        for (int o = 0; o < shifted.Length; o++) shifted[o] = Finite(((bias.IsEmpty ? 0 : bias[o]) * factors[o]) + offsets[o], node);
        return (ImmutableArray.Create(scaled), ImmutableArray.Create(shifted));
    }

    /// <summary>Scales what is read: <c>w' = w a</c>, <c>b' = b + sum of w o</c> for each input of a kernel.</summary>
    /// <param name="weights">Weights, outputs first, then inputs, then taps.</param>
    /// <param name="bias">Biases, or empty.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="factors">Factor of each input.</param>
    /// <param name="offsets">Offset of each input.</param>
    /// <param name="node">The node for messages.</param>
    public static (ImmutableArray<float> Weights, ImmutableArray<float> Bias) Inputs(ImmutableArray<float> weights, ImmutableArray<float> bias, int outputs, ReadOnlySpan<double> factors, ReadOnlySpan<double> offsets, NodeView node)
    {
        int size = weights.Length / outputs, taps = size / factors.Length;
        float[] scaled = new float[weights.Length];
        double[] sums = new double[outputs];
        for (int i = 0; i < scaled.Length; i++)
        {
            int input = i % size / taps;
            scaled[i] = Finite(weights[i] * factors[input], node);
            sums[i / size] += weights[i] * offsets[input];
        }

        if (bias.IsEmpty && !offsets.ContainsAnyExcept(0)) return (ImmutableArray.Create(scaled), bias);
        float[] shifted = new float[outputs];
        for (int o = 0; o < outputs; o++) shifted[o] = Finite((bias.IsEmpty ? 0 : bias[o]) + sums[o], node);
        return (ImmutableArray.Create(scaled), ImmutableArray.Create(shifted));
    }

    private static float Finite(double value, NodeView node) =>
        float.IsFinite((float)value) ? (float)value : throw node.Error("the scaled weights are no finite numbers; the statistics or factors of the node are damaged.");
}
