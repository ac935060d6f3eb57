// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>An <see cref="InputPatch"/> of two by four output pixels under a kernel of three rows and columns: the commonest one, and the one whose tiles know all distances when they are compiled.</summary>
internal static class WholePatch
{
    /// <summary>Rows of the kernel, and columns.</summary>
    public const int Kernel = 3;

    /// <summary>Taps of the kernel.</summary>
    public const int Taps = Kernel * Kernel;

    /// <summary>Pixels of a row.</summary>
    public const int Columns = ConvolutionTile.Pixels + Kernel - 1;

    private const int Rows = ConvolutionPoolTile.Side + Kernel - 1;

    /// <summary>Floats from a row to the next.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Row(int lanes) => Columns * lanes;

    /// <summary>Floats from an input channel to the next.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Plane(int lanes) => Rows * Columns * lanes;

    /// <summary>Whether what a tile of three columns reads can be such a patch. A patch of other kernels may have as many pixels (four rows of six, six of four), so the caller also asks for the kernel's rows.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="plane">Floats from an input channel to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(int lanes, nint plane) => plane == Plane(lanes);
}
