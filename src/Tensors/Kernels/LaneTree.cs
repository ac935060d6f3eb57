// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>Adds the sixteen lanes of chains as the contract's tree: lanes i and i + 8, then i + 4, i + 2, i + 1. A sum of zero is +0.</summary>
internal static unsafe class LaneTree
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Adds the lanes of chains that follow each other.</summary>
    /// <param name="chains">Chains of sixteen lanes.</param>
    /// <param name="count">Number of chains.</param>
    /// <param name="sums">Receives the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* chains, int count, float* sums)
    {
        int done = 0;
        if (Sse2.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            for (; done + 4 <= count; done += 4) AddFour(chains + (nint)done * Lanes).Store(sums + done);
        }

        for (; done < count; done++) sums[done] = Add(chains + (nint)done * Lanes);
    }

    /// <summary>The same, added to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTo(float* chains, int count, float* sums)
    {
        int done = 0;
        if (Sse2.IsSupported || AdvSimd.Arm64.IsSupported)
        {
            for (; done + 4 <= count; done += 4) (Vector128.Load(sums + done) + AddFour(chains + (nint)done * Lanes)).Store(sums + done);
        }

        for (; done < count; done++) sums[done] += Add(chains + (nint)done * Lanes);
    }

    /// <summary>Adds the lanes of a chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float* chain)
    {
        Vector128<float> c = Quarter(chain);
        return (c[0] + c[2]) + (c[1] + c[3]) + 0f;
    }

    /// <summary>Four chains at once: their quarters are interleaved, so that the last two levels of the four trees are three additions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> AddFour(float* chains)
    {
        Vector128<float> a = Quarter(chains), b = Quarter(chains + Lanes), c = Quarter(chains + 2 * Lanes), d = Quarter(chains + 3 * Lanes);
        Vector128<float> ab = Low(a, b) + High(a, b), cd = Low(c, d) + High(c, d);
        Vector128<double> first = ab.AsDouble(), second = cd.AsDouble();
        return (Sse2.IsSupported ? Sse2.UnpackLow(first, second) : AdvSimd.Arm64.ZipLow(first, second)).AsSingle()
            + (Sse2.IsSupported ? Sse2.UnpackHigh(first, second) : AdvSimd.Arm64.ZipHigh(first, second)).AsSingle()
            + Vector128<float>.Zero;
    }

    /// <summary>The first two levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quarter(float* chain)
    {
        Vector256<float> half = Vector256.Load(chain) + Vector256.Load(chain + Lanes / 2);
        return half.GetLower() + half.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) => Sse2.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) => Sse2.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
