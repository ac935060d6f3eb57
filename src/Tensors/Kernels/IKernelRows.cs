// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Whether all rows of the kernel lie inside the image, as a type.</summary>
internal interface IKernelRows
{
    static abstract bool All { get; }

    /// <summary>Whether the rows are those of the whole map: chains then begin with +0 and end with their lanes added.</summary>
    static abstract bool IsWholeMap { get; }
}

internal readonly struct AllRows : IKernelRows
{
    public static bool All => true;

    public static bool IsWholeMap => false;
}

internal readonly struct SomeRows : IKernelRows
{
    public static bool All => false;

    public static bool IsWholeMap => false;
}

internal readonly struct WholeMap : IKernelRows
{
    public static bool All => false;

    public static bool IsWholeMap => true;
}

/// <summary>Which rows of an output are worth a call of their own without tests of the kernel's rows.</summary>
internal static class KernelRows
{
    // Two more calls, each of which loads and stores all accumulators, are 150 to 190 instructions; tests of three rows are three for each pixel, or pair of pixels.
    private const int FewPixels = 96;

    /// <summary>From the first row for which a kernel of three rows lies inside the image to behind the last. No rows, both behind the last of the output, where these are few.</summary>
    public static (int First, int End) Whole(int outputHeight, int outputWidth, int padding)
    {
        int first = Math.Max(0, padding), end = Math.Min(outputHeight, outputHeight - padding);
        return (end - first) * outputWidth < FewPixels ? (outputHeight, outputHeight) : (first, end);
    }
}
