// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Products of a register tile, each added to its accumulator; outputs that the tile does not have cost nothing.</summary>
internal static class OutputTaps
{
    /// <summary>One vector times a factor of each output, up to three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes, TVector, TBlock>(TVector v, TVector f0, TVector f1, TVector f2, ref TVector a0, ref TVector a1, ref TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        a0 = TLanes.FusedMultiplyAdd(v, f0, a0);
        if (TBlock.Value > 1) a1 = TLanes.FusedMultiplyAdd(v, f1, a1);
        if (TBlock.Value > 2) a2 = TLanes.FusedMultiplyAdd(v, f2, a2);
    }

    /// <summary>The same for up to four outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes, TVector, TBlock>(TVector v, TVector f0, TVector f1, TVector f2, TVector f3, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        Add<TLanes, TVector, TBlock>(v, f0, f1, f2, ref a0, ref a1, ref a2);
        if (TBlock.Value > 3) a3 = TLanes.FusedMultiplyAdd(v, f3, a3);
    }

    /// <summary>The same for up to five outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes, TVector, TBlock>(
        TVector v, TVector f0, TVector f1, TVector f2, TVector f3, TVector f4, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3, ref TVector a4)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        Add<TLanes, TVector, TBlock>(v, f0, f1, f2, f3, ref a0, ref a1, ref a2, ref a3);
        if (TBlock.Value > 4) a4 = TLanes.FusedMultiplyAdd(v, f4, a4);
    }

    /// <summary>One weight and some of four pixels, as bits, which the compiler knows: an accumulator for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Channel<TLanes, TVector>(int pixels, float weight, TVector v0, TVector v1, TVector v2, TVector v3, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector w = TLanes.Create(weight);
        if ((pixels & 1) != 0) a0 = TLanes.FusedMultiplyAdd(v0, w, a0);
        if ((pixels & 2) != 0) a1 = TLanes.FusedMultiplyAdd(v1, w, a1);
        if ((pixels & 4) != 0) a2 = TLanes.FusedMultiplyAdd(v2, w, a2);
        if ((pixels & 8) != 0) a3 = TLanes.FusedMultiplyAdd(v3, w, a3);
    }

    /// <summary>One tap of up to five outputs for some of the four pixels, which all are in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Some<TLanes, TVector, TBlock>(
        int pixels, float* weights, int at, TVector v0, TVector v1, TVector v2, TVector v3,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        if (pixels == 0) return;
        Channel<TLanes, TVector>(pixels, weights[at], v0, v1, v2, v3, ref a00, ref a01, ref a02, ref a03);
        if (TBlock.Value > 1) Channel<TLanes, TVector>(pixels, weights[at + 1], v0, v1, v2, v3, ref a10, ref a11, ref a12, ref a13);
        if (TBlock.Value > 2) Channel<TLanes, TVector>(pixels, weights[at + 2], v0, v1, v2, v3, ref a20, ref a21, ref a22, ref a23);
        if (TBlock.Value > 3) Channel<TLanes, TVector>(pixels, weights[at + 3], v0, v1, v2, v3, ref a30, ref a31, ref a32, ref a33);
        if (TBlock.Value > 4) Channel<TLanes, TVector>(pixels, weights[at + 4], v0, v1, v2, v3, ref a40, ref a41, ref a42, ref a43);
    }

    /// <summary>The weights of one tap and four pixels, of which one at a time is in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Four<TLanes, TVector, TBlock>(
        float* weights, float* p0, float* p1, float* p2, float* p3,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        TVector w0 = TLanes.Create(weights[0]);
        TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[1]) : default;
        TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[2]) : default;
        TVector w3 = TBlock.Value > 3 ? TLanes.Create(weights[3]) : default;
        TVector w4 = TBlock.Value > 4 ? TLanes.Create(weights[4]) : default;
        Add<TLanes, TVector, TBlock>(TLanes.Load(p0), w0, w1, w2, w3, w4, ref a00, ref a10, ref a20, ref a30, ref a40);
        Add<TLanes, TVector, TBlock>(TLanes.Load(p1), w0, w1, w2, w3, w4, ref a01, ref a11, ref a21, ref a31, ref a41);
        Add<TLanes, TVector, TBlock>(TLanes.Load(p2), w0, w1, w2, w3, w4, ref a02, ref a12, ref a22, ref a32, ref a42);
        Add<TLanes, TVector, TBlock>(TLanes.Load(p3), w0, w1, w2, w3, w4, ref a03, ref a13, ref a23, ref a33, ref a43);
    }
}
