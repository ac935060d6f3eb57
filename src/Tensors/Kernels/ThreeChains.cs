// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>The chains of a kernel row's three taps, which follow each other in memory.</summary>
internal static unsafe class ThreeChains
{
    private const int Lanes = LaneLayout.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TLanes, TVector>(float* chains, out TVector a0, out TVector a1, out TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        a0 = TLanes.Load(chains);
        a1 = TLanes.Load(chains + Lanes);
        a2 = TLanes.Load(chains + 2 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes, TVector>(float* chains, TVector a0, TVector a1, TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TLanes.Store(a0, chains);
        TLanes.Store(a1, chains + Lanes);
        TLanes.Store(a2, chains + 2 * Lanes);
    }
}
