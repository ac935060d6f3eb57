// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Sums of a tile with 512-bit vectors: the sixteen slots of a group side by side. Every sum has its own register, every pair of values is loaded once for all of its slots.</summary>
internal static unsafe class Avx512Sums
{
    private const int GroupSlots = ConvolutionPlan.GroupSlots, GroupBlocks = GroupSlots / OutputPlan.BlockSlots, Tile = ConvolutionPlan.TilePixels, PairBytes = 4, WeightBytes = 4 * GroupSlots;

    /// <summary>
    /// How many of the groups that are left are computed together. A last group of which only half is used is better done alone, with half vectors.
    /// </summary>
    public static int GroupsAtOnce(int blocks) => blocks <= GroupBlocks + Avx2Sums.HalfBlocks ? 1 : 2;

    /// <summary>Computes one or two groups.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="groups">1 or 2.</param>
    /// <param name="blocks">Output blocks from the first of them on.</param>
    public static void Run(in ConvolutionTile tile, int groups, int blocks)
    {
        if (blocks <= Avx2Sums.HalfBlocks)
        {
            Avx2Sums.Run(tile, blocks);
            return;
        }

        if (tile.Pixels == 1)
        {
            for (int group = 0; group < groups; group++)
                One(tile, group);
        }
        else if (groups == 2)
        {
            EightOfTwo(tile);
        }
        else
        {
            Eight(tile);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(in ConvolutionTile t, int group)
    {
        byte* start = t.Start(0);
        for (int round = 0; round < t.Rounds; round++)
        {
            Vector512<int> sum = Vector512.Load(t.Bias + group * GroupSlots);
            byte* weights = t.WeightsOf(round) + (nint)group * t.GroupWeights * sizeof(short);
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                byte* data = start + t.ValueOffset(round, ky);
                byte* end = data + (long)t.Pairs * PairBytes;
                for (; data < end; data += PairBytes, weights += WeightBytes)
                    sum += Product(data, Vector512.Load((short*)weights));
            }

            sum.Store(t.SumsOf(round) + group * Tile * GroupSlots);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(in ConvolutionTile t)
    {
        byte* p0 = t.Start(0), p1 = t.Start(1), p2 = t.Start(2), p3 = t.Start(3), p4 = t.Start(4), p5 = t.Start(5), p6 = t.Start(6), p7 = t.Start(7);
        for (int round = 0; round < t.Rounds; round++)
        {
            Vector512<int> sum0 = Vector512.Load(t.Bias), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
            byte* weights = t.WeightsOf(round);
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                nint at = t.ValueOffset(round, ky), end = at + (nint)t.Pairs * PairBytes;
                for (; at < end; at += PairBytes, weights += WeightBytes)
                {
                    Vector512<short> kernel = Vector512.Load((short*)weights);
                    sum0 += Product(p0 + at, kernel);
                    sum1 += Product(p1 + at, kernel);
                    sum2 += Product(p2 + at, kernel);
                    sum3 += Product(p3 + at, kernel);
                    sum4 += Product(p4 + at, kernel);
                    sum5 += Product(p5 + at, kernel);
                    sum6 += Product(p6 + at, kernel);
                    sum7 += Product(p7 + at, kernel);
                }
            }

            Store(t.SumsOf(round), sum0, sum1, sum2, sum3);
            Store(t.SumsOf(round) + 4 * GroupSlots, sum4, sum5, sum6, sum7);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightOfTwo(in ConvolutionTile t)
    {
        byte* p0 = t.Start(0), p1 = t.Start(1), p2 = t.Start(2), p3 = t.Start(3), p4 = t.Start(4), p5 = t.Start(5), p6 = t.Start(6), p7 = t.Start(7);
        nint second = (nint)t.GroupWeights * sizeof(short);
        for (int round = 0; round < t.Rounds; round++)
        {
            Vector512<int> low0 = Vector512.Load(t.Bias), low1 = low0, low2 = low0, low3 = low0, low4 = low0, low5 = low0, low6 = low0, low7 = low0;
            Vector512<int> high0 = Vector512.Load(t.Bias + GroupSlots), high1 = high0, high2 = high0, high3 = high0, high4 = high0, high5 = high0, high6 = high0, high7 = high0;
            byte* weights = t.WeightsOf(round);
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                nint at = t.ValueOffset(round, ky), end = at + (nint)t.Pairs * PairBytes;
                for (; at < end; at += PairBytes, weights += WeightBytes)
                {
                    Vector512<short> left = Vector512.Load((short*)weights), right = Vector512.Load((short*)(weights + second));
                    Vector512<short> values = Pair(p0 + at);
                    low0 += Avx512BW.MultiplyAddAdjacent(values, left);
                    high0 += Avx512BW.MultiplyAddAdjacent(values, right);
                    values = Pair(p1 + at);
                    low1 += Avx512BW.MultiplyAddAdjacent(values, left);
                    high1 += Avx512BW.MultiplyAddAdjacent(values, right);
                    values = Pair(p2 + at);
                    low2 += Avx512BW.MultiplyAddAdjacent(values, left);
                    high2 += Avx512BW.MultiplyAddAdjacent(values, right);
                    values = Pair(p3 + at);
                    low3 += Avx512BW.MultiplyAddAdjacent(values, left);
                    high3 += Avx512BW.MultiplyAddAdjacent(values, right);
                    values = Pair(p4 + at);
                    low4 += Avx512BW.MultiplyAddAdjacent(values, left);
                    high4 += Avx512BW.MultiplyAddAdjacent(values, right);
                    values = Pair(p5 + at);
                    low5 += Avx512BW.MultiplyAddAdjacent(values, left);
                    high5 += Avx512BW.MultiplyAddAdjacent(values, right);
                    values = Pair(p6 + at);
                    low6 += Avx512BW.MultiplyAddAdjacent(values, left);
                    high6 += Avx512BW.MultiplyAddAdjacent(values, right);
                    values = Pair(p7 + at);
                    low7 += Avx512BW.MultiplyAddAdjacent(values, left);
                    high7 += Avx512BW.MultiplyAddAdjacent(values, right);
                }
            }

            Store(t.SumsOf(round), low0, low1, low2, low3);
            Store(t.SumsOf(round) + 4 * GroupSlots, low4, low5, low6, low7);
            Store(t.SumsOf(round) + Tile * GroupSlots, high0, high1, high2, high3);
            Store(t.SumsOf(round) + (Tile + 4) * GroupSlots, high4, high5, high6, high7);
        }
    }

    private static void Store(int* sums, Vector512<int> sum0, Vector512<int> sum1, Vector512<int> sum2, Vector512<int> sum3)
    {
        sum0.Store(sums);
        sum1.Store(sums + GroupSlots);
        sum2.Store(sums + 2 * GroupSlots);
        sum3.Store(sums + 3 * GroupSlots);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Product(byte* data, Vector512<short> kernel) => Avx512BW.MultiplyAddAdjacent(Pair(data), kernel);

    /// <summary>A pair of values in all lanes, by one load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pair(byte* data) => Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(*(int*)data)).AsInt16();
}
