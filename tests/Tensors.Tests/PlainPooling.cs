// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>Average and maximum pooling and their gradients in plain loops over double precision.</summary>
internal sealed class PlainPooling(int channels, int height, int width, int rows, int columns, int stride)
{
    private const int Lanes = LaneBlocks.Lanes;

    public BoundedSum[] Mean { get; private set; } = [];

    public BoundedSum[] MeanGradient { get; private set; } = [];

    public double[] Maximum { get; private set; } = [];

    public BoundedSum[] MaximumGradient { get; private set; } = [];

    /// <summary>Runs forwards and backwards over blocks <c>[C][H][W][16]</c>.</summary>
    public void Run(float[] x, float[] dy, int lanes)
    {
        (Mean, MeanGradient, Maximum, MaximumGradient) = (new BoundedSum[dy.Length], new BoundedSum[x.Length], new double[dy.Length], new BoundedSum[x.Length]);
        int outputHeight = (height - rows) / stride + 1, outputWidth = (width - columns) / stride + 1;
        for (int to = 0; to < channels * outputHeight * outputWidth * Lanes; to++)
        {
            if (to % Lanes >= lanes) continue;
            int pixel = to / Lanes % (outputHeight * outputWidth), c = to / Lanes / (outputHeight * outputWidth);
            int winner = -1;
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++)
                {
                    int from = ((c * height + pixel / outputWidth * stride + i) * width + pixel % outputWidth * stride + j) * Lanes + to % Lanes;
                    Mean[to].Add((double)x[from] / (rows * columns));
                    MeanGradient[from].Add((double)dy[to] / (rows * columns));
                    if (winner < 0 || x[from] > x[winner]) winner = from;
                }

            Maximum[to] = x[winner];
            MaximumGradient[winner].Add(dy[to]);
        }
    }
}
