// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels.Single;

/// <summary>Which input pixel an output pixel reads through a tap, for each kind of layer.</summary>
internal static class ChannelGeometry
{
    /// <summary>A convolution or dense layer of stride 1.</summary>
    public static TapTiling Tiling(ConvolutionShape shape, in ChannelMap x, in ChannelMap y) => new(shape.OutputPixels, shape.Taps, x.Stride, y.Stride, (pixel, tap) =>
        Inside(pixel / shape.OutputWidth + tap / shape.KernelColumns - shape.PaddingRows, pixel % shape.OutputWidth + tap % shape.KernelColumns - shape.PaddingColumns, shape.Height, shape.Width));

    /// <summary>A transposed convolution.</summary>
    public static TapTiling Tiling(TransposedShape shape, in ChannelMap x, in ChannelMap y) => new(shape.OutputPixels, TransposedShape.Taps, x.Stride, y.Stride, (pixel, tap) =>
        Inside(shape.Source(pixel / shape.OutputWidth, tap / TransposedShape.Kernel, shape.Height), shape.Source(pixel % shape.OutputWidth, tap % TransposedShape.Kernel, shape.Width), shape.Height, shape.Width));

    /// <summary>A one-dimensional convolution whose taps are <paramref name="dilation"/> apart.</summary>
    public static TapTiling Dilated(int length, int outputs, int taps, int padding, int dilation, in ChannelMap x, in ChannelMap y) =>
        new(outputs, taps, x.Stride, y.Stride, (pixel, tap) => Inside(0, pixel + tap * dilation - padding, 1, length));

    private static int Inside(int row, int column, int height, int width) => (uint)row < (uint)height && (uint)column < (uint)width ? row * width + column : -1;
}
