// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Sums of a tile with vectors: neighbouring slots side by side, the pixels one after the other, each with sums of its own. Weights are loaded once for all pixels. The loops are written for the registers that
/// processors have: eight sums, or sixteen where there are 32 registers of 512 bits.
/// </summary>
internal static unsafe class TileSums
{
    private const int GroupSlots = ConvolutionPlan.GroupSlots, BlockSlots = OutputPlan.BlockSlots, Tile = ConvolutionPlan.TilePixels, PairBytes = 4, WeightBytes = PairBytes * GroupSlots;

    /// <summary>Output blocks that vectors of half the largest width hold.</summary>
    private const int HalfBlocks = GroupSlots / 2 / BlockSlots, GroupBlocks = GroupSlots / BlockSlots;

    /// <summary>
    /// How many of the groups that are left are computed together with 512-bit vectors. A last group of which only half is used is better done alone, with half vectors.
    /// </summary>
    public static int GroupsAtOnce(int blocks) => blocks <= GroupBlocks + HalfBlocks ? 1 : 2;

    /// <summary>Computes one group, or as much of it as is used.</summary>
    /// <typeparam name="TVectors">Width of the vectors.</typeparam>
    /// <typeparam name="TSums">Its sums.</typeparam>
    /// <typeparam name="TPairs">Its pairs of weights.</typeparam>
    /// <param name="tile">The tile.</param>
    /// <param name="blocks">Output blocks from the group on.</param>
    public static void Run<TVectors, TSums, TPairs>(in ConvolutionTile tile, int blocks)
        where TVectors : struct, IPairVectors<TSums, TPairs>
        where TSums : struct
        where TPairs : struct
    {
        int slots = Math.Min(GroupSlots, blocks * BlockSlots);
        for (int slot = 0; slot < slots; slot += TVectors.Slots)
        {
            if (tile.Pixels == 1)
                One<TVectors, TSums, TPairs>(tile, 0, slot);
            else
                Eight<TVectors, TSums, TPairs>(tile, slot);
        }
    }

    /// <summary>Computes one or two groups with 512-bit vectors.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="groups">1 or 2.</param>
    /// <param name="blocks">Output blocks from the first of them on.</param>
    public static void Run512(in ConvolutionTile tile, int groups, int blocks)
    {
        if (blocks <= HalfBlocks)
        {
            Run<Pairs256, Vector256<int>, Vector256<short>>(tile, blocks);
        }
        else if (groups == 1)
        {
            Run<Pairs512, Vector512<int>, Vector512<short>>(tile, blocks);
        }
        else if (tile.Pixels > 1)
        {
            EightOfTwo(tile);
        }
        else
        {
            for (int group = 0; group < groups; group++)
                One<Pairs512, Vector512<int>, Vector512<short>>(tile, group, 0);
        }
    }

    /// <summary>One pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TVectors, TSums, TPairs>(in ConvolutionTile t, int group, int slot)
        where TVectors : struct, IPairVectors<TSums, TPairs>
        where TSums : struct
        where TPairs : struct
    {
        byte* start = t.Start(0);
        for (int round = 0; round < t.Rounds; round++)
        {
            TSums sums = TVectors.LoadSums(t.Bias + group * GroupSlots + slot);
            byte* weights = t.WeightsOf(round) + (nint)group * t.GroupWeights * sizeof(short) + PairBytes * slot;
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                byte* data = start + t.ValueOffset(round, ky);
                byte* end = data + (long)t.Pairs * PairBytes;
                for (; data < end; data += PairBytes, weights += WeightBytes)
                    sums = TVectors.Add(sums, data, TVectors.LoadPairs(weights));
            }

            TVectors.Store(sums, t.SumsOf(round) + group * Tile * GroupSlots + slot);
        }
    }

    /// <summary>Eight pixels of the slots of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight<TVectors, TSums, TPairs>(in ConvolutionTile t, int slot)
        where TVectors : struct, IPairVectors<TSums, TPairs>
        where TSums : struct
        where TPairs : struct
    {
        byte* p0 = t.Start(0), p1 = t.Start(1), p2 = t.Start(2), p3 = t.Start(3), p4 = t.Start(4), p5 = t.Start(5), p6 = t.Start(6), p7 = t.Start(7);
        for (int round = 0; round < t.Rounds; round++)
        {
            TSums sum0 = TVectors.LoadSums(t.Bias + slot), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
            byte* weights = t.WeightsOf(round) + PairBytes * slot;
            for (int ky = 0; ky < t.KernelRows; ky++)
            {
                nint at = t.ValueOffset(round, ky), end = at + (nint)t.Pairs * PairBytes;
                for (; at < end; at += PairBytes, weights += WeightBytes)
                {
                    TPairs kernel = TVectors.LoadPairs(weights);
                    sum0 = TVectors.Add(sum0, p0 + at, kernel);
                    sum1 = TVectors.Add(sum1, p1 + at, kernel);
                    sum2 = TVectors.Add(sum2, p2 + at, kernel);
                    sum3 = TVectors.Add(sum3, p3 + at, kernel);
                    sum4 = TVectors.Add(sum4, p4 + at, kernel);
                    sum5 = TVectors.Add(sum5, p5 + at, kernel);
                    sum6 = TVectors.Add(sum6, p6 + at, kernel);
                    sum7 = TVectors.Add(sum7, p7 + at, kernel);
                }
            }

            int* sums = t.SumsOf(round) + slot;
            TVectors.Store(sum0, sums);
            TVectors.Store(sum1, sums + GroupSlots);
            TVectors.Store(sum2, sums + 2 * GroupSlots);
            TVectors.Store(sum3, sums + 3 * GroupSlots);
            TVectors.Store(sum4, sums + 4 * GroupSlots);
            TVectors.Store(sum5, sums + 5 * GroupSlots);
            TVectors.Store(sum6, sums + 6 * GroupSlots);
            TVectors.Store(sum7, sums + 7 * GroupSlots);
        }
    }

    /// <summary>Eight pixels of two groups with 512-bit vectors: every pair of values is loaded once for both.</summary>
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

    /// <summary>A pair of values in all lanes, by one load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pair(byte* data) => Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(*(int*)data)).AsInt16();
}
