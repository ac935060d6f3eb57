// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

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
                    case 1: Chains<TLanes, TVector, TOutputs, Block1>(v, gradient, tiles, chains + lane); break;
                    case 2: Chains<TLanes, TVector, TOutputs, Block2>(v, gradient, tiles, chains + lane); break;
                    case 3: Chains<TLanes, TVector, TOutputs, Block3>(v, gradient, tiles, chains + lane); break;
                    default: Chains<TLanes, TVector, TOutputs, Block4>(v, gradient, tiles, chains + lane); break;
                }

            int count = size * TOutputs.Value;
            LaneTree.AddTo(chains, count, sums);
            sums += count;
        }
    }

    /// <summary>Chains of one lane group, stored as <c>[output][input][16]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chains<TLanes, TVector, TOutputs, TInputs>(float* v, float* z, int tiles, float* chains)
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

        WeightGradientPointTile.Store<TLanes, TVector, TInputs>(chains, a00, a01, a02, a03);
        if (TOutputs.Value > 1) WeightGradientPointTile.Store<TLanes, TVector, TInputs>(chains + TInputs.Value * Lanes, a10, a11, a12, a13);
        if (TOutputs.Value > 2) WeightGradientPointTile.Store<TLanes, TVector, TInputs>(chains + 2 * TInputs.Value * Lanes, a20, a21, a22, a23);
        if (TOutputs.Value > 3) WeightGradientPointTile.Store<TLanes, TVector, TInputs>(chains + 3 * TInputs.Value * Lanes, a30, a31, a32, a33);
    }
}
