// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>
/// A transposed 3x3 convolution of stride 2 and its gradients in plain loops over double precision, from the side of the input: pixel (a, b) reaches the outputs
/// (2a + ky - padding, 2b + kx - padding). The kernel is held turned.
/// </summary>
internal sealed class PlainTransposed(int inputs, int outputs, int height, int width, int padding)
{
    private const int Lanes = LaneBlocks.Lanes;

    public BoundedSum[] Output { get; private set; } = [];

    public BoundedSum[] InputGradient { get; private set; } = [];

    public BoundedSum[] WeightGradient { get; private set; } = [];

    /// <summary>Runs forwards and backwards; axes as in <see cref="PlainConvolution"/>.</summary>
    public void Run(float[] x, float[] turned, float[] bias, float[] dy, int lanes)
    {
        int outputHeight = 2 * height + 2 - 2 * padding, outputWidth = 2 * width + 2 - 2 * padding;
        (Output, InputGradient, WeightGradient) = (new BoundedSum[dy.Length], new BoundedSum[x.Length], new BoundedSum[turned.Length]);
        for (int from = 0; from < x.Length; from++)
            for (int o = 0; o < outputs && from % Lanes < lanes; o++)
                for (int ky = 0; ky < 3; ky++)
                    for (int kx = 0; kx < 3; kx++)
                    {
                        int pixel = from / Lanes % (height * width), c = from / Lanes / (height * width);
                        int h = 2 * (pixel / width) + ky - padding, w = 2 * (pixel % width) + kx - padding;
                        if (h < 0 || w < 0 || h >= outputHeight || w >= outputWidth) continue;
                        int to = ((o * outputHeight + h) * outputWidth + w) * Lanes + from % Lanes, weight = (o * inputs + c) * 9 + 8 - 3 * ky - kx;
                        Output[to].Add((double)x[from] * turned[weight]);
                        InputGradient[from].Add((double)dy[to] * turned[weight]);
                        WeightGradient[weight].Add((double)x[from] * dy[to]);
                    }

        for (int to = 0; to < dy.Length; to++) Output[to].Add(bias[to / Lanes / (outputHeight * outputWidth)]);
    }
}
