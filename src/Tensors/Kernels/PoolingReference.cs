// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Pooling in the order of the numeric contract, in plain loops. Maps are <c>[channel][row][column][16]</c>.</summary>
/// <remarks>Input gradients are chains from +0: each window that reaches a pixel adds its share, in raster order of the windows.</remarks>
internal static class PoolingReference
{
    private const int Lanes = LaneLayout.Lanes;

    public static void MaximumForward(in PoolingShape shape, ReadOnlySpan<float> x, int lanes, Span<float> y)
    {
        for (int window = 0; window < shape.Channels * shape.OutputPixels; window++)
            for (int lane = 0; lane < lanes; lane++) y[window * Lanes + lane] = x[FirstMaximum(shape, x, window, lane)];
    }

    public static void MaximumBackward(in PoolingShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> dx)
    {
        dx[..(shape.Channels * shape.InputPixels * Lanes)].Clear();
        for (int window = 0; window < shape.Channels * shape.OutputPixels; window++)
            for (int lane = 0; lane < lanes; lane++) dx[FirstMaximum(shape, x, window, lane)] += dy[window * Lanes + lane];
    }

    public static void AverageForward(in PoolingShape shape, ReadOnlySpan<float> x, int lanes, Span<float> y)
    {
        for (int window = 0; window < shape.Channels * shape.OutputPixels; window++)
            for (int lane = 0; lane < lanes; lane++)
            {
                float sum = 0;
                for (int i = 0; i < shape.Rows * shape.Columns; i++) sum += x[Index(shape, window, i, lane)];
                y[window * Lanes + lane] = sum * shape.Reciprocal;
            }
    }

    public static void AverageBackward(in PoolingShape shape, ReadOnlySpan<float> dy, int lanes, Span<float> dx)
    {
        dx[..(shape.Channels * shape.InputPixels * Lanes)].Clear();
        for (int window = 0; window < shape.Channels * shape.OutputPixels; window++)
            for (int lane = 0; lane < lanes; lane++)
                for (int i = 0; i < shape.Rows * shape.Columns; i++) dx[Index(shape, window, i, lane)] += dy[window * Lanes + lane] * shape.Reciprocal;
    }

    private static int FirstMaximum(in PoolingShape shape, ReadOnlySpan<float> x, int window, int lane)
    {
        int best = Index(shape, window, 0, lane);
        for (int i = 1; i < shape.Rows * shape.Columns; i++)
        {
            int index = Index(shape, window, i, lane);
            if (x[index] > x[best]) best = index;
        }
        return best;
    }

    private static int Index(in PoolingShape shape, int window, int element, int lane)
    {
        int channel = window / shape.OutputPixels;
        int pixel = window % shape.OutputPixels;
        int row = pixel / shape.OutputWidth * shape.Stride + element / shape.Columns;
        int column = pixel % shape.OutputWidth * shape.Stride + element % shape.Columns;
        return ((channel * shape.Height + row) * shape.Width + column) * Lanes + lane;
    }
}
