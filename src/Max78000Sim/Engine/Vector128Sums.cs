// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Sums of a tile with 128-bit vectors, which every processor with vectors has: four pixels of four slots, an output block at a time.</summary>
internal static unsafe class Vector128Sums
{
    private const int GroupSlots = ConvolutionPlan.GroupSlots, BlockSlots = OutputPlan.BlockSlots, PairBytes = 4, WeightBytes = 4 * GroupSlots;

    public static void Run(in ConvolutionTile tile, int blocks)
    {
        for (int block = 0; block < Math.Min(blocks, GroupSlots / BlockSlots); block++)
        {
            for (int pixel = 0; pixel < tile.Pixels; pixel += 4)
                Four(tile, pixel, block);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(in ConvolutionTile t, int first, int block)
    {
        byte* p0 = t.Start(first), p1 = t.Start(first + 1), p2 = t.Start(first + 2), p3 = t.Start(first + 3);
        for (int round = 0; round < t.Rounds; round++)
        {
            Vector128<int> sum0 = Vector128.Load(t.Bias + block * BlockSlots), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            byte* weights = t.WeightsOf(round) + 2 * block * BlockSlots * sizeof(short);
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                nint at = t.ValueOffset(round, ky), end = at + (nint)t.Pairs * PairBytes;
                for (; at < end; at += PairBytes, weights += WeightBytes)
                {
                    Vector128<short> kernel = Vector128.Load((short*)weights);
                    sum0 += Product(p0 + at, kernel);
                    sum1 += Product(p1 + at, kernel);
                    sum2 += Product(p2 + at, kernel);
                    sum3 += Product(p3 + at, kernel);
                }
            }

            int* sums = t.SumsOf(round) + first * GroupSlots + block * BlockSlots;
            sum0.Store(sums);
            sum1.Store(sums + GroupSlots);
            sum2.Store(sums + 2 * GroupSlots);
            sum3.Store(sums + 3 * GroupSlots);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Product(byte* data, Vector128<short> kernel)
    {
        Vector128<short> values = Vector128.Create(*(int*)data).AsInt16();
        if (Sse2.IsSupported)
            return Sse2.MultiplyAddAdjacent(values, kernel);
        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.AddPairwise(
                AdvSimd.MultiplyWideningLower(values.GetLower(), kernel.GetLower()), AdvSimd.MultiplyWideningUpper(values, kernel));
        }

        // The lower half of each lane, sign extended, and its upper half.
        Vector128<int> low = (values.AsInt32() << 16 >> 16) * (kernel.AsInt32() << 16 >> 16);
        return low + (values.AsInt32() >> 16) * (kernel.AsInt32() >> 16);
    }
}
