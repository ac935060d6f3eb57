// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Vectors of one width: sums of 32 bits for neighbouring slots, and for each of them a pair of 16-bit weights.</summary>
/// <typeparam name="TSums">Sums.</typeparam>
/// <typeparam name="TPairs">Pairs of weights.</typeparam>
internal unsafe interface IPairVectors<TSums, TPairs>
    where TSums : struct
    where TPairs : struct
{
    /// <summary>Slots side by side.</summary>
    static abstract int Slots { get; }

    static abstract TSums LoadSums(int* from);

    static abstract TPairs LoadPairs(byte* from);

    /// <summary>Adds the two products of one pair of values with each pair of weights.</summary>
    static abstract TSums Add(TSums sums, byte* values, TPairs weights);

    static abstract void Store(TSums sums, int* to);
}

/// <summary>Four slots, on every processor with vectors.</summary>
internal readonly unsafe struct Pairs128 : IPairVectors<Vector128<int>, Vector128<short>>
{
    public static int Slots => Vector128<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadSums(int* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadPairs(byte* from) => Vector128.Load((short*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sums, byte* values, Vector128<short> weights)
    {
        Vector128<short> pair = Vector128.Create(*(int*)values).AsInt16();
        if (Sse2.IsSupported)
            return sums + Sse2.MultiplyAddAdjacent(pair, weights);
        if (AdvSimd.Arm64.IsSupported)
        {
            return sums + AdvSimd.Arm64.AddPairwise(
                AdvSimd.MultiplyWideningLower(pair.GetLower(), weights.GetLower()), AdvSimd.MultiplyWideningUpper(pair, weights));
        }

        // The lower half of each lane, sign extended, and its upper half.
        Vector128<int> low = (pair.AsInt32() << 16 >> 16) * (weights.AsInt32() << 16 >> 16);
        return sums + low + (pair.AsInt32() >> 16) * (weights.AsInt32() >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sums, int* to) => sums.Store(to);
}

/// <summary>Eight slots, with AVX2.</summary>
internal readonly unsafe struct Pairs256 : IPairVectors<Vector256<int>, Vector256<short>>
{
    public static int Slots => Vector256<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadSums(int* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LoadPairs(byte* from) => Vector256.Load((short*)from);

    /// <remarks>A pair of values comes into all lanes by one load.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, byte* values, Vector256<short> weights) =>
        sums + Avx2.MultiplyAddAdjacent(Avx2.BroadcastScalarToVector256((int*)values).AsInt16(), weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sums, int* to) => sums.Store(to);
}

/// <summary>Sixteen slots, with AVX-512.</summary>
internal readonly unsafe struct Pairs512 : IPairVectors<Vector512<int>, Vector512<short>>
{
    public static int Slots => Vector512<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadSums(int* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LoadPairs(byte* from) => Vector512.Load((short*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sums, byte* values, Vector512<short> weights) =>
        sums + Avx512BW.MultiplyAddAdjacent(Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(*(int*)values)).AsInt16(), weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sums, int* to) => sums.Store(to);
}
