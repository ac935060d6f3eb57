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

    /// <summary>One weight and four pixels: an accumulator for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Channel<TLanes, TVector>(float weight, TVector v0, TVector v1, TVector v2, TVector v3, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector w = TLanes.Create(weight);
        a0 = TLanes.FusedMultiplyAdd(v0, w, a0);
        a1 = TLanes.FusedMultiplyAdd(v1, w, a1);
        a2 = TLanes.FusedMultiplyAdd(v2, w, a2);
        a3 = TLanes.FusedMultiplyAdd(v3, w, a3);
    }
}
