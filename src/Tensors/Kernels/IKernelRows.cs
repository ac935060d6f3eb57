// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Whether all rows of the kernel lie inside the image, as a type.</summary>
internal interface IKernelRows
{
    static abstract bool All { get; }
}

internal readonly struct AllRows : IKernelRows
{
    public static bool All => true;
}

internal readonly struct SomeRows : IKernelRows
{
    public static bool All => false;
}

/// <summary>Which rows of an output are worth a call of their own without tests of the kernel's rows.</summary>
internal static class KernelRows
{
    // A call loads and stores all accumulators: 100 to 190 instructions, where a test of three rows is three for each pixel.
    private const int FewPixels = 96;

    /// <summary>From the first to behind the last row for which a kernel of three rows lies inside the image, or from and to the last where these are few.</summary>
    public static (int First, int End) Whole(int outputHeight, int outputWidth, int padding)
    {
        int first = padding, end = outputHeight - padding;
        return (end - first) * outputWidth < FewPixels ? (outputHeight, outputHeight) : (first, end);
    }
}
