// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Quant.Fast;

/// <summary>Sixteen lanes with AVX-512BW.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<int>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(int* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(int value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> sum, Vector512<int> left, Vector512<int> right) =>
        sum + Avx512BW.MultiplyAddAdjacent(left.AsInt16(), right.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Reduce(Vector512<int> accumulator, Reduction reduction)
    {
        Vector512<int> high = Vector512.Create((int)sbyte.MaxValue), low = Vector512.Create((int)sbyte.MinValue);
        Vector512<int> value = (accumulator + Vector512.Create(reduction.Rounding)) >> reduction.RightShift;
        value = Vector512.Min(Vector512.Max(value, low), high) << reduction.LeftShift;
        value = Vector512.Min(Vector512.Max(value, Vector512.Create(reduction.Low)), high);
        return reduction.Absolute ? Vector512.Min(Vector512.Abs(value), high) : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInts(Vector512<int> value, int* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreShorts(Vector512<int> value, short* destination) => Avx512F.ConvertToVector256Int16(value).Store(destination);
}
