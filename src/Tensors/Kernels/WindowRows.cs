// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The kernel rows under a window of two by two pixels. Each kind is a method that has only the rows that it runs, and not a test in the tile: the compiler puts in line what is behind a test, even one whose answer it knows,
/// and where there is too much of it, it calls the methods at the tile's end.
/// </summary>
internal unsafe interface IWindowRows
{
    /// <summary>Kernel rows that half of the window's pixels have outside the image.</summary>
    static abstract int Outside { get; }

    /// <summary>The products of an input channel, over <c>rows</c> kernel rows that all pixels have inside the image and the one that only half of them have; weights and input move behind them.</summary>
    static abstract void Add<TLanes, TVector, TBlock, TColumns>(
        int rows, nint inputRow, ref float* weights, ref float* input,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns;
}

/// <summary>All rows lie inside the image.</summary>
internal readonly unsafe struct WholeRows : IWindowRows
{
    public static int Outside => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes, TVector, TBlock, TColumns>(
        int rows, nint inputRow, ref float* weights, ref float* input,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
    {
        for (; rows > 0; rows--)
        {
            KernelRow.Add<TLanes, TVector, TBlock, TColumns>(KernelRow.Upper | KernelRow.Lower, weights, input, input + inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
            weights += ConvolutionPoolColumnTile.Columns * TBlock.Value;
            input += inputRow;
        }
    }
}

/// <summary>The upper pixels have the first row above the image.</summary>
internal readonly unsafe struct OneRowAbove : IWindowRows
{
    public static int Outside => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes, TVector, TBlock, TColumns>(
        int rows, nint inputRow, ref float* weights, ref float* input,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
    {
        KernelRow.Add<TLanes, TVector, TBlock, TColumns>(KernelRow.Lower, weights, input, input + inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        weights += ConvolutionPoolColumnTile.Columns * TBlock.Value;
        input += inputRow;
        WholeRows.Add<TLanes, TVector, TBlock, TColumns>(rows, inputRow, ref weights, ref input, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
    }
}

/// <summary>The lower pixels have the last row below the image.</summary>
internal readonly unsafe struct OneRowBelow : IWindowRows
{
    public static int Outside => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes, TVector, TBlock, TColumns>(
        int rows, nint inputRow, ref float* weights, ref float* input,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
    {
        WholeRows.Add<TLanes, TVector, TBlock, TColumns>(rows, inputRow, ref weights, ref input, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        KernelRow.Add<TLanes, TVector, TBlock, TColumns>(KernelRow.Upper, weights, input, input, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        weights += ConvolutionPoolColumnTile.Columns * TBlock.Value;
        input += inputRow;
    }
}
