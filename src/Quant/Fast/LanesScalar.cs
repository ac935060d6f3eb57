// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Quant.Fast;

/// <summary>One lane without vector hardware: the same kernel, the same integers.</summary>
internal readonly unsafe struct LanesScalar : ILanes<int>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Load(int* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Broadcast(int value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MultiplyAdd(int sum, int left, int right) => sum + (short)left * (short)right + (left >> 16) * (right >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Reduce(int accumulator, Reduction reduction)
    {
        int value = (accumulator + reduction.Rounding) >> reduction.RightShift;
        value = Math.Clamp(value, sbyte.MinValue, sbyte.MaxValue) << reduction.LeftShift;
        value = Math.Clamp(value, reduction.Low, sbyte.MaxValue);
        return reduction.Absolute ? Math.Min(Math.Abs(value), sbyte.MaxValue) : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInts(int value, int* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreShorts(int value, short* destination) => *destination = (short)value;
}
