// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Which tiles of a row of a convolution have taps outside the image, and which of their pixels.</summary>
internal static unsafe class ConvolutionBorders
{
    /// <summary>Where the four pixels from a column of the output on lie.</summary>
    public static TilePlace Place(int lanes, in ConvolutionShape shape, int column)
    {
        if (column + ConvolutionTile.Pixels > shape.OutputWidth) return TilePlace.Border;
        int left = Math.Max(0, shape.PaddingColumns - column), right = Math.Max(0, column - shape.PaddingColumns + ConvolutionTile.Pixels - 1 + shape.KernelColumns - shape.Width);
        if (left == 0 && right == 0) return TilePlace.Interior;
        if (!ConvolutionKernel.IsVector(lanes) || shape.KernelColumns != ConvolutionColumnTile.Columns) return TilePlace.Border;
        return (left, right) switch
        {
            (1, 0) => TilePlace.LeftOutside,
            (0, 1) => TilePlace.RightOutside,
            (1, 1) => TilePlace.SidesOutside,
            _ => TilePlace.Border,
        };
    }

    /// <summary>A bound for the number of tiles in a row that are not interior: those that begin in the padding on the left, and those that reach over the end of the image or of the output on the right.</summary>
    public static int Tiles(in ConvolutionShape shape)
    {
        const int Pixels = ConvolutionTile.Pixels;
        int padding = Math.Max(0, shape.PaddingColumns), left = (padding + Pixels - 1) / Pixels, right = (padding + 2 * Pixels - 2) / Pixels;
        return Math.Min(left + right, (shape.OutputWidth + Pixels - 1) / Pixels);
    }

    /// <summary>For each kernel column, which of the tile's pixels have their tap inside the image.</summary>
    public static void FillTapMasks(in ConvolutionShape shape, int column, byte* masks)
    {
        int pixels = Math.Min(ConvolutionTile.Pixels, shape.OutputWidth - column);
        for (int kx = 0; kx < shape.KernelColumns; kx++)
        {
            int mask = 0;
            for (int pixel = 0; pixel < pixels; pixel++)
                if ((uint)(column + pixel + kx - shape.PaddingColumns) < (uint)shape.Width) mask |= 1 << pixel;
            masks[kx] = (byte)mask;
        }
    }
}
