// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>Sum of the squares of one image's map: a float chain over the pixels for each channel, the channels added in double, as in <see cref="PenaltyKernel"/>.</summary>
internal static unsafe class ChannelPenalty
{
    public static double SumOfSquares(VectorWidth width, in ChannelMap map, ReadOnlySpan<float> values)
    {
        if (values.Length < map.Length) throw new ArgumentException($"memory too small for {map}");
        fixed (float* x = values)
        {
            return width switch
            {
                VectorWidth.Vector512 => Sum<Lanes512, Vector512<float>>(map, x),
                VectorWidth.Vector256 => Sum<Lanes256, Vector256<float>>(map, x),
                VectorWidth.Vector128 => Sum<Lanes128, Vector128<float>>(map, x),
                _ => Sum<LanesScalar, float>(map, x),
            };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum<TLanes, TVector>(in ChannelMap map, float* x)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* chains = stackalloc float[LaneLayout.Lanes];
        double sum = 0;
        for (int channel = 0; channel < map.Channels; channel += TLanes.Lanes)
        {
            TVector chain = TLanes.Zero;
            for (int pixel = 0; pixel < map.Pixels; pixel++)
            {
                TVector value = TLanes.Load(x + (nint)pixel * map.Stride + channel);
                chain = TLanes.FusedMultiplyAdd(value, value, chain);
            }
            TLanes.Store(chain, chains);
            for (int lane = 0; lane < Math.Min(TLanes.Lanes, map.Channels - channel); lane++) sum += chains[lane];
        }
        return sum;
    }
}
