// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Winograd's minimal filtering F(2x2, 3x3), by which convolutions of many channels are found, forwards and as input gradients: four neighbouring outputs are sums and differences of sixteen products in place of thirty-six. For a tile of two by two output pixels the sixteen
/// input pixels <c>d</c> that they read (+0 outside the image) become <c>v</c>, the nine weights <c>g</c> of an input and an output channel become <c>u</c>, and of the chains <c>m = fma(v, u, m)</c> over the input channels the four outputs are made:
/// <code>
///   rows of v:    d0 - d2, d1 + d2, d2 - d1, d1 - d3      then the same of the columns
///   rows of u:    g0, ((g0 + g1) + g2) / 2, ((g0 - g1) + g2) / 2, g2      then the same of the columns
///   y:            (m0 + m1) + m2, (m1 - m2) - m3 of the columns      then the same of the rows
/// </code>
/// All terms of one output have their place in this sequence, so it has one result (docs/numeric-contract.md, "Minimal filtering").
/// </summary>
internal static class MinimalFilter
{
    /// <summary>Products of a tile for each input channel, row by row.</summary>
    public const int Terms = Side * Side;

    /// <summary>Rows and columns of the input that a tile reads.</summary>
    public const int Side = 4;

    /// <summary>Rows and columns of the output of a tile.</summary>
    public const int Step = 2;

    /// <summary>Rows and columns of a kernel.</summary>
    public const int Kernel = 3;

    // With fewer channels the sums around the products take what these save, with smaller maps most taps are outside, which a chain skips. The kernels rely on it, too: a vector is not longer than the channels, and there are four tiles.
    private const int LeastChannels = 16;
    private const int LeastOutputs = 4;

    // As many as a layer of the device has; more would want terms of over 4 MB.
    private const int MostChannels = 1024;
    private const int MostPadding = 2;

    /// <summary>Whether a convolution is found so. The shape alone decides, so that every width, block and single image does the same.</summary>
    public static bool Takes(in ConvolutionShape shape) =>
        shape is { KernelRows: Kernel, KernelColumns: Kernel, InputChannels: >= LeastChannels and <= MostChannels, OutputChannels: >= LeastChannels and <= MostChannels, PaddingRows: >= 0 and <= MostPadding, PaddingColumns: >= 0 and <= MostPadding, OutputHeight: >= LeastOutputs, OutputWidth: >= LeastOutputs };

    /// <summary>Tiles beside each other.</summary>
    public static int TileColumns(in ConvolutionShape shape) => (shape.OutputWidth + Step - 1) / Step;

    /// <summary>Tiles of a map.</summary>
    public static int Tiles(in ConvolutionShape shape) => (shape.OutputHeight + Step - 1) / Step * TileColumns(shape);

    /// <summary>Products of one image, of the tiles that reach over the end of the map too.</summary>
    public static long MultiplyAdds(in ConvolutionShape shape) => (long)Tiles(shape) * Terms * shape.InputChannels * shape.OutputChannels;

    /// <summary>The sixteen <c>u</c> of a kernel.</summary>
    /// <param name="weights">Nine weights, row by row.</param>
    /// <param name="terms">Receives sixteen.</param>
    public static void Transform(ReadOnlySpan<float> weights, Span<float> terms)
    {
        Span<float> rows = stackalloc float[Side * Kernel];
        for (int column = 0; column < Kernel; column++) Four(weights[column], weights[column + Kernel], weights[column + 2 * Kernel], rows[column..], Kernel);
        for (int row = 0; row < Side; row++) Four(rows[row * Kernel], rows[row * Kernel + 1], rows[row * Kernel + 2], terms[(row * Side)..], 1);
    }

    private static void Four(float first, float second, float third, Span<float> result, int step)
    {
        result[0] = first;
        result[step] = (first + second + third) * 0.5f;
        result[2 * step] = (first - second + third) * 0.5f;
        result[3 * step] = third;
    }
}
