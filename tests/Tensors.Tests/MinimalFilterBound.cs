// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>
/// How far a convolution by minimal filtering F(2x2, 3x3) may be from the exact one. With the matrices <c>B^T</c>, <c>G</c> and <c>A^T</c> of Winograd's algorithm an output is a sum of products of an input value, a weight and
/// the matrices' entries. No product goes through more roundings than one for each input channel of its chain, two where the sixteen inputs of a tile are joined, four where the nine weights are (the halves are exact),
/// four where sixteen sums become outputs, and one for the bias. So the error is at most <c>gamma(I + 11)</c> (<see cref="BoundedSum.Gamma"/>) times the same sum over the magnitudes of all factors.
/// </summary>
internal sealed class MinimalFilterBound(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
{
    private const int Lanes = LaneBlocks.Lanes;
    private const int Side = MinimalFilterMatrix.Side;
    private const int Kernel = 3;
    private const int Step = 2;
    private const int Terms = MinimalFilterMatrix.Terms;
    private const int RoundingsBesideTheChain = 11;

    // The double sums have errors of their own, a part in 2^29 of the bound.
    private const double Slack = 1 + 1e-6;

    // Magnitudes of the entries of G and A^T.
    private static readonly double[,] KernelFactors = { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, 0.5, 0.5 }, { 0, 0, 1 } };
    private static readonly double[,] OutputFactors = { { 1, 1, 1, 0 }, { 0, 1, 1, 1 } };

    private readonly int _outputHeight = height + 2 * paddingRows - Kernel + 1;
    private readonly int _outputWidth = width + 2 * paddingColumns - Kernel + 1;

    /// <summary>The bound of each output <c>[O][OH][OW][16]</c>.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="weights">Weights <c>[O, I, 3, 3]</c>.</param>
    /// <param name="bias">Bias <c>[O]</c>, or empty.</param>
    /// <param name="lanes">Number of images.</param>
    public double[] Of(float[] x, float[] weights, float[] bias, int lanes)
    {
        double[] kernels = Kernels(weights), tile = new double[inputs * Terms], bounds = new double[outputs * _outputHeight * _outputWidth * Lanes];
        double unit = Slack * BoundedSum.Gamma(inputs + RoundingsBesideTheChain);
        for (int row = 0; row < _outputHeight; row += Step)
            for (int column = 0; column < _outputWidth; column += Step)
                for (int lane = 0; lane < lanes; lane++)
                {
                    MinimalFilterMatrix.FillInput(x, height, width, row - paddingRows, column - paddingColumns, lane, tile);
                    for (int o = 0; o < outputs; o++)
                    {
                        double[,] magnitudes = MinimalFilterMatrix.Both(OutputFactors, Products(kernels, o, tile));
                        for (int i = row; i < Math.Min(row + Step, _outputHeight); i++)
                            for (int j = column; j < Math.Min(column + Step, _outputWidth); j++)
                                bounds[((o * _outputHeight + i) * _outputWidth + j) * Lanes + lane] = unit * (magnitudes[i - row, j - column] + (bias.Length > 0 ? Math.Abs(bias[o]) : 0));
                    }
                }
        return bounds;
    }

    private static double[] Kernels(float[] weights)
    {
        var kernels = new double[weights.Length / (Kernel * Kernel) * Terms];
        var kernel = new double[Kernel, Kernel];
        for (int i = 0; i < kernels.Length / Terms; i++)
        {
            for (int tap = 0; tap < kernel.Length; tap++) kernel[tap / Kernel, tap % Kernel] = Math.Abs(weights[i * kernel.Length + tap]);
            MinimalFilterMatrix.Copy(MinimalFilterMatrix.Both(KernelFactors, kernel), kernels, i);
        }

        return kernels;
    }

    /// <summary>For each term of an output the sum over the input channels.</summary>
    private static double[,] Products(double[] kernels, int output, double[] tile)
    {
        var sums = new double[Side, Side];
        for (int term = 0; term < Terms; term++)
        {
            double sum = 0;
            for (int i = term; i < tile.Length; i += Terms) sum += tile[i] * kernels[output * tile.Length + i];
            sums[term / Side, term % Side] = sum;
        }

        return sums;
    }
}
