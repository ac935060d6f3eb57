// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Networks;

/// <summary>
/// The convolutions that the training kernels do not know, as plain loops in the order of the numeric contract: each output is one chain of fused
/// multiply-adds over input channel, kernel row and kernel column, all ascending; taps outside the map or on an inserted zero are skipped; the
/// bias comes last.
/// </summary>
internal static class PlainConvolution
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>A dilated one-dimensional or a transposed convolution of maps <c>[channel][row][column][16]</c>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="map">Shape of what the operator reads.</param>
    /// <param name="x">Its values.</param>
    /// <param name="lanes">Images.</param>
    /// <param name="y">Receives the biased sums.</param>
    public static void Run(GraphLayer layer, FeatureShape map, ReadOnlySpan<float> x, int lanes, Span<float> y)
    {
        FeatureShape output = layer.Output;
        bool transposed = layer.Operator == LayerOperator.ConvTranspose2d;
        Span<float> sums = stackalloc float[Lanes];
        for (int i = 0; i < output.Count; i++)
        {
            int o = i / output.Pixels, row = i % output.Pixels / output.Columns, column = i % output.Columns;
            sums.Clear();
            for (int c = 0; c < map.Channels; c++)
            {
                for (int ky = 0; ky < layer.KernelRows; ky++)
                {
                    for (int kx = 0; kx < layer.KernelColumns; kx++)
                    {
                        int h = transposed ? Stretched(row + ky + layer.Padding) : row + ky * layer.Dilation - layer.Padding;
                        int w = transposed ? Stretched(column + kx + layer.Padding) : column + kx;
                        if (h < 0 || w < 0 || h >= map.Rows || w >= map.Columns) continue;
                        float weight = layer.Weights[((o * map.Channels + c) * layer.KernelRows + ky) * layer.KernelColumns + kx];
                        Add(x.Slice(((c * map.Rows + h) * map.Columns + w) * Lanes, lanes), weight, sums);
                    }
                }
            }

            float bias = layer.Bias.IsDefaultOrEmpty ? 0 : layer.Bias[o];
            Span<float> pixel = y.Slice(i * Lanes, Lanes);
            pixel.Clear();
            for (int lane = 0; lane < lanes; lane++) pixel[lane] = layer.Bias.IsDefaultOrEmpty ? sums[lane] : sums[lane] + bias;
        }
    }

    // In the stretched map the first pixel has 2 - padding zeros in front of it and a zero stands between each two: an even distance is a pixel.
    private static int Stretched(int position) => (position & 1) == 0 && position >= 2 ? position / 2 - 1 : -1;

    private static void Add(ReadOnlySpan<float> values, float weight, Span<float> sums)
    {
        for (int lane = 0; lane < values.Length; lane++) sums[lane] = MathF.FusedMultiplyAdd(values[lane], weight, sums[lane]);
    }
}
