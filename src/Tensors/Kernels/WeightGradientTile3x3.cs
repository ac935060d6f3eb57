// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Where a tile of the weight gradient reads and writes. Pointers stand at the tile's lane group; strides are in floats.</summary>
internal unsafe struct WeightGradientTileArguments
{
    /// <summary>One input channel.</summary>
    public float* Input;

    /// <summary>Output gradient of the tile's first output channel.</summary>
    public float* Gradient;

    /// <summary>Receives the chains as <c>[output of the tile][tap of the tile][16]</c>. A tile of some rows that are not the first goes on with those that are there.</summary>
    public float* Chains;

    /// <summary>Chains of +0, which <see cref="WeightGradientTile3x3.Run"/> begins the first rows with; nothing else reads them.</summary>
    public float* Zeros;

    /// <summary>Receives the sums of the first output's chains where <see cref="WholeMap"/> adds their lanes.</summary>
    public float* Sums;

    /// <summary>From the sums of an output to the next one's.</summary>
    public nint SumStride;

    public nint GradientPlane;
    public int Height;
    public int Width;
    public int OutputHeight;
    public int OutputWidth;
    public int PaddingRows;
    public int PaddingColumns;
}

/// <summary>
/// The register tile of the weight gradient for 3x3 kernels: up to three output channels times nine taps of one input channel. Each
/// accumulator is the contract's chain over the output pixels in raster order; a tap outside the image is skipped.
/// </summary>
internal static unsafe class WeightGradientTile3x3
{
    /// <summary>Output channels of the largest tile.</summary>
    public const int LargestBlock = 3;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Adds some rows of the output to the chains, for a padding of one column and an input of at least two, as any has whose kernel has three columns that can lie inside it. Of a <see cref="WholeMap"/> the chains' lanes are added, which <see cref="LaneTree512"/> must take.</summary>
    /// <param name="arguments">The tile.</param>
    /// <param name="row">First row of the output. Where <typeparamref name="TRows"/> is <see cref="AllRows"/>, all rows of the kernel lie inside the image for every one.</param>
    /// <param name="end">Row behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TRows>(in WeightGradientTileArguments arguments, int row, int end)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TRows : struct, IKernelRows
    {
        float* chains = row == 0 ? arguments.Zeros : arguments.Chains;
        TVector a00 = default, a01 = default, a02 = default, a03 = default, a04 = default, a05 = default, a06 = default, a07 = default, a08 = default;
        TVector a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default, a16 = default, a17 = default, a18 = default;
        TVector a20 = default, a21 = default, a22 = default, a23 = default, a24 = default, a25 = default, a26 = default, a27 = default, a28 = default;
        if (!TRows.IsWholeMap)
        {
            (a00, a01, a02, a03, a04) = (TLanes.Load(chains), TLanes.Load(chains + 1 * Lanes), TLanes.Load(chains + 2 * Lanes), TLanes.Load(chains + 3 * Lanes), TLanes.Load(chains + 4 * Lanes));
            (a05, a06, a07, a08) = (TLanes.Load(chains + 5 * Lanes), TLanes.Load(chains + 6 * Lanes), TLanes.Load(chains + 7 * Lanes), TLanes.Load(chains + 8 * Lanes));
        }

        if (!TRows.IsWholeMap && TBlock.Value > 1)
        {
            chains += 9 * Lanes;
            (a10, a11, a12, a13, a14) = (TLanes.Load(chains), TLanes.Load(chains + 1 * Lanes), TLanes.Load(chains + 2 * Lanes), TLanes.Load(chains + 3 * Lanes), TLanes.Load(chains + 4 * Lanes));
            (a15, a16, a17, a18) = (TLanes.Load(chains + 5 * Lanes), TLanes.Load(chains + 6 * Lanes), TLanes.Load(chains + 7 * Lanes), TLanes.Load(chains + 8 * Lanes));
        }

        if (!TRows.IsWholeMap && TBlock.Value > 2)
        {
            chains += 9 * Lanes;
            (a20, a21, a22, a23, a24) = (TLanes.Load(chains), TLanes.Load(chains + 1 * Lanes), TLanes.Load(chains + 2 * Lanes), TLanes.Load(chains + 3 * Lanes), TLanes.Load(chains + 4 * Lanes));
            (a25, a26, a27, a28) = (TLanes.Load(chains + 5 * Lanes), TLanes.Load(chains + 6 * Lanes), TLanes.Load(chains + 7 * Lanes), TLanes.Load(chains + 8 * Lanes));
        }

        nint inputRow = (nint)arguments.Width * Lanes, plane = arguments.GradientPlane, interior = ((nint)arguments.OutputWidth - 2) * Lanes;
        float* gradient = arguments.Gradient + (nint)row * arguments.OutputWidth * Lanes;
        for (; row < end; row++)
        {
            int rows = TRows.All ? 7 : TapMask(row - arguments.PaddingRows, arguments.Height);
            float* top = arguments.Input + ((nint)(row - arguments.PaddingRows) * arguments.Width - 1) * Lanes;
            TVector d0 = TLanes.Load(gradient), d1 = TBlock.Value > 1 ? TLanes.Load(gradient + plane) : default, d2 = TBlock.Value > 2 ? TLanes.Load(gradient + 2 * plane) : default;
            if (TRows.All || (rows & 1) != 0)
            {
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + Lanes), d0, d1, d2, ref a01, ref a11, ref a21);
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * Lanes), d0, d1, d2, ref a02, ref a12, ref a22);
            }

            if (TRows.All || (rows & 2) != 0)
            {
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + inputRow + Lanes), d0, d1, d2, ref a04, ref a14, ref a24);
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + inputRow + 2 * Lanes), d0, d1, d2, ref a05, ref a15, ref a25);
            }

            if (TRows.All || (rows & 4) != 0)
            {
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * inputRow + Lanes), d0, d1, d2, ref a07, ref a17, ref a27);
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * inputRow + 2 * Lanes), d0, d1, d2, ref a08, ref a18, ref a28);
            }

            gradient += Lanes;
            top += Lanes;
            for (float* last = gradient + interior; gradient < last; gradient += Lanes, top += Lanes)
            {
                (d0, d1, d2) = (TLanes.Load(gradient), TBlock.Value > 1 ? TLanes.Load(gradient + plane) : default, TBlock.Value > 2 ? TLanes.Load(gradient + 2 * plane) : default);
                if (TRows.All || (rows & 1) != 0)
                {
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top), d0, d1, d2, ref a00, ref a10, ref a20);
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + Lanes), d0, d1, d2, ref a01, ref a11, ref a21);
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * Lanes), d0, d1, d2, ref a02, ref a12, ref a22);
                }

                if (TRows.All || (rows & 2) != 0)
                {
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + inputRow), d0, d1, d2, ref a03, ref a13, ref a23);
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + inputRow + Lanes), d0, d1, d2, ref a04, ref a14, ref a24);
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + inputRow + 2 * Lanes), d0, d1, d2, ref a05, ref a15, ref a25);
                }

                if (TRows.All || (rows & 4) != 0)
                {
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * inputRow), d0, d1, d2, ref a06, ref a16, ref a26);
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * inputRow + Lanes), d0, d1, d2, ref a07, ref a17, ref a27);
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * inputRow + 2 * Lanes), d0, d1, d2, ref a08, ref a18, ref a28);
                }
            }

            (d0, d1, d2) = (TLanes.Load(gradient), TBlock.Value > 1 ? TLanes.Load(gradient + plane) : default, TBlock.Value > 2 ? TLanes.Load(gradient + 2 * plane) : default);
            if (TRows.All || (rows & 1) != 0)
            {
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top), d0, d1, d2, ref a00, ref a10, ref a20);
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + Lanes), d0, d1, d2, ref a01, ref a11, ref a21);
            }

            if (TRows.All || (rows & 2) != 0)
            {
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + inputRow), d0, d1, d2, ref a03, ref a13, ref a23);
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + inputRow + Lanes), d0, d1, d2, ref a04, ref a14, ref a24);
            }

            if (TRows.All || (rows & 4) != 0)
            {
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * inputRow), d0, d1, d2, ref a06, ref a16, ref a26);
                OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * inputRow + Lanes), d0, d1, d2, ref a07, ref a17, ref a27);
            }

            gradient += Lanes;
        }

        if (TRows.IsWholeMap)
        {
            LaneTree512.SumNines(
                TBlock.Value, LaneTree512.Of(a00), LaneTree512.Of(a01), LaneTree512.Of(a02), LaneTree512.Of(a03), LaneTree512.Of(a04), LaneTree512.Of(a05), LaneTree512.Of(a06), LaneTree512.Of(a07), LaneTree512.Of(a08), LaneTree512.Of(a10), LaneTree512.Of(a11), LaneTree512.Of(a12), LaneTree512.Of(a13), LaneTree512.Of(a14), LaneTree512.Of(a15), LaneTree512.Of(a16), LaneTree512.Of(a17), LaneTree512.Of(a18),
                LaneTree512.Of(a20), LaneTree512.Of(a21), LaneTree512.Of(a22), LaneTree512.Of(a23), LaneTree512.Of(a24), LaneTree512.Of(a25), LaneTree512.Of(a26), LaneTree512.Of(a27), LaneTree512.Of(a28), arguments.Sums, arguments.SumStride);
            return;
        }

        chains = arguments.Chains;
        Store<TLanes, TVector>(chains, a00, a01, a02, a03, a04, a05, a06, a07, a08);
        if (TBlock.Value > 1) Store<TLanes, TVector>(chains + 9 * Lanes, a10, a11, a12, a13, a14, a15, a16, a17, a18);
        if (TBlock.Value > 2) Store<TLanes, TVector>(chains + 18 * Lanes, a20, a21, a22, a23, a24, a25, a26, a27, a28);
    }

    /// <summary>Chains over all rows, for any padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunAny<TLanes, TVector, TBlock>(in WeightGradientTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero, a04 = TLanes.Zero, a05 = TLanes.Zero, a06 = TLanes.Zero, a07 = TLanes.Zero, a08 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero, a14 = TLanes.Zero, a15 = TLanes.Zero, a16 = TLanes.Zero, a17 = TLanes.Zero, a18 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero, a24 = TLanes.Zero, a25 = TLanes.Zero, a26 = TLanes.Zero, a27 = TLanes.Zero, a28 = TLanes.Zero;
        nint inputRow = (nint)arguments.Width * Lanes, plane = arguments.GradientPlane;
        float* gradient = arguments.Gradient;
        int firstInterior = Math.Max(0, arguments.PaddingColumns), endInterior = Math.Min(arguments.OutputWidth, arguments.Width + arguments.PaddingColumns - 2);
        if (endInterior <= firstInterior) firstInterior = endInterior = arguments.OutputWidth;
        nint interior = (nint)(endInterior - firstInterior) * Lanes;
        for (int y = 0; y < arguments.OutputHeight; y++)
        {
            int rowMask = TapMask(y - arguments.PaddingRows, arguments.Height);
            // Spreads the three bits over the nine taps.
            int rowTaps = (rowMask & 1) * 0x007 | (rowMask >> 1 & 1) * 0x038 | (rowMask >> 2) * 0x1c0;
            float* top = arguments.Input + ((nint)(y - arguments.PaddingRows) * arguments.Width - arguments.PaddingColumns) * Lanes;
            for (int x = 0; x < arguments.OutputWidth; x++, gradient += Lanes, top += Lanes)
            {
                // Pixels whose taps lie inside the image in all columns: only the row says which are skipped, and that does not change.
                float* end = x == firstInterior ? gradient + interior : gradient;
                for (; gradient < end; gradient += Lanes, top += Lanes)
                {
                    float* middle = top + inputRow;
                    float* bottom = middle + inputRow;
                    TVector d0 = TLanes.Load(gradient);
                    TVector d1 = TBlock.Value > 1 ? TLanes.Load(gradient + plane) : default;
                    TVector d2 = TBlock.Value > 2 ? TLanes.Load(gradient + 2 * plane) : default;
                    if ((rowMask & 1) != 0)
                    {
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top), d0, d1, d2, ref a00, ref a10, ref a20);
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + Lanes), d0, d1, d2, ref a01, ref a11, ref a21);
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * Lanes), d0, d1, d2, ref a02, ref a12, ref a22);
                    }
                    if ((rowMask & 2) != 0)
                    {
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(middle), d0, d1, d2, ref a03, ref a13, ref a23);
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(middle + Lanes), d0, d1, d2, ref a04, ref a14, ref a24);
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(middle + 2 * Lanes), d0, d1, d2, ref a05, ref a15, ref a25);
                    }
                    if ((rowMask & 4) != 0)
                    {
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(bottom), d0, d1, d2, ref a06, ref a16, ref a26);
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(bottom + Lanes), d0, d1, d2, ref a07, ref a17, ref a27);
                        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(bottom + 2 * Lanes), d0, d1, d2, ref a08, ref a18, ref a28);
                    }
                }
                if (x == firstInterior) x = endInterior;
                if (x >= arguments.OutputWidth) break;
                {
                    float* middle = top + inputRow;
                    float* bottom = middle + inputRow;
                    TVector d0 = TLanes.Load(gradient);
                    TVector d1 = TBlock.Value > 1 ? TLanes.Load(gradient + plane) : default;
                    TVector d2 = TBlock.Value > 2 ? TLanes.Load(gradient + 2 * plane) : default;
                    int taps = rowTaps & (TapMask(x - arguments.PaddingColumns, arguments.Width) * 0x049);
                    if ((taps & 0x001) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top), d0, d1, d2, ref a00, ref a10, ref a20);
                    if ((taps & 0x002) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + Lanes), d0, d1, d2, ref a01, ref a11, ref a21);
                    if ((taps & 0x004) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(top + 2 * Lanes), d0, d1, d2, ref a02, ref a12, ref a22);
                    if ((taps & 0x008) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(middle), d0, d1, d2, ref a03, ref a13, ref a23);
                    if ((taps & 0x010) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(middle + Lanes), d0, d1, d2, ref a04, ref a14, ref a24);
                    if ((taps & 0x020) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(middle + 2 * Lanes), d0, d1, d2, ref a05, ref a15, ref a25);
                    if ((taps & 0x040) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(bottom), d0, d1, d2, ref a06, ref a16, ref a26);
                    if ((taps & 0x080) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(bottom + Lanes), d0, d1, d2, ref a07, ref a17, ref a27);
                    if ((taps & 0x100) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(bottom + 2 * Lanes), d0, d1, d2, ref a08, ref a18, ref a28);
                }
            }
        }
        float* chains = arguments.Chains;
        Store<TLanes, TVector>(chains, a00, a01, a02, a03, a04, a05, a06, a07, a08);
        if (TBlock.Value > 1) Store<TLanes, TVector>(chains + 9 * Lanes, a10, a11, a12, a13, a14, a15, a16, a17, a18);
        if (TBlock.Value > 2) Store<TLanes, TVector>(chains + 18 * Lanes, a20, a21, a22, a23, a24, a25, a26, a27, a28);
    }

    /// <summary>Bit <c>k</c>: whether position <c>first + k</c> lies inside <c>0 .. length - 1</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TapMask(int first, int length)
    {
        int mask = (uint)first < (uint)length ? 1 : 0;
        if ((uint)(first + 1) < (uint)length) mask |= 2;
        if ((uint)(first + 2) < (uint)length) mask |= 4;
        return mask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TVector>(float* chains, TVector t0, TVector t1, TVector t2, TVector t3, TVector t4, TVector t5, TVector t6, TVector t7, TVector t8)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TLanes.Store(t0, chains);
        TLanes.Store(t1, chains + 1 * Lanes);
        TLanes.Store(t2, chains + 2 * Lanes);
        TLanes.Store(t3, chains + 3 * Lanes);
        TLanes.Store(t4, chains + 4 * Lanes);
        TLanes.Store(t5, chains + 5 * Lanes);
        TLanes.Store(t6, chains + 6 * Lanes);
        TLanes.Store(t7, chains + 7 * Lanes);
        TLanes.Store(t8, chains + 8 * Lanes);
    }
}
