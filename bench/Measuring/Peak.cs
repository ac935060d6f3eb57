// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench.Measuring;

/// <summary>What the machine does at best: fused multiply-adds on registers, no memory.</summary>
internal static class Peak
{
    /// <summary>Distance between the results of two threads, so that they do not share a cache line.</summary>
    public const int SinkStride = LaneLayout.Lanes;

    private const int Accumulators = 12;
    private const int Rounds = 20_000;

    /// <summary>Operations per second in billions, two for each multiply-add of a lane.</summary>
    public static double GigaFlops(int threads, VectorWidth width, double seconds = 0.4)
    {
        using var context = new ComputeContext(threads, width);
        var sinks = new float[threads * SinkStride];
        Action<int, int> body = (item, _) => sinks[item * SinkStride] += Chains(width, item);
        Timing timing = QuietTimer.Run(() => context.For(threads, body), warmUp: seconds / 2, seconds, sample: seconds / 20);
        return Operations(width) * threads / timing.Best / 1e9;
    }

    /// <summary>Operations of one call of <see cref="Chains"/>.</summary>
    public static double Operations(VectorWidth width) => 2.0 * (width == VectorWidth.Scalar ? 1 : (int)width) * Accumulators * Rounds;

    /// <summary>Multiplies and adds for some sixty microseconds.</summary>
    public static float Chains(VectorWidth width, float start) => width switch
    {
        VectorWidth.Vector512 => Chains512(start),
        VectorWidth.Vector256 => Chains256(start),
        VectorWidth.Vector128 => Chains128(start),
        _ => ChainsScalar(start),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Chains512(float start) => Run<Lanes512, Vector512<float>>(start)[0];

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Chains256(float start) => Run<Lanes256, Vector256<float>>(start)[0];

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Chains128(float start) => Run<Lanes128, Vector128<float>>(start)[0];

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float ChainsScalar(float start) => Run<LanesScalar, float>(start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Run<TLanes, TVector>(float start)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector x = TLanes.Create(0.999f), y = TLanes.Create(0.001f);
        TVector a0 = TLanes.Create(start), a1 = TLanes.Create(1), a2 = TLanes.Create(2), a3 = TLanes.Create(3), a4 = TLanes.Create(4), a5 = TLanes.Create(5);
        TVector a6 = TLanes.Create(6), a7 = TLanes.Create(7), a8 = TLanes.Create(8), a9 = TLanes.Create(9), a10 = TLanes.Create(10), a11 = TLanes.Create(11);
        for (int i = 0; i < Rounds; i++)
        {
            a0 = TLanes.FusedMultiplyAdd(a0, x, y);
            a1 = TLanes.FusedMultiplyAdd(a1, x, y);
            a2 = TLanes.FusedMultiplyAdd(a2, x, y);
            a3 = TLanes.FusedMultiplyAdd(a3, x, y);
            a4 = TLanes.FusedMultiplyAdd(a4, x, y);
            a5 = TLanes.FusedMultiplyAdd(a5, x, y);
            a6 = TLanes.FusedMultiplyAdd(a6, x, y);
            a7 = TLanes.FusedMultiplyAdd(a7, x, y);
            a8 = TLanes.FusedMultiplyAdd(a8, x, y);
            a9 = TLanes.FusedMultiplyAdd(a9, x, y);
            a10 = TLanes.FusedMultiplyAdd(a10, x, y);
            a11 = TLanes.FusedMultiplyAdd(a11, x, y);
        }

        TVector low = TLanes.Add(TLanes.Add(TLanes.Add(a0, a1), TLanes.Add(a2, a3)), TLanes.Add(a4, a5));
        return TLanes.Add(low, TLanes.Add(TLanes.Add(TLanes.Add(a6, a7), TLanes.Add(a8, a9)), TLanes.Add(a10, a11)));
    }
}
