// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>A kernel row of three taps over a window of two by two pixels, at sixteen lanes a vector.</summary>
internal static unsafe class KernelRow
{
    /// <summary>The upper pixels, as bits.</summary>
    public const int Upper = 0b0011;

    /// <summary>The lower ones.</summary>
    public const int Lower = 0b1100;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>The three taps of a kernel row for the pixels of some rows of the window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes, TVector, TBlock, TColumns>(
        int rows, float* weights, float* upper, float* lower,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
    {
        TVector u0 = Load<TLanes, TVector>(rows & Upper & TColumns.First & 1, upper), v0 = Load<TLanes, TVector>(rows & Lower & TColumns.First & 4, lower);
        TVector u1 = Load<TLanes, TVector>(rows & Upper & (TColumns.First & 2 | TColumns.Second & 1), upper + Lanes), v1 = Load<TLanes, TVector>(rows & Lower & (TColumns.First & 8 | TColumns.Second & 4), lower + Lanes);
        OutputTaps.Some<TLanes, TVector, TBlock>(rows & TColumns.First, weights, 0, u0, u1, v0, v1, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        u0 = Load<TLanes, TVector>(rows & Upper & (TColumns.Second & 2 | TColumns.Third & 1), upper + 2 * Lanes);
        v0 = Load<TLanes, TVector>(rows & Lower & (TColumns.Second & 8 | TColumns.Third & 4), lower + 2 * Lanes);
        OutputTaps.Some<TLanes, TVector, TBlock>(rows & TColumns.Second, weights, TBlock.Value, u1, u0, v1, v0, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        u1 = Load<TLanes, TVector>(rows & Upper & TColumns.Third & 2, upper + 3 * Lanes);
        v1 = Load<TLanes, TVector>(rows & Lower & TColumns.Third & 8, lower + 3 * Lanes);
        OutputTaps.Some<TLanes, TVector, TBlock>(rows & TColumns.Third, weights, 2 * TBlock.Value, u0, u1, v0, v1, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
    }

    /// <summary>The input of some pixels; nothing is read where there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TLanes, TVector>(int pixels, float* input)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct => pixels != 0 ? TLanes.Load(input) : TLanes.Zero;
}
