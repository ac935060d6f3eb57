// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>The matrices of minimal filtering, as their magnitudes in double precision: what the bounds of its errors are made of.</summary>
internal static class MinimalFilterMatrix
{
    public const int Side = 4;
    public const int Terms = Side * Side;

    private const int Lanes = LaneBlocks.Lanes;

    // Magnitudes of the entries of B^T.
    private static readonly double[,] InputFactors = { { 1, 0, 1, 0 }, { 0, 1, 1, 0 }, { 0, 1, 1, 0 }, { 0, 1, 0, 1 } };

    /// <summary><c>M D M^T</c>.</summary>
    public static double[,] Both(double[,] m, double[,] d)
    {
        int rows = m.GetLength(0), columns = m.GetLength(1);
        double[,] half = new double[rows, columns], result = new double[rows, rows];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                for (int k = 0; k < columns; k++) half[i, j] += m[i, k] * d[k, j];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < rows; j++)
                for (int k = 0; k < columns; k++) result[i, j] += half[i, k] * m[j, k];
        return result;
    }

    /// <summary>Sixteen terms to their place among those of other channels.</summary>
    public static void Copy(double[,] terms, double[] to, int index)
    {
        for (int term = 0; term < Terms; term++) to[index * Terms + term] = terms[term / Side, term % Side];
    }

    /// <summary>The terms of what a tile reads of an image.</summary>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="height">Rows of it.</param>
    /// <param name="width">Columns of it.</param>
    /// <param name="top">The tile's first row, which may lie outside.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="lane">The image.</param>
    /// <param name="tile">Receives <c>[I][16]</c>.</param>
    public static void FillInput(float[] x, int height, int width, int top, int left, int lane, double[] tile) => Fill(InputFactors, x, height, width, top, left, lane, tile);

    /// <summary>The terms of what a tile has of a map; pixels outside are zeros.</summary>
    public static void Fill(double[,] factors, float[] map, int height, int width, int top, int left, int lane, double[] tile)
    {
        int side = factors.GetLength(1);
        var pixels = new double[side, side];
        for (int c = 0; c < tile.Length / Terms; c++)
        {
            for (int i = 0; i < pixels.Length; i++)
            {
                int row = top + i / side, column = left + i % side;
                pixels[i / side, i % side] = row < 0 || column < 0 || row >= height || column >= width ? 0 : Math.Abs(map[((c * height + row) * width + column) * Lanes + lane]);
            }

            Copy(Both(factors, pixels), tile, c);
        }
    }
}
