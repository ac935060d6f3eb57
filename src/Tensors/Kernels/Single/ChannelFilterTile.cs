// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>
/// The chains of <see cref="MinimalFilter"/> of one image: register tiles of up to three vectors of outputs times up to six tiles, as in <see cref="ChannelTile"/>, one behind the other without a call between them: with few
/// input channels the call of each would take as long as its chains. All terms of a run of tiles are one call, term after term so that its weights stay in the nearest cache.
/// </summary>
internal static unsafe class ChannelFilterTile
{
    /// <summary>Computes the chains of a run of tiles.</summary>
    /// <param name="vectors">Vectors of outputs, 1..3.</param>
    /// <param name="input">Terms <c>[term][tile][channel]</c>.</param>
    /// <param name="inputTerm">From a term of the input to the next; tiles up to whole register tiles are there, with any values.</param>
    /// <param name="channels">Input channels.</param>
    /// <param name="weights">Packed weights <c>[term][channel][outputs]</c>.</param>
    /// <param name="tiles">Number of tiles.</param>
    /// <param name="sums">Receives the chains <c>[term][tile][outputs]</c>.</param>
    /// <param name="sumsTerm">From a term of the chains to the next; there is room up to whole register tiles.</param>
    public static void Run<TLanes, TVector>(int vectors, float* input, nint inputTerm, nint channels, float* weights, int tiles, float* sums, nint sumsTerm)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        // The sizes of ChannelTile.LargestPixels.
        bool isWide = TLanes.Lanes == LaneLayout.Lanes;
        switch (vectors)
        {
            case 1: Terms<TLanes, TVector, Block1, Block6, Block3>(input, inputTerm, channels, weights, tiles, sums, sumsTerm); break;
            case 2: Terms<TLanes, TVector, Block2, Block6, Block3>(input, inputTerm, channels, weights, tiles, sums, sumsTerm); break;
            default:
                if (isWide) Terms<TLanes, TVector, Block3, Block6, Block3>(input, inputTerm, channels, weights, tiles, sums, sumsTerm);
                else Terms<TLanes, TVector, Block3, Block4, Block2>(input, inputTerm, channels, weights, tiles, sums, sumsTerm);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Terms<TLanes, TVector, TBlock, TPixels, THalf>(float* input, nint inputTerm, nint channels, float* weights, int tiles, float* sums, nint sumsTerm)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPixels : struct, IBlockSize
        where THalf : struct, IBlockSize
    {
        int whole = tiles / TPixels.Value, rest = tiles % TPixels.Value;
        if (rest > THalf.Value) (whole, rest) = (whole + 1, 0);
        for (int term = MinimalFilter.Terms; term > 0; term--, input += inputTerm, sums += sumsTerm, weights += channels * TBlock.Value * TLanes.Lanes)
        {
            float* v = input;
            float* m = sums;
            for (int i = whole; i > 0; i--, v += TPixels.Value * channels, m += TPixels.Value * TBlock.Value * TLanes.Lanes) Chains<TLanes, TVector, TBlock, TPixels>(v, channels, weights, m);
            if (rest > 1) Chains<TLanes, TVector, TBlock, THalf>(v, channels, weights, m);
            else if (rest > 0) Chains<TLanes, TVector, TBlock, Block1>(v, channels, weights, m);
        }
    }

    /// <summary>The chains of a register tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chains<TLanes, TVector, TBlock, TPixels>(float* input, nint channels, float* weights, float* sums)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPixels : struct, IBlockSize
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero;
        TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero;
        TVector a50 = TLanes.Zero, a51 = TLanes.Zero, a52 = TLanes.Zero;
        float* p1 = input + channels, p2 = p1 + channels, p3 = p2 + channels, p4 = p3 + channels, p5 = p4 + channels;
        for (nint c = 0; c < channels; c++, weights += TBlock.Value * TLanes.Lanes)
            ChannelTile.Tap<TLanes, TVector, TBlock, TPixels>(weights, c, input, p1, p2, p3, p4, p5, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32, ref a40, ref a41, ref a42, ref a50, ref a51, ref a52);
        Store<TLanes, TVector, TBlock>(sums, 0, a00, a01, a02);
        if (TPixels.Value > 1) Store<TLanes, TVector, TBlock>(sums, 1, a10, a11, a12);
        if (TPixels.Value > 2) Store<TLanes, TVector, TBlock>(sums, 2, a20, a21, a22);
        if (TPixels.Value > 3) Store<TLanes, TVector, TBlock>(sums, 3, a30, a31, a32);
        if (TPixels.Value > 4) Store<TLanes, TVector, TBlock>(sums, 4, a40, a41, a42);
        if (TPixels.Value > 4) Store<TLanes, TVector, TBlock>(sums, 5, a50, a51, a52);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TVector, TBlock>(float* sums, int pixel, TVector a0, TVector a1, TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        float* target = sums + pixel * TBlock.Value * TLanes.Lanes;
        TLanes.Store(a0, target);
        if (TBlock.Value > 1) TLanes.Store(a1, target + TLanes.Lanes);
        if (TBlock.Value > 2) TLanes.Store(a2, target + 2 * TLanes.Lanes);
    }
}
