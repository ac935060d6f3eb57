// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Shape of a convolution with stride 1. A one-dimensional convolution of length <c>L</c> is one row of <c>L</c> columns, a dense layer a 1x1
/// convolution of one pixel. Padding may be negative: then border pixels are cut off (the input gradient of a widely padded 1x1 kernel).
/// </summary>
internal readonly record struct ConvolutionShape(int InputChannels, int OutputChannels, int Height, int Width, int KernelRows, int KernelColumns, int PaddingRows, int PaddingColumns)
{
    public int OutputHeight => Height + 2 * PaddingRows - KernelRows + 1;

    public int OutputWidth => Width + 2 * PaddingColumns - KernelColumns + 1;

    public int InputPixels => Height * Width;

    public int OutputPixels => OutputHeight * OutputWidth;

    public int Taps => KernelRows * KernelColumns;

    public int WeightCount => InputChannels * OutputChannels * Taps;

    /// <summary>Multiply-adds of one image, those with padding counted.</summary>
    public long MultiplyAdds => (long)WeightCount * OutputPixels;

    /// <summary>This convolution without the outer taps that no pixel has inside the image: of a kernel of 3x3 over a map of one pixel only the middle is left.</summary>
    public ConvolutionShape WithoutUnusedTaps
    {
        get
        {
            int rows = Math.Max(0, KernelRows - Height - PaddingRows), columns = Math.Max(0, KernelColumns - Width - PaddingColumns);
            return this with { KernelRows = KernelRows - 2 * rows, PaddingRows = PaddingRows - rows, KernelColumns = KernelColumns - 2 * columns, PaddingColumns = PaddingColumns - columns };
        }
    }

    /// <summary>The convolution that turns output gradients into input gradients (with the kernel turned and its channels exchanged).</summary>
    public ConvolutionShape InputGradient => new(
        OutputChannels, InputChannels, OutputHeight, OutputWidth, KernelRows, KernelColumns, KernelRows - 1 - PaddingRows, KernelColumns - 1 - PaddingColumns);

    /// <summary>The shape in one line; the printer of records would follow <see cref="InputGradient"/> without end.</summary>
    public override string ToString() => $"{KernelRows}x{KernelColumns} {InputChannels} to {OutputChannels} on {Height}x{Width}, padding {PaddingRows} and {PaddingColumns}";
}
