// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>One vector times a factor of each output of a register tile, added to an accumulator of each; outputs that the tile does not have cost nothing.</summary>
internal static class OutputTaps
{
    /// <summary>Up to three outputs.</summary>
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

    /// <summary>Up to four outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLanes, TVector, TBlock>(TVector v, TVector f0, TVector f1, TVector f2, TVector f3, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        Add<TLanes, TVector, TBlock>(v, f0, f1, f2, ref a0, ref a1, ref a2);
        if (TBlock.Value > 3) a3 = TLanes.FusedMultiplyAdd(v, f3, a3);
    }

    /// <summary>Up to five outputs.</summary>
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
}
