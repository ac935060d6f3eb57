// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Networks;

/// <summary>
/// Dilated one-dimensional convolutions, which the training kernels do not know, as plain loops in the order of the numeric contract: each output is
/// one chain of fused multiply-adds over input channel and tap, both ascending; taps outside the map are skipped; the bias comes last.
/// </summary>
internal static class DilatedConvolution
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Biased sums of maps <c>[channel][position][16]</c>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="map">Shape of what the operator reads.</param>
    /// <param name="x">Its values.</param>
    /// <param name="lanes">Images.</param>
    /// <param name="y">Receives the biased sums.</param>
    public static void Run(GraphLayer layer, FeatureShape map, ReadOnlySpan<float> x, int lanes, Span<float> y)
    {
        FeatureShape output = layer.Output;
        Span<float> sums = stackalloc float[Lanes];
        for (int i = 0; i < output.Count; i++)
        {
            int o = i / output.Pixels, position = i % output.Pixels;
            sums.Clear();
            for (int c = 0; c < map.Channels; c++)
            {
                for (int tap = 0; tap < layer.KernelRows; tap++)
                {
                    int source = position + tap * layer.Dilation - layer.Padding;
                    if ((uint)source >= (uint)map.Rows) continue;
                    Add(x.Slice((c * map.Rows + source) * Lanes, lanes), layer.Weights[(o * map.Channels + c) * layer.KernelRows + tap], sums);
                }
            }

            float bias = layer.Bias.IsDefaultOrEmpty ? 0 : layer.Bias[o];
            Span<float> pixel = y.Slice(i * Lanes, Lanes);
            pixel.Clear();
            for (int lane = 0; lane < lanes; lane++) pixel[lane] = layer.Bias.IsDefaultOrEmpty ? sums[lane] : sums[lane] + bias;
        }
    }

    private static void Add(ReadOnlySpan<float> values, float weight, Span<float> sums)
    {
        for (int lane = 0; lane < values.Length; lane++) sums[lane] = MathF.FusedMultiplyAdd(values[lane], weight, sums[lane]);
    }
}
