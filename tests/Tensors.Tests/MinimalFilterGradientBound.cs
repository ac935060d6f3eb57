// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>
/// How far a weight gradient by minimal filtering F(3x3, 2x2) may be from the exact one. With the matrices of Winograd's algorithm a gradient is a sum of products of an input value, an output gradient and the matrices' entries.
/// No product goes through more roundings than one for each tile of its chain, one for each strip after the first, two where the sixteen inputs of a tile are joined, two where its four output gradients are, four in the
/// tree of lanes and four where sixteen sums become nine gradients (the halves are exact). So the error is at most <c>gamma(tiles of a strip + strips - 1 + 12)</c> (<see cref="BoundedSum.Gamma"/>) times the same
/// sum over the magnitudes of all factors.
/// </summary>
internal sealed class MinimalFilterGradientBound(int inputs, int outputs, int height, int width, int paddingRows, int paddingColumns)
{
    private const int Side = MinimalFilterMatrix.Side;
    private const int Terms = MinimalFilterMatrix.Terms;
    private const int Kernel = 3;
    private const int Taps = Kernel * Kernel;
    private const int Step = 2;
    private const int StripTiles = 64;
    private const int RoundingsBesideTheSums = 12;

    // The double sums have errors of their own, a part in 2^29 of the bound.
    private const double Slack = 1 + 1e-6;

    // Magnitudes of the entries of the matrices of the output gradient and of the sums.
    private static readonly double[,] GradientFactors = { { 1, 0 }, { 1, 1 }, { 1, 1 }, { 0, 1 } };
    private static readonly double[,] SumFactors = { { 1, 0.5, 0.5, 0 }, { 0, 0.5, 0.5, 0 }, { 0, 0.5, 0.5, 1 } };

    private readonly int _outputHeight = height + 2 * paddingRows - Kernel + 1;
    private readonly int _outputWidth = width + 2 * paddingColumns - Kernel + 1;

    /// <summary>Tiles of a map.</summary>
    public int Tiles => (_outputHeight + 1) / Step * ((_outputWidth + 1) / Step);

    /// <summary>The bound of each weight gradient <c>[O, I, 3, 3]</c>.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="dy">Output gradient <c>[O][OH][OW][16]</c>.</param>
    /// <param name="lanes">Number of images.</param>
    public double[] Of(float[] x, float[] dy, int lanes)
    {
        double[] v = new double[inputs * Terms], z = new double[outputs * Terms], sums = new double[outputs * v.Length], bounds = new double[outputs * inputs * Taps];
        for (int row = 0; row < _outputHeight; row += Step)
            for (int column = 0; column < _outputWidth; column += Step)
                for (int lane = 0; lane < lanes; lane++)
                {
                    MinimalFilterMatrix.FillInput(x, height, width, row - paddingRows, column - paddingColumns, lane, v);
                    MinimalFilterMatrix.Fill(GradientFactors, dy, _outputHeight, _outputWidth, row, column, lane, z);
                    for (int i = 0; i < sums.Length; i++) sums[i] += v[i % v.Length] * z[i / v.Length * Terms + i % Terms];
                }

        int strips = (Tiles + StripTiles - 1) / StripTiles;
        double unit = Slack * BoundedSum.Gamma(Math.Min(StripTiles, Tiles) + strips - 1 + RoundingsBesideTheSums);
        var kernel = new double[Side, Side];
        for (int i = 0; i < sums.Length / Terms; i++)
        {
            for (int term = 0; term < Terms; term++) kernel[term / Side, term % Side] = sums[i * Terms + term];
            double[,] magnitudes = MinimalFilterMatrix.Both(SumFactors, kernel);
            for (int tap = 0; tap < Taps; tap++) bounds[i * Taps + tap] = unit * magnitudes[tap / Kernel, tap % Kernel];
        }

        return bounds;
    }
}
