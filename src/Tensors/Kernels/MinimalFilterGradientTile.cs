// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The register tile of <see cref="MinimalFilterGradientKernel"/>: up to four outputs times up to four input channels of one term, one accumulator each, over the tiles of a strip.
/// </summary>
internal static unsafe class MinimalFilterGradientTile
{
    /// <summary>Chains of the largest tile.</summary>
    public const int MostChains = LargestBlock * LargestBlock;

    // Sixteen accumulators, four inputs and a gradient with 32 registers, twelve, three and one with sixteen. Without vectors each multiply-add may be a call, which saves all accumulators.
    private const int LargestBlock = 4;
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Outputs of a tile for vectors of so many lanes.</summary>
    public static int Outputs(int vector) => vector == 1 ? 1 : LargestBlock;

    /// <summary>Its input channels.</summary>
    public static int Inputs(int vector) => vector == 1 ? 1 : vector == Lanes ? LargestBlock : LargestBlock - 1;

    /// <summary>Products of a block of outputs and the group's input channels, added to their sums.</summary>
    /// <param name="strip">The strip, with a row of terms.</param>
    /// <param name="column">Which of these.</param>
    /// <param name="outputs">Outputs of the block.</param>
    /// <param name="chains">Memory for the chains of a tile, +0 in lane groups without an image.</param>
    /// <param name="sums">The block's sums of this term, to which is added.</param>
    public static void Run<TLanes, TVector>(in MinimalFilterStrip strip, int column, int outputs, float* chains, float* sums)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (outputs)
        {
            case 1: Run<TLanes, TVector, Block1>(strip, column, chains, sums); break;
            case 2: Run<TLanes, TVector, Block2>(strip, column, chains, sums); break;
            case 3: Run<TLanes, TVector, Block3>(strip, column, chains, sums); break;
            default: Run<TLanes, TVector, Block4>(strip, column, chains, sums); break;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TOutputs>(in MinimalFilterStrip strip, int column, float* chains, float* sums)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
    {
        int tiles = strip.Tiles, lanes = strip.Lanes, small = strip.Inputs / strip.InputBlocks, large = strip.Inputs - strip.InputBlocks * small;
        nint plane = (nint)tiles * TLanes.Lanes;
        float* v = strip.V + column * strip.InputTerm, z = strip.Z + column * strip.GradientTerm;
        for (int block = 0; block < strip.InputBlocks; block++)
        {
            int size = block < large ? small + 1 : small;
            float* gradient = z;
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes, v += size * plane, gradient += TOutputs.Value * plane)
                switch (size)
                {
                    case 1: Chains<TLanes, TVector, TOutputs, Block1>(v, gradient, tiles, chains + lane, sums); break;
                    case 2: Chains<TLanes, TVector, TOutputs, Block2>(v, gradient, tiles, chains + lane, sums); break;
                    case 3: Chains<TLanes, TVector, TOutputs, Block3>(v, gradient, tiles, chains + lane, sums); break;
                    default: Chains<TLanes, TVector, TOutputs, Block4>(v, gradient, tiles, chains + lane, sums); break;
                }

            int count = size * TOutputs.Value;
            if (!LaneTree512.Takes<TVector>()) LaneTree.AddTo(chains, count, sums);
            sums += count;
        }
    }

    /// <summary>Chains of one lane group, stored as <c>[output][input][16]</c>, or of all images, their lanes added to the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chains<TLanes, TVector, TOutputs, TInputs>(float* v, float* z, int tiles, float* chains, float* sums)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
        where TInputs : struct, IBlockSize
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
        nint inputs = TInputs.Value * TLanes.Lanes, outputs = TOutputs.Value * TLanes.Lanes;
        for (float* end = v + tiles * inputs; v < end; v += inputs, z += outputs)
        {
            TVector v0 = TLanes.Load(v), v1 = TInputs.Value > 1 ? TLanes.Load(v + TLanes.Lanes) : default, v2 = TInputs.Value > 2 ? TLanes.Load(v + 2 * TLanes.Lanes) : default, v3 = TInputs.Value > 3 ? TLanes.Load(v + 3 * TLanes.Lanes) : default;
            OutputTaps.Add<TLanes, TVector, TInputs>(TLanes.Load(z), v0, v1, v2, v3, ref a00, ref a01, ref a02, ref a03);
            if (TOutputs.Value > 1) OutputTaps.Add<TLanes, TVector, TInputs>(TLanes.Load(z + TLanes.Lanes), v0, v1, v2, v3, ref a10, ref a11, ref a12, ref a13);
            if (TOutputs.Value > 2) OutputTaps.Add<TLanes, TVector, TInputs>(TLanes.Load(z + 2 * TLanes.Lanes), v0, v1, v2, v3, ref a20, ref a21, ref a22, ref a23);
            if (TOutputs.Value > 3) OutputTaps.Add<TLanes, TVector, TInputs>(TLanes.Load(z + 3 * TLanes.Lanes), v0, v1, v2, v3, ref a30, ref a31, ref a32, ref a33);
        }

        if (LaneTree512.Takes<TVector>())
        {
            LaneTree512.AddTo(Sums<TVector, TInputs>(a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33), TOutputs.Value * TInputs.Value, sums);
            return;
        }

        WeightGradientPointTile.Store<TLanes, TVector, TInputs>(chains, a00, a01, a02, a03);
        if (TOutputs.Value > 1) WeightGradientPointTile.Store<TLanes, TVector, TInputs>(chains + TInputs.Value * Lanes, a10, a11, a12, a13);
        if (TOutputs.Value > 2) WeightGradientPointTile.Store<TLanes, TVector, TInputs>(chains + 2 * TInputs.Value * Lanes, a20, a21, a22, a23);
        if (TOutputs.Value > 3) WeightGradientPointTile.Store<TLanes, TVector, TInputs>(chains + 3 * TInputs.Value * Lanes, a30, a31, a32, a33);
    }

    /// <summary>Sums of the chains <c>[output][input]</c>, behind them zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sums<TVector, TInputs>(
        TVector a00, TVector a01, TVector a02, TVector a03, TVector a10, TVector a11, TVector a12, TVector a13, TVector a20, TVector a21, TVector a22, TVector a23, TVector a30, TVector a31, TVector a32, TVector a33)
        where TVector : struct
        where TInputs : struct, IBlockSize
    {
        TVector none = default;
        return TInputs.Value switch
        {
            1 => Sums(a00, a10, a20, a30, none, none, none, none, none, none, none, none, none, none, none, none),
            2 => Sums(a00, a01, a10, a11, a20, a21, a30, a31, none, none, none, none, none, none, none, none),
            3 => Sums(a00, a01, a02, a10, a11, a12, a20, a21, a22, a30, a31, a32, none, none, none, none),
            _ => Sums(a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sums<TVector>(
        TVector a, TVector b, TVector c, TVector d, TVector e, TVector f, TVector g, TVector h, TVector i, TVector j, TVector k, TVector l, TVector m, TVector n, TVector o, TVector p)
        where TVector : struct => LaneTree512.Sums(LaneTree512.Of(a), LaneTree512.Of(b), LaneTree512.Of(c), LaneTree512.Of(d), LaneTree512.Of(e), LaneTree512.Of(f), LaneTree512.Of(g), LaneTree512.Of(h), LaneTree512.Of(i), LaneTree512.Of(j), LaneTree512.Of(k), LaneTree512.Of(l), LaneTree512.Of(m), LaneTree512.Of(n), LaneTree512.Of(o), LaneTree512.Of(p));
}
