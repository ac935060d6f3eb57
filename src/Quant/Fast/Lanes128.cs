// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Quant.Fast;

/// <summary>Four lanes with SSE2 or, on Arm, with the Advanced SIMD instructions.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<int>>
{
    public static bool IsSupported => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(int* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(int value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> sum, Vector128<int> left, Vector128<int> right)
    {
        Vector128<short> a = left.AsInt16(), b = right.AsInt16();
        if (Sse2.IsSupported) return sum + Sse2.MultiplyAddAdjacent(a, b);
        Vector128<int> lower = AdvSimd.MultiplyWideningLower(a.GetLower(), b.GetLower());
        Vector128<int> upper = AdvSimd.MultiplyWideningUpper(a, b);
        return sum + AdvSimd.Arm64.AddPairwise(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Reduce(Vector128<int> accumulator, Reduction reduction)
    {
        Vector128<int> high = Vector128.Create((int)sbyte.MaxValue), low = Vector128.Create((int)sbyte.MinValue);
        Vector128<int> value = (accumulator + Vector128.Create(reduction.Rounding)) >> reduction.RightShift;
        value = Vector128.Min(Vector128.Max(value, low), high) << reduction.LeftShift;
        value = Vector128.Min(Vector128.Max(value, Vector128.Create(reduction.Low)), high);
        return reduction.Absolute ? Vector128.Min(Vector128.Abs(value), high) : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInts(Vector128<int> value, int* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreShorts(Vector128<int> value, short* destination) => Vector64.Narrow(value.GetLower(), value.GetUpper()).Store(destination);
}
