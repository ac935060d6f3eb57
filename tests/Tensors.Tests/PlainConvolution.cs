// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>A convolution of stride 1 and its gradients in plain loops over double precision, from the definition: each product is added to what it is part of.</summary>
internal sealed class PlainConvolution(int inputs, int outputs, int height, int width, int kernelRows, int kernelColumns, int paddingRows, int paddingColumns)
{
    private const int Lanes = LaneBlocks.Lanes;

    private readonly int _outputHeight = height + 2 * paddingRows - kernelRows + 1;
    private readonly int _outputWidth = width + 2 * paddingColumns - kernelColumns + 1;

    public BoundedSum[] Output { get; private set; } = [];

    public BoundedSum[] InputGradient { get; private set; } = [];

    public BoundedSum[] WeightGradient { get; private set; } = [];

    public BoundedSum[] BiasGradient { get; private set; } = [];

    /// <summary>Runs forwards and backwards.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="weights">Weights <c>[O, I, KH, KW]</c>.</param>
    /// <param name="bias">Bias <c>[O]</c>, or empty.</param>
    /// <param name="dy">Output gradient <c>[O][OH][OW][16]</c>.</param>
    /// <param name="lanes">Number of images.</param>
    public void Run(float[] x, float[] weights, float[] bias, float[] dy, int lanes)
    {
        (Output, InputGradient, WeightGradient, BiasGradient) = (new BoundedSum[dy.Length], new BoundedSum[x.Length], new BoundedSum[weights.Length], new BoundedSum[outputs]);
        for (int o = 0; o < outputs; o++)
            for (int row = 0; row < _outputHeight; row++)
                for (int column = 0; column < _outputWidth; column++)
                {
                    int to = ((o * _outputHeight + row) * _outputWidth + column) * Lanes;
                    for (int lane = 0; lane < lanes; lane++) BiasGradient[o].Add(dy[to + lane]);
                    Products(x, weights, dy, o, row, column, lanes, to);
                    if (bias.Length == 0) continue;
                    for (int lane = 0; lane < lanes; lane++) Output[to + lane].Add(bias[o]);
                }
    }

    private void Products(float[] x, float[] weights, float[] dy, int o, int row, int column, int lanes, int to)
    {
        for (int c = 0; c < inputs; c++)
            for (int ky = 0; ky < kernelRows; ky++)
                for (int kx = 0; kx < kernelColumns; kx++)
                {
                    int h = row + ky - paddingRows, w = column + kx - paddingColumns;
                    if (h < 0 || w < 0 || h >= height || w >= width) continue;
                    int from = ((c * height + h) * width + w) * Lanes, weight = ((o * inputs + c) * kernelRows + ky) * kernelColumns + kx;
                    for (int lane = 0; lane < lanes; lane++)
                    {
                        Output[to + lane].Add((double)x[from + lane] * weights[weight]);
                        InputGradient[from + lane].Add((double)dy[to + lane] * weights[weight]);
                        WeightGradient[weight].Add((double)x[from + lane] * dy[to + lane]);
                    }
                }
    }
}
