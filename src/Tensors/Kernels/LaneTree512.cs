// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The trees of <see cref="LaneTree"/> for chains that are in registers of 512 bits, sixteen at once: each level of two chains, or of two vectors of partial sums, is one addition of what two shuffles bring together, so that sixteen
/// trees are fifteen additions and thirty shuffles, without a store. Of a short chain, as of a map of four tiles, that is less than its products.
/// </summary>
internal static unsafe class LaneTree512
{
    private const int Lanes = LaneLayout.Lanes;
    private const byte LowHalves = 0b01_00_01_00;
    private const byte HighHalves = 0b11_10_11_10;
    private const byte EvenQuarters = 0b10_00_10_00;
    private const byte OddQuarters = 0b11_01_11_01;

    /// <summary>Whether vectors are of 512 bits, on a processor that has the shuffles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Takes<TVector>() => typeof(TVector) == typeof(Vector512<float>) && Avx512F.IsSupported;

    /// <summary>A vector of the type that it has where <see cref="Takes"/> says so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of<TVector>(TVector vector)
        where TVector : struct => typeof(TVector) == typeof(Vector512<float>) ? Unsafe.BitCast<TVector, Vector512<float>>(vector) : default;

    /// <summary>The sums of sixteen chains, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sums(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, Vector512<float> e, Vector512<float> f, Vector512<float> g, Vector512<float> h,
        Vector512<float> i, Vector512<float> j, Vector512<float> k, Vector512<float> l, Vector512<float> m, Vector512<float> n, Vector512<float> o, Vector512<float> p)
    {
        // The order of the chains is such that the last two levels leave the sums in rows of four.
        Vector512<float> first = Pairs(Quarters(a, e, i, m), Quarters(b, f, j, n)), second = Pairs(Quarters(c, g, k, o), Quarters(d, h, l, p));
        return Avx512F.Shuffle(first, second, EvenQuarters) + Avx512F.Shuffle(first, second, OddQuarters) + Vector512<float>.Zero;
    }

    /// <summary>Adds the first of sixteen sums to what is there.</summary>
    /// <param name="sums">The sixteen.</param>
    /// <param name="count">How many, a constant.</param>
    /// <param name="to">Where they are added.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Vector512<float> sums, int count, float* to)
    {
        if (count == Lanes)
        {
            (Vector512.Load(to) + sums).Store(to);
            return;
        }

        Vector256<float> half = sums.GetLower();
        if (count >= 8)
        {
            (Vector256.Load(to) + half).Store(to);
            half = sums.GetUpper();
            to += 8;
            count -= 8;
        }

        Vector128<float> quarter = half.GetLower();
        if (count >= 4)
        {
            (Vector128.Load(to) + quarter).Store(to);
            quarter = half.GetUpper();
            to += 4;
            count -= 4;
        }

        if (count > 0) to[0] += quarter[0];
        if (count > 1) to[1] += quarter[1];
        if (count > 2) to[2] += quarter[2];
    }

    /// <summary>Stores rows of up to four sums.</summary>
    /// <param name="sums">The sixteen, four of each row.</param>
    /// <param name="rows">Number of rows, 1..4.</param>
    /// <param name="columns">Sums of a row that are wanted, 1..4.</param>
    /// <param name="to">Receives those of the first row.</param>
    /// <param name="stride">From a row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> sums, int rows, int columns, float* to, nint stride)
    {
        Vector256<float> low = sums.GetLower(), high = sums.GetUpper();
        Store(low.GetLower(), columns, to);
        if (rows > 1) Store(low.GetUpper(), columns, to + stride);
        if (rows > 2) Store(high.GetLower(), columns, to + 2 * stride);
        if (rows > 3) Store(high.GetUpper(), columns, to + 3 * stride);
    }

    /// <summary>Sums of the nine chains of each of up to three kernels that follow each other in memory, which has room for three.</summary>
    /// <param name="chains">The first chain.</param>
    /// <param name="kernels">Number of kernels, 1..3.</param>
    /// <param name="to">Receives the first kernel's sums.</param>
    /// <param name="stride">From a kernel's sums to the next one's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumNines(float* chains, int kernels, float* to, nint stride)
    {
        float* second = chains + 9 * Lanes, third = chains + 18 * Lanes;
        SumNines(
            kernels, Chain(chains, 0), Chain(chains, 1), Chain(chains, 2), Chain(chains, 3), Chain(chains, 4), Chain(chains, 5), Chain(chains, 6), Chain(chains, 7), Chain(chains, 8),
            Chain(second, 0), Chain(second, 1), Chain(second, 2), Chain(second, 3), Chain(second, 4), Chain(second, 5), Chain(second, 6), Chain(second, 7), Chain(second, 8),
            Chain(third, 0), Chain(third, 1), Chain(third, 2), Chain(third, 3), Chain(third, 4), Chain(third, 5), Chain(third, 6), Chain(third, 7), Chain(third, 8), to, stride);
    }

    /// <summary>The same of chains in registers; those of kernels that are not wanted may hold anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SumNines(
        int kernels,
        Vector512<float> a00, Vector512<float> a01, Vector512<float> a02, Vector512<float> a03, Vector512<float> a04, Vector512<float> a05, Vector512<float> a06, Vector512<float> a07, Vector512<float> a08,
        Vector512<float> a10, Vector512<float> a11, Vector512<float> a12, Vector512<float> a13, Vector512<float> a14, Vector512<float> a15, Vector512<float> a16, Vector512<float> a17, Vector512<float> a18,
        Vector512<float> a20, Vector512<float> a21, Vector512<float> a22, Vector512<float> a23, Vector512<float> a24, Vector512<float> a25, Vector512<float> a26, Vector512<float> a27, Vector512<float> a28,
        float* to, nint stride)
    {
        Vector512<float> none = Vector512<float>.Zero;
        // Eight of each kernel, and the ninth ones together.
        Vector512<float> first = Sums(a00, a01, a02, a03, a04, a05, a06, a07, a10, a11, a12, a13, a14, a15, a16, a17), rest = Sums(a20, a21, a22, a23, a24, a25, a26, a27, a08, a18, a28, none, none, none, none, none);
        Vector128<float> last = rest.GetUpper().GetLower();
        first.GetLower().Store(to);
        to[8] = last[0];
        if (kernels == 1) return;
        to += stride;
        first.GetUpper().Store(to);
        to[8] = last[1];
        if (kernels == 2) return;
        to += stride;
        rest.GetLower().Store(to);
        to[8] = last[2];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> row, int columns, float* to)
    {
        if (columns == 4)
        {
            row.Store(to);
            return;
        }

        to[0] = row[0];
        if (columns > 1) to[1] = row[1];
        if (columns > 2) to[2] = row[2];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Chain(float* chains, int index) => Vector512.Load(chains + index * Lanes);

    /// <summary>The first two levels of four chains: four partial sums of each, one chain behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, LowHalves) + Avx512F.Shuffle4x128(a, b, HighHalves);
        Vector512<float> cd = Avx512F.Shuffle4x128(c, d, LowHalves) + Avx512F.Shuffle4x128(c, d, HighHalves);
        return Avx512F.Shuffle4x128(ab, cd, EvenQuarters) + Avx512F.Shuffle4x128(ab, cd, OddQuarters);
    }

    /// <summary>The third level of eight chains: two partial sums of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pairs(Vector512<float> a, Vector512<float> b) => Avx512F.Shuffle(a, b, LowHalves) + Avx512F.Shuffle(a, b, HighHalves);
}
