// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Gradient descent over contiguous parameters, with and without momentum.</summary>
internal static unsafe class SgdKernel
{
    public static void Run(VectorWidth width, Span<float> value, ReadOnlySpan<float> gradient, Span<float> velocity, float rate, float momentum)
    {
        fixed (float* w = value, g = gradient, u = velocity)
        {
            int done = width switch
            {
                VectorWidth.Vector512 => Run<Lanes512, Vector512<float>>(w, g, u, 0, value.Length, rate, momentum),
                VectorWidth.Vector256 => Run<Lanes256, Vector256<float>>(w, g, u, 0, value.Length, rate, momentum),
                VectorWidth.Vector128 => Run<Lanes128, Vector128<float>>(w, g, u, 0, value.Length, rate, momentum),
                _ => 0,
            };
            Run<LanesScalar, float>(w, g, u, done, value.Length, rate, momentum);
        }
    }

    // Fully compiled from the first call on: a step calls it a few times only, so that the runtime would need many steps to find it worth its while.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Run<TLanes, TVector>(float* w, float* g, float* u, int start, int count, float rate, float momentum)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int i = start;
        for (; i + TLanes.Lanes <= count; i += TLanes.Lanes)
        {
            TVector step = TLanes.Multiply(TLanes.Create(rate), TLanes.Load(g + i));
            if (u == null)
            {
                TLanes.Store(TLanes.Subtract(TLanes.Load(w + i), step), w + i);
                continue;
            }
            TVector speed = TLanes.Subtract(TLanes.Multiply(TLanes.Create(momentum), TLanes.Load(u + i)), step);
            TLanes.Store(speed, u + i);
            TLanes.Store(TLanes.Add(TLanes.Load(w + i), speed), w + i);
        }
        return i;
    }
}
