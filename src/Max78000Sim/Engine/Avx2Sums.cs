// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Sums of a tile with 256-bit vectors: four pixels of sixteen slots, or eight pixels where only eight slots are used.</summary>
internal static unsafe class Avx2Sums
{
    private const int GroupSlots = ConvolutionPlan.GroupSlots, PairBytes = 4, WeightBytes = 4 * GroupSlots, HalfWeightBytes = WeightBytes / 2;

    /// <summary>Output blocks whose slots fill one vector.</summary>
    public const int HalfBlocks = GroupSlots / 2 / OutputPlan.BlockSlots;

    public static void Run(in ConvolutionTile tile, int blocks)
    {
        if (tile.Pixels == 1)
        {
            One(tile);
        }
        else if (blocks <= HalfBlocks && tile.Pixels > 4)
        {
            EightOfHalf(tile);
        }
        else
        {
            for (int pixel = 0; pixel < tile.Pixels; pixel += 4)
                Four(tile, pixel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(in ConvolutionTile t)
    {
        byte* start = t.Start(0);
        for (int round = 0; round < t.Rounds; round++)
        {
            Vector256<int> low = Vector256.Load(t.Bias), high = Vector256.Load(t.Bias + 8);
            byte* weights = t.WeightsOf(round);
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                byte* data = start + t.ValueOffset(round, ky);
                byte* end = data + (long)t.Pairs * PairBytes;
                for (; data < end; data += PairBytes, weights += WeightBytes)
                {
                    Vector256<short> values = Pair(data);
                    low += Avx2.MultiplyAddAdjacent(values, Vector256.Load((short*)weights));
                    high += Avx2.MultiplyAddAdjacent(values, Vector256.Load((short*)(weights + HalfWeightBytes)));
                }
            }

            int* sums = t.SumsOf(round);
            low.Store(sums);
            high.Store(sums + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(in ConvolutionTile t, int first)
    {
        byte* p0 = t.Start(first), p1 = t.Start(first + 1), p2 = t.Start(first + 2), p3 = t.Start(first + 3);
        for (int round = 0; round < t.Rounds; round++)
        {
            Vector256<int> low0 = Vector256.Load(t.Bias), high0 = Vector256.Load(t.Bias + 8);
            Vector256<int> low1 = low0, low2 = low0, low3 = low0, high1 = high0, high2 = high0, high3 = high0;
            byte* weights = t.WeightsOf(round);
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                nint at = t.ValueOffset(round, ky), end = at + (nint)t.Pairs * PairBytes;
                for (; at < end; at += PairBytes, weights += WeightBytes)
                {
                    Vector256<short> left = Vector256.Load((short*)weights), right = Vector256.Load((short*)(weights + HalfWeightBytes));
                    Vector256<short> values = Pair(p0 + at);
                    low0 += Avx2.MultiplyAddAdjacent(values, left);
                    high0 += Avx2.MultiplyAddAdjacent(values, right);
                    values = Pair(p1 + at);
                    low1 += Avx2.MultiplyAddAdjacent(values, left);
                    high1 += Avx2.MultiplyAddAdjacent(values, right);
                    values = Pair(p2 + at);
                    low2 += Avx2.MultiplyAddAdjacent(values, left);
                    high2 += Avx2.MultiplyAddAdjacent(values, right);
                    values = Pair(p3 + at);
                    low3 += Avx2.MultiplyAddAdjacent(values, left);
                    high3 += Avx2.MultiplyAddAdjacent(values, right);
                }
            }

            int* sums = t.SumsOf(round) + first * GroupSlots;
            low0.Store(sums);
            high0.Store(sums + 8);
            low1.Store(sums + GroupSlots);
            high1.Store(sums + GroupSlots + 8);
            low2.Store(sums + 2 * GroupSlots);
            high2.Store(sums + 2 * GroupSlots + 8);
            low3.Store(sums + 3 * GroupSlots);
            high3.Store(sums + 3 * GroupSlots + 8);
        }
    }

    /// <summary>Eight pixels of the first eight slots; the sums of the others are not written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightOfHalf(in ConvolutionTile t)
    {
        byte* p0 = t.Start(0), p1 = t.Start(1), p2 = t.Start(2), p3 = t.Start(3), p4 = t.Start(4), p5 = t.Start(5), p6 = t.Start(6), p7 = t.Start(7);
        for (int round = 0; round < t.Rounds; round++)
        {
            Vector256<int> sum0 = Vector256.Load(t.Bias), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
            byte* weights = t.WeightsOf(round);
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                nint at = t.ValueOffset(round, ky), end = at + (nint)t.Pairs * PairBytes;
                for (; at < end; at += PairBytes, weights += WeightBytes)
                {
                    Vector256<short> kernel = Vector256.Load((short*)weights);
                    sum0 += Avx2.MultiplyAddAdjacent(Pair(p0 + at), kernel);
                    sum1 += Avx2.MultiplyAddAdjacent(Pair(p1 + at), kernel);
                    sum2 += Avx2.MultiplyAddAdjacent(Pair(p2 + at), kernel);
                    sum3 += Avx2.MultiplyAddAdjacent(Pair(p3 + at), kernel);
                    sum4 += Avx2.MultiplyAddAdjacent(Pair(p4 + at), kernel);
                    sum5 += Avx2.MultiplyAddAdjacent(Pair(p5 + at), kernel);
                    sum6 += Avx2.MultiplyAddAdjacent(Pair(p6 + at), kernel);
                    sum7 += Avx2.MultiplyAddAdjacent(Pair(p7 + at), kernel);
                }
            }

            int* sums = t.SumsOf(round);
            sum0.Store(sums);
            sum1.Store(sums + GroupSlots);
            sum2.Store(sums + 2 * GroupSlots);
            sum3.Store(sums + 3 * GroupSlots);
            sum4.Store(sums + 4 * GroupSlots);
            sum5.Store(sums + 5 * GroupSlots);
            sum6.Store(sums + 6 * GroupSlots);
            sum7.Store(sums + 7 * GroupSlots);
        }
    }

    /// <summary>A pair of values in all lanes, by one load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pair(byte* data) => Avx2.BroadcastScalarToVector256((int*)data).AsInt16();
}
