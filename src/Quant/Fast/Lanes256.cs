// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Quant.Fast;

/// <summary>Eight lanes with AVX2.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<int>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(int* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(int value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sum, Vector256<int> left, Vector256<int> right) =>
        sum + Avx2.MultiplyAddAdjacent(left.AsInt16(), right.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Reduce(Vector256<int> accumulator, Reduction reduction)
    {
        Vector256<int> high = Vector256.Create((int)sbyte.MaxValue), low = Vector256.Create((int)sbyte.MinValue);
        Vector256<int> value = (accumulator + Vector256.Create(reduction.Rounding)) >> reduction.RightShift;
        value = Vector256.Min(Vector256.Max(value, low), high) << reduction.LeftShift;
        value = Vector256.Min(Vector256.Max(value, Vector256.Create(reduction.Low)), high);
        return reduction.Absolute ? Vector256.Min(Vector256.Abs(value), high) : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInts(Vector256<int> value, int* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreShorts(Vector256<int> value, short* destination) => Vector128.Narrow(value.GetLower(), value.GetUpper()).Store(destination);
}
