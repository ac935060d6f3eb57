// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Tests;

/// <summary>
/// Two layers with known weights, computed by plain loops: 4 channels of 6x6, 2x2 max pooling, 3x3 convolution with padding 1 to 6 channels with bias and
/// ReLU, then a dense layer of the 6x3x3 values to 3 sums of 32 bits.
/// </summary>
internal sealed class TinyNetwork
{
    public const int Channels = 4, Size = 6, Hidden = 6, Pooled = 3, Outputs = 3, Shift = -1;

    public TinyNetwork(int seed)
    {
        var random = new Random(seed);
        Fill(random, Kernels);
        Fill(random, Bias);
        Fill(random, Dense);
        Fill(random, DenseBias);
    }

    /// <summary>[output][input][row][column]</summary>
    public sbyte[] Kernels { get; } = new sbyte[Hidden * Channels * 9];

    public sbyte[] Bias { get; } = new sbyte[Hidden];

    /// <summary>[output][channel][row][column]</summary>
    public sbyte[] Dense { get; } = new sbyte[Outputs * Hidden * 9];

    public sbyte[] DenseBias { get; } = new sbyte[Outputs];

    /// <summary>An image as [channel][row][column].</summary>
    public static sbyte[] Image(int seed)
    {
        var image = new sbyte[Channels * Size * Size];
        Fill(new Random(seed), image);
        return image;
    }

    /// <summary>Output of the convolution as [channel][row][column].</summary>
    public int[] FirstLayer(sbyte[] image)
    {
        var result = new int[Hidden * 9];
        for (int o = 0; o < Hidden; o++)
        {
            for (int y = 0; y < Pooled; y++)
            {
                for (int x = 0; x < Pooled; x++)
                {
                    long sum = 128L * Bias[o];
                    for (int c = 0; c < Channels; c++)
                    {
                        for (int t = 0; t < 9; t++)
                        {
                            int row = y + t / 3 - 1, column = x + t % 3 - 1;
                            if (row >= 0 && row < Pooled && column >= 0 && column < Pooled)
                                sum += Kernels[(o * Channels + c) * 9 + t] * Maximum(image, c, row, column);
                        }
                    }

                    double scaled = Math.Floor(0.5 + sum * 0.5 / 128);
                    result[o * 9 + y * 3 + x] = (int)Math.Clamp(scaled, 0, 127);
                }
            }
        }

        return result;
    }

    /// <summary>The three sums.</summary>
    public int[] Run(sbyte[] image)
    {
        int[] hidden = FirstLayer(image);
        var result = new int[Outputs];
        for (int o = 0; o < Outputs; o++)
        {
            result[o] = 128 * DenseBias[o];
            for (int i = 0; i < hidden.Length; i++)
                result[o] += Dense[o * hidden.Length + i] * hidden[i];
        }

        return result;
    }

    private static int Maximum(sbyte[] image, int channel, int row, int column)
    {
        int best = -128;
        for (int i = 0; i < 4; i++)
            best = Math.Max(best, image[(channel * Size + 2 * row + i / 2) * Size + 2 * column + i % 2]);
        return best;
    }

    private static void Fill(Random random, sbyte[] values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (sbyte)random.Next(-128, 128);
    }
}
