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

    /// <summary>Whether every input pixel belongs to exactly one window.</summary>
    public bool TilesExactly => Rows == Stride && Columns == Stride && Height % Stride == 0 && Width % Stride == 0;

    /// <summary>Refuses memory that is too small for the maps of this pooling.</summary>
    public void Check(int inputLength, int outputLength)
    {
        if (inputLength < (long)Channels * InputPixels * LaneLayout.Lanes || outputLength < (long)Channels * OutputPixels * LaneLayout.Lanes)
            throw new ArgumentException($"memory too small for the pooling {this}");
    }
}
