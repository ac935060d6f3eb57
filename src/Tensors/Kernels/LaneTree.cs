// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
        if (Interleave.IsSupported)
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
        if (Interleave.IsSupported)
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
        Vector128<float> ab = Interleave.Low(a, b) + Interleave.High(a, b), cd = Interleave.Low(c, d) + Interleave.High(c, d);
        Vector128<double> first = ab.AsDouble(), second = cd.AsDouble();
        return Interleave.Low(first, second).AsSingle() + Interleave.High(first, second).AsSingle() + Vector128<float>.Zero;
    }

    /// <summary>The first two levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quarter(float* chain)
    {
        Vector256<float> half = Vector256.Load(chain) + Vector256.Load(chain + Lanes / 2);
        return half.GetLower() + half.GetUpper();
    }
}
