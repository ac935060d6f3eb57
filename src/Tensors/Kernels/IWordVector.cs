// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>The operations of the counter-based generator on several samples at once, each 32-bit word in 64 bits so that products fit.</summary>
/// <typeparam name="TVector">The vector type of the width.</typeparam>
internal interface IWordVector<TVector>
    where TVector : struct
{
    /// <summary>Samples in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Create(uint value);

    static abstract TVector Load(ReadOnlySpan<ulong> words);

    /// <summary>Products of the lower halves.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>The upper half of each.</summary>
    static abstract TVector Upper(TVector a);

    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>Bit <c>i</c> says whether the upper <paramref name="bits"/> bits of the lower half of word <c>i</c> are at least <paramref name="least"/>.</summary>
    static abstract uint AtLeast(TVector words, TVector least, int bits);
}

/// <summary>Eight samples in 512 bits.</summary>
internal readonly struct Words512 : IWordVector<Vector512<ulong>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Create(uint value) => Vector512.Create((ulong)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ReadOnlySpan<ulong> words) => Vector512.Create(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Multiply(Vector512<ulong> a, Vector512<ulong> b) =>
        Avx512F.IsSupported ? Avx512F.Multiply(a.AsUInt32(), b.AsUInt32()) : (a & Vector512.Create((ulong)uint.MaxValue)) * (b & Vector512.Create((ulong)uint.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Upper(Vector512<ulong> a) => a >>> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> a, Vector512<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtLeast(Vector512<ulong> words, Vector512<ulong> least, int bits) => (uint)Vector512.GreaterThanOrEqual(words << 32 >>> (64 - bits), least).ExtractMostSignificantBits();
}

/// <summary>Four samples in 256 bits.</summary>
internal readonly struct Words256 : IWordVector<Vector256<ulong>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Create(uint value) => Vector256.Create((ulong)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ReadOnlySpan<ulong> words) => Vector256.Create(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Multiply(Vector256<ulong> a, Vector256<ulong> b) => Avx2.Multiply(a.AsUInt32(), b.AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Upper(Vector256<ulong> a) => a >>> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> a, Vector256<ulong> b) => a ^ b;

    // Signed, for which there is an instruction: the values are short.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AtLeast(Vector256<ulong> words, Vector256<ulong> least, int bits) => Vector256.GreaterThanOrEqual((words << 32 >>> (64 - bits)).AsInt64(), least.AsInt64()).ExtractMostSignificantBits();
}
