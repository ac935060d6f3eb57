// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Adam over contiguous parameters.</summary>
internal static unsafe class AdamKernel
{
    public static void Run(VectorWidth width, Span<float> value, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, float rate, float rate1, float rate2, float epsilon)
    {
        fixed (float* w = value, g = gradient, first = m, second = v)
        {
            int done = width switch
            {
                VectorWidth.Vector512 => Run<Lanes512, Vector512<float>>(w, g, first, second, 0, value.Length, rate, rate1, rate2, epsilon),
                VectorWidth.Vector256 => Run<Lanes256, Vector256<float>>(w, g, first, second, 0, value.Length, rate, rate1, rate2, epsilon),
                VectorWidth.Vector128 => Run<Lanes128, Vector128<float>>(w, g, first, second, 0, value.Length, rate, rate1, rate2, epsilon),
                _ => 0,
            };
            Run<LanesScalar, float>(w, g, first, second, done, value.Length, rate, rate1, rate2, epsilon);
        }
    }

    // Fully compiled from the first call on: a step calls it a few times only, so that the runtime would need many steps to find it worth its while.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Run<TLanes, TVector>(float* w, float* g, float* m, float* v, int start, int count, float rate, float rate1, float rate2, float epsilon)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int i = start;
        for (; i + TLanes.Lanes <= count; i += TLanes.Lanes)
        {
            TVector gradient = TLanes.Load(g + i);
            TVector first = TLanes.Load(m + i);
            first = TLanes.FusedMultiplyAdd(TLanes.Create(rate1), TLanes.Subtract(gradient, first), first);
            TVector second = TLanes.Load(v + i);
            second = TLanes.FusedMultiplyAdd(TLanes.Create(rate2), TLanes.Subtract(TLanes.Multiply(gradient, gradient), second), second);
            TLanes.Store(first, m + i);
            TLanes.Store(second, v + i);
            TVector step = TLanes.Divide(TLanes.Multiply(TLanes.Create(rate), first), TLanes.Add(TLanes.SquareRoot(second), TLanes.Create(epsilon)));
            TLanes.Store(TLanes.Subtract(TLanes.Load(w + i), step), w + i);
        }
        return i;
    }
}
