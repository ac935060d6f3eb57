// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>How two rows of a map are joined in the terms of <see cref="MinimalFilter"/>, as a type.</summary>
internal unsafe interface IRowPair
{
    /// <summary>One vector of the two.</summary>
    static abstract TVector Of<TLanes, TVector>(float* first, float* second)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct;
}

/// <summary>Their sum.</summary>
internal readonly unsafe struct AddRows : IRowPair
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TLanes, TVector>(float* first, float* second)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct => TLanes.Add(TLanes.Load(first), TLanes.Load(second));
}

/// <summary>Their difference.</summary>
internal readonly unsafe struct SubtractRows : IRowPair
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TLanes, TVector>(float* first, float* second)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct => TLanes.Subtract(TLanes.Load(first), TLanes.Load(second));
}

/// <summary>The first alone.</summary>
internal readonly unsafe struct FirstRow : IRowPair
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TLanes, TVector>(float* first, float* second)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct => TLanes.Load(first);
}

/// <summary>The second alone.</summary>
internal readonly unsafe struct SecondRow : IRowPair
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TLanes, TVector>(float* first, float* second)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct => TLanes.Load(second);
}
