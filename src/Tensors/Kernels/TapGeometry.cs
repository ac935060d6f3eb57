// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Which pixel a pixel of the result reads through a tap, for each kind of layer. Strides are the floats from a pixel to the next.</summary>
internal static class TapGeometry
{
    /// <summary>A convolution or dense layer of stride 1.</summary>
    public static TapTiling Tiling(ConvolutionShape shape, int inputStride, int outputStride) => new(shape.OutputPixels, shape.Taps, inputStride, outputStride, (pixel, tap) =>
        Inside(pixel / shape.OutputWidth + tap / shape.KernelColumns - shape.PaddingRows, pixel % shape.OutputWidth + tap % shape.KernelColumns - shape.PaddingColumns, shape.Height, shape.Width));

    /// <summary>A transposed convolution.</summary>
    public static TapTiling Tiling(TransposedShape shape, int inputStride, int outputStride) => new(shape.OutputPixels, TransposedShape.Taps, inputStride, outputStride, (pixel, tap) =>
        Inside(shape.Source(pixel / shape.OutputWidth, tap / TransposedShape.Kernel, shape.Height), shape.Source(pixel % shape.OutputWidth, tap % TransposedShape.Kernel, shape.Width), shape.Height, shape.Width));

    /// <summary>The input gradient of a transposed convolution, whose taps are the nine output pixels that an input pixel reaches, in raster order.</summary>
    public static TapTiling InputGradient(TransposedShape shape, int gradientStride, int inputStride) => new(shape.InputPixels, TransposedShape.Taps, gradientStride, inputStride, (pixel, tap) =>
        Inside(shape.FirstTarget(pixel / shape.Width) + tap / TransposedShape.Kernel, shape.FirstTarget(pixel % shape.Width) + tap % TransposedShape.Kernel, shape.OutputHeight, shape.OutputWidth));

    /// <summary>A one-dimensional convolution whose taps are <paramref name="dilation"/> apart.</summary>
    public static TapTiling Dilated(int length, int outputs, int taps, int padding, int dilation, int inputStride, int outputStride) =>
        new(outputs, taps, inputStride, outputStride, (pixel, tap) => Inside(0, pixel + tap * dilation - padding, 1, length));

    private static int Inside(int row, int column, int height, int width) => (uint)row < (uint)height && (uint)column < (uint)width ? row * width + column : -1;
}
