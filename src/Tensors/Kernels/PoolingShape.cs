// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Shape of a pooling: window, stride in both directions, no padding; incomplete windows are dropped.</summary>
internal readonly record struct PoolingShape(int Channels, int Height, int Width, int Rows, int Columns, int Stride)
{
    public int OutputHeight => (Height - Rows) / Stride + 1;

    public int OutputWidth => (Width - Columns) / Stride + 1;

    public int InputPixels => Height * Width;

    public int OutputPixels => OutputHeight * OutputWidth;

    /// <summary>Factor of the average: the float nearest to one over the window's size.</summary>
    public float Reciprocal => 1f / (Rows * Columns);
}
