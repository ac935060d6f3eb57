// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Shape of a transposed 3x3 convolution with stride 2 and output padding 1 (numerics.md section 7.3). Kernels are held as the chip holds them,
/// <c>[O, I, 3, 3]</c> turned by half a turn, so output pixel <c>(r, c)</c> reads through tap <c>(ky, kx)</c> the input row <c>(r + ky + padding) / 2 - 1</c>
/// where that is even, and the column likewise.
/// </summary>
internal readonly record struct TransposedShape(int InputChannels, int OutputChannels, int Height, int Width, int Padding)
{
    /// <summary>Rows and columns of the kernel.</summary>
    public const int Kernel = 3;

    public const int Taps = Kernel * Kernel;

    public int OutputHeight => 2 * Height + 2 - 2 * Padding;

    public int OutputWidth => 2 * Width + 2 - 2 * Padding;

    public int InputPixels => Height * Width;

    public int OutputPixels => OutputHeight * OutputWidth;

    public int WeightCount => InputChannels * OutputChannels * Taps;

    /// <summary>Input row or column that an output row or column reads through a tap, or -1 for one between two pixels or outside.</summary>
    public int Source(int position, int tap, int length)
    {
        int stretched = position + tap + Padding;
        return (stretched & 1) == 0 && stretched >= 2 && stretched / 2 <= length ? stretched / 2 - 1 : -1;
    }

    /// <summary>First output row or column that an input row or column reaches; the two behind it follow. It may lie outside.</summary>
    public int FirstTarget(int position) => 2 * position - Padding;

    public void Check(int inputFloats, int outputFloats, int weights)
    {
        if (inputFloats < (long)InputChannels * InputPixels * LaneLayout.Lanes || outputFloats < (long)OutputChannels * OutputPixels * LaneLayout.Lanes || weights < WeightCount)
            throw new ArgumentException($"memory too small for {this}");
    }
}
