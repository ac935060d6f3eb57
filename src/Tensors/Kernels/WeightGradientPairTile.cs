// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Where a tile of the weight gradient behind a pooling reads and writes. Pointers stand at the tile's lane group; strides are in values.</summary>
internal unsafe struct WeightGradientPairTileArguments
{
    /// <summary>One input channel.</summary>
    public float* Input;

    /// <summary>Gradients of the pairs of the tile's first output channel.</summary>
    public float* Pairs;

    /// <summary>Routes of the pixels of the tile's first output channel.</summary>
    public ushort* Routes;

    /// <summary>Receives the chains, of which a tile of some rows that are not the first goes on with those that are there, as <c>[output of the tile][tap of the tile][16]</c>.</summary>
    public float* Chains;

    /// <summary>Chains of +0, which the first rows begin with.</summary>
    public float* Zeros;

    /// <summary>Values of an output channel's pairs.</summary>
    public nint PairPlane;

    /// <summary>Pixels of an output channel, which are its routes.</summary>
    public nint OutputPixels;

    /// <summary>First image of the lane group.</summary>
    public int Lane;

    public int Height;
    public int Width;
    public int OutputHeight;
    public int OutputWidth;
    public int PaddingRows;
    public int PaddingColumns;
}

/// <summary>
/// The register tile of the weight gradient behind a maximum pooling of 2x2 windows, for 3x3 kernels: up to two output channels times the nine taps of one input channel.
/// Of two neighbouring pixels at most one has a gradient in each lane, so they are one term of the contract's chain, not two: half the multiply-adds, and beside each a choice between two inputs,
/// which takes less than a multiply-add. Where only one of the two has the tap inside the image, that one is the term.
/// </summary>
internal static unsafe class WeightGradientPairTile
{
    /// <summary>Output channels of the largest tile.</summary>
    public const int LargestBlock = 2;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Adds some rows of the output to the chains of one lane group.</summary>
    /// <param name="arguments">The tile; its output has an even number of columns, the padding is that of <typeparamref name="TPadding"/>, and the input has at least four columns.</param>
    /// <param name="row">First row of the output. Where <typeparamref name="TRows"/> is <see cref="AllRows"/>, all rows of the kernel lie inside the image for every one.</param>
    /// <param name="end">Row behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TPadding, TRows>(in WeightGradientPairTileArguments arguments, int row, int end)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPadding : struct, IPairPadding
        where TRows : struct, IKernelRows
    {
        float* chains = row == 0 ? arguments.Zeros : arguments.Chains;
        TVector a00 = TLanes.Load(chains), a01 = TLanes.Load(chains + 1 * Lanes), a02 = TLanes.Load(chains + 2 * Lanes), a03 = TLanes.Load(chains + 3 * Lanes), a04 = TLanes.Load(chains + 4 * Lanes);
        TVector a05 = TLanes.Load(chains + 5 * Lanes), a06 = TLanes.Load(chains + 6 * Lanes), a07 = TLanes.Load(chains + 7 * Lanes), a08 = TLanes.Load(chains + 8 * Lanes);
        TVector a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default, a16 = default, a17 = default, a18 = default;
        if (TBlock.Value > 1)
        {
            chains += 9 * Lanes;
            (a10, a11, a12, a13, a14) = (TLanes.Load(chains), TLanes.Load(chains + 1 * Lanes), TLanes.Load(chains + 2 * Lanes), TLanes.Load(chains + 3 * Lanes), TLanes.Load(chains + 4 * Lanes));
            (a15, a16, a17, a18) = (TLanes.Load(chains + 5 * Lanes), TLanes.Load(chains + 6 * Lanes), TLanes.Load(chains + 7 * Lanes), TLanes.Load(chains + 8 * Lanes));
        }

        nint inputRow = (nint)arguments.Width * Lanes, pixels = arguments.OutputPixels, next = arguments.PairPlane, middle = (nint)arguments.OutputWidth - 4;
        float* pairs = arguments.Pairs + (nint)row * arguments.OutputWidth / 2 * Lanes;
        ushort* routes = arguments.Routes + (nint)row * arguments.OutputWidth;
        int lane = arguments.Lane;
        for (; row < end; row++)
        {
            int rows = TRows.All ? 7 : TapMask(row - arguments.PaddingRows, arguments.Height);
            float* top = arguments.Input + ((nint)(row - arguments.PaddingRows) * arguments.Width - TPadding.Columns) * Lanes;
            TVector d0 = TLanes.Load(pairs);
            // Where the second pixel has no gradient. Written as a choice, which it is not, the mask stays in a mask register; else the compiler makes it a vector, and a mask again at each use.
            TVector n0 = TBlock.Value > 0 ? TLanes.LacksSecond(routes, lane) : default;
            TVector d1 = TBlock.Value > 1 ? TLanes.Load(pairs + next) : default;
            TVector n1 = TBlock.Value > 1 ? TLanes.LacksSecond(routes + pixels, lane) : default;
            TVector e0 = TLanes.Select(n0, TLanes.Zero, d0), e1 = TBlock.Value > 1 ? TLanes.Select(n1, TLanes.Zero, d1) : default;
            if (TRows.All || (rows & 1) != 0) FirstColumns<TLanes, TVector, TBlock, TPadding>(top, d0, n0, e0, d1, n1, e1, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12);
            if (TRows.All || (rows & 2) != 0) FirstColumns<TLanes, TVector, TBlock, TPadding>(top + inputRow, d0, n0, e0, d1, n1, e1, ref a03, ref a04, ref a05, ref a13, ref a14, ref a15);
            if (TRows.All || (rows & 4) != 0) FirstColumns<TLanes, TVector, TBlock, TPadding>(top + 2 * inputRow, d0, n0, e0, d1, n1, e1, ref a06, ref a07, ref a08, ref a16, ref a17, ref a18);
            pairs += Lanes;
            routes += 2;
            top += 2 * Lanes;
            for (ushort* last = routes + middle; routes < last; pairs += Lanes, routes += 2, top += 2 * Lanes)
            {
                d0 = TLanes.Load(pairs);
                n0 = TBlock.Value > 0 ? TLanes.LacksSecond(routes, lane) : default;
                d1 = TBlock.Value > 1 ? TLanes.Load(pairs + next) : default;
                n1 = TBlock.Value > 1 ? TLanes.LacksSecond(routes + pixels, lane) : default;
                if (TRows.All || (rows & 1) != 0) MiddleColumns<TLanes, TVector, TBlock>(top, d0, n0, d1, n1, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12);
                if (TRows.All || (rows & 2) != 0) MiddleColumns<TLanes, TVector, TBlock>(top + inputRow, d0, n0, d1, n1, ref a03, ref a04, ref a05, ref a13, ref a14, ref a15);
                if (TRows.All || (rows & 4) != 0) MiddleColumns<TLanes, TVector, TBlock>(top + 2 * inputRow, d0, n0, d1, n1, ref a06, ref a07, ref a08, ref a16, ref a17, ref a18);
            }

            d0 = TLanes.Load(pairs);
            n0 = TBlock.Value > 0 ? TLanes.LacksSecond(routes, lane) : default;
            d1 = TBlock.Value > 1 ? TLanes.Load(pairs + next) : default;
            n1 = TBlock.Value > 1 ? TLanes.LacksSecond(routes + pixels, lane) : default;
            e0 = TLanes.Select(n0, d0, TLanes.Zero);
            e1 = TBlock.Value > 1 ? TLanes.Select(n1, d1, TLanes.Zero) : default;
            if (TRows.All || (rows & 1) != 0) LastColumns<TLanes, TVector, TBlock, TPadding>(top, d0, n0, e0, d1, n1, e1, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12);
            if (TRows.All || (rows & 2) != 0) LastColumns<TLanes, TVector, TBlock, TPadding>(top + inputRow, d0, n0, e0, d1, n1, e1, ref a03, ref a04, ref a05, ref a13, ref a14, ref a15);
            if (TRows.All || (rows & 4) != 0) LastColumns<TLanes, TVector, TBlock, TPadding>(top + 2 * inputRow, d0, n0, e0, d1, n1, e1, ref a06, ref a07, ref a08, ref a16, ref a17, ref a18);
            pairs += Lanes;
            routes += 2;
        }

        chains = arguments.Chains;
        Store<TLanes, TVector>(chains, a00, a01, a02, a03, a04, a05, a06, a07, a08);
        if (TBlock.Value > 1) Store<TLanes, TVector>(chains + 9 * Lanes, a10, a11, a12, a13, a14, a15, a16, a17, a18);
    }

    /// <summary>As <see cref="Run"/> for all rows, with any padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunAny<TLanes, TVector, TBlock>(in WeightGradientPairTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        int row = 0, end = arguments.OutputHeight;
        float* chains = arguments.Zeros;
        TVector a00 = TLanes.Load(chains), a01 = TLanes.Load(chains + 1 * Lanes), a02 = TLanes.Load(chains + 2 * Lanes), a03 = TLanes.Load(chains + 3 * Lanes), a04 = TLanes.Load(chains + 4 * Lanes);
        TVector a05 = TLanes.Load(chains + 5 * Lanes), a06 = TLanes.Load(chains + 6 * Lanes), a07 = TLanes.Load(chains + 7 * Lanes), a08 = TLanes.Load(chains + 8 * Lanes);
        TVector a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default, a16 = default, a17 = default, a18 = default;
        if (TBlock.Value > 1)
        {
            chains += 9 * Lanes;
            (a10, a11, a12, a13, a14) = (TLanes.Load(chains), TLanes.Load(chains + 1 * Lanes), TLanes.Load(chains + 2 * Lanes), TLanes.Load(chains + 3 * Lanes), TLanes.Load(chains + 4 * Lanes));
            (a15, a16, a17, a18) = (TLanes.Load(chains + 5 * Lanes), TLanes.Load(chains + 6 * Lanes), TLanes.Load(chains + 7 * Lanes), TLanes.Load(chains + 8 * Lanes));
        }

        nint inputRow = (nint)arguments.Width * Lanes, pixels = arguments.OutputPixels, next = arguments.PairPlane;
        float* pairs = arguments.Pairs + (nint)row * arguments.OutputWidth / 2 * Lanes;
        ushort* routes = arguments.Routes + (nint)row * arguments.OutputWidth;
        int lane = arguments.Lane;
        for (; row < end; row++)
        {
            int rows = TapMask(row - arguments.PaddingRows, arguments.Height);
            float* top = arguments.Input + ((nint)(row - arguments.PaddingRows) * arguments.Width - arguments.PaddingColumns) * Lanes;
            for (int column = -arguments.PaddingColumns; column < arguments.OutputWidth - arguments.PaddingColumns; column += 2, pairs += Lanes, routes += 2, top += 2 * Lanes)
            {
                TVector d0 = TLanes.Load(pairs);
                TVector n0 = TBlock.Value > 0 ? TLanes.LacksSecond(routes, lane) : default;
                TVector d1 = TBlock.Value > 1 ? TLanes.Load(pairs + next) : default;
                TVector n1 = TBlock.Value > 1 ? TLanes.LacksSecond(routes + pixels, lane) : default;
                if (column >= 0 && column + 3 < arguments.Width)
                {
                    if ((rows & 1) != 0) MiddleColumns<TLanes, TVector, TBlock>(top, d0, n0, d1, n1, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12);
                    if ((rows & 2) != 0) MiddleColumns<TLanes, TVector, TBlock>(top + inputRow, d0, n0, d1, n1, ref a03, ref a04, ref a05, ref a13, ref a14, ref a15);
                    if ((rows & 4) != 0) MiddleColumns<TLanes, TVector, TBlock>(top + 2 * inputRow, d0, n0, d1, n1, ref a06, ref a07, ref a08, ref a16, ref a17, ref a18);
                    continue;
                }

                int columns = ColumnMask(column, arguments.Width);
                if ((rows & 1) != 0) EdgeRow<TLanes, TVector, TBlock>(top, columns, d0, n0, d1, n1, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12);
                if ((rows & 2) != 0) EdgeRow<TLanes, TVector, TBlock>(top + inputRow, columns, d0, n0, d1, n1, ref a03, ref a04, ref a05, ref a13, ref a14, ref a15);
                if ((rows & 4) != 0) EdgeRow<TLanes, TVector, TBlock>(top + 2 * inputRow, columns, d0, n0, d1, n1, ref a06, ref a07, ref a08, ref a16, ref a17, ref a18);
            }
        }

        chains = arguments.Chains;
        Store<TLanes, TVector>(chains, a00, a01, a02, a03, a04, a05, a06, a07, a08);
        if (TBlock.Value > 1) Store<TLanes, TVector>(chains + 9 * Lanes, a10, a11, a12, a13, a14, a15, a16, a17, a18);
    }

    /// <summary>Three taps that lie inside the image for both pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MiddleColumns<TLanes, TVector, TBlock>(
        float* input, TVector d0, TVector n0, TVector d1, TVector n1, ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a10, ref TVector a11, ref TVector a12)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        TVector v0 = TLanes.Load(input), v1 = TLanes.Load(input + Lanes), v2 = TLanes.Load(input + 2 * Lanes), v3 = TLanes.Load(input + 3 * Lanes);
        a00 = TLanes.FusedMultiplyAdd(TLanes.Select(n0, v0, v1), d0, a00);
        a01 = TLanes.FusedMultiplyAdd(TLanes.Select(n0, v1, v2), d0, a01);
        a02 = TLanes.FusedMultiplyAdd(TLanes.Select(n0, v2, v3), d0, a02);
        if (TBlock.Value > 1)
        {
            a10 = TLanes.FusedMultiplyAdd(TLanes.Select(n1, v0, v1), d1, a10);
            a11 = TLanes.FusedMultiplyAdd(TLanes.Select(n1, v1, v2), d1, a11);
            a12 = TLanes.FusedMultiplyAdd(TLanes.Select(n1, v2, v3), d1, a12);
        }
    }

    /// <summary>The pair at the beginning of a row: with a padding of one, only the second pixel has the first tap inside; with two, neither has the first and only the second the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FirstColumns<TLanes, TVector, TBlock, TPadding>(
        float* input, TVector d0, TVector n0, TVector e0, TVector d1, TVector n1, TVector e1, ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a10, ref TVector a11, ref TVector a12)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPadding : struct, IPairPadding
    {
        TVector v2 = TLanes.Load(input + 2 * Lanes), v3 = TLanes.Load(input + 3 * Lanes);
        if (TPadding.Columns == 1)
        {
            TVector v1 = TLanes.Load(input + Lanes);
            a00 = TLanes.FusedMultiplyAdd(v1, e0, a00);
            a01 = TLanes.FusedMultiplyAdd(TLanes.Select(n0, v1, v2), d0, a01);
            if (TBlock.Value > 1) a10 = TLanes.FusedMultiplyAdd(v1, e1, a10);
            if (TBlock.Value > 1) a11 = TLanes.FusedMultiplyAdd(TLanes.Select(n1, v1, v2), d1, a11);
        }
        else
        {
            a01 = TLanes.FusedMultiplyAdd(v2, e0, a01);
            if (TBlock.Value > 1) a11 = TLanes.FusedMultiplyAdd(v2, e1, a11);
        }

        a02 = TLanes.FusedMultiplyAdd(TLanes.Select(n0, v2, v3), d0, a02);
        if (TBlock.Value > 1) a12 = TLanes.FusedMultiplyAdd(TLanes.Select(n1, v2, v3), d1, a12);
    }

    /// <summary>The pair at the end of a row, the other way round.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LastColumns<TLanes, TVector, TBlock, TPadding>(
        float* input, TVector d0, TVector n0, TVector e0, TVector d1, TVector n1, TVector e1, ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a10, ref TVector a11, ref TVector a12)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPadding : struct, IPairPadding
    {
        TVector v0 = TLanes.Load(input), v1 = TLanes.Load(input + Lanes);
        a00 = TLanes.FusedMultiplyAdd(TLanes.Select(n0, v0, v1), d0, a00);
        if (TBlock.Value > 1) a10 = TLanes.FusedMultiplyAdd(TLanes.Select(n1, v0, v1), d1, a10);
        if (TPadding.Columns == 1)
        {
            TVector v2 = TLanes.Load(input + 2 * Lanes);
            a01 = TLanes.FusedMultiplyAdd(TLanes.Select(n0, v1, v2), d0, a01);
            a02 = TLanes.FusedMultiplyAdd(v2, e0, a02);
            if (TBlock.Value > 1) a11 = TLanes.FusedMultiplyAdd(TLanes.Select(n1, v1, v2), d1, a11);
            if (TBlock.Value > 1) a12 = TLanes.FusedMultiplyAdd(v2, e1, a12);
        }
        else
        {
            a01 = TLanes.FusedMultiplyAdd(v1, e0, a01);
            if (TBlock.Value > 1) a11 = TLanes.FusedMultiplyAdd(v1, e1, a11);
        }
    }

    /// <summary>Three taps, of which <paramref name="columns"/> says for which of the four input pixels they lie inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EdgeRow<TLanes, TVector, TBlock>(
        float* input, int columns, TVector d0, TVector n0, TVector d1, TVector n1, ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a10, ref TVector a11, ref TVector a12)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        EdgeTap<TLanes, TVector, TBlock>(input, columns, d0, n0, d1, n1, ref a00, ref a10);
        EdgeTap<TLanes, TVector, TBlock>(input + Lanes, columns >> 1, d0, n0, d1, n1, ref a01, ref a11);
        EdgeTap<TLanes, TVector, TBlock>(input + 2 * Lanes, columns >> 2, d0, n0, d1, n1, ref a02, ref a12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EdgeTap<TLanes, TVector, TBlock>(float* input, int columns, TVector d0, TVector n0, TVector d1, TVector n1, ref TVector a0, ref TVector a1)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        switch (columns & 3)
        {
            case 1:
                TVector first = TLanes.Load(input);
                a0 = TLanes.FusedMultiplyAdd(first, TLanes.Select(n0, d0, TLanes.Zero), a0);
                if (TBlock.Value > 1) a1 = TLanes.FusedMultiplyAdd(first, TLanes.Select(n1, d1, TLanes.Zero), a1);
                break;
            case 2:
                TVector second = TLanes.Load(input + Lanes);
                a0 = TLanes.FusedMultiplyAdd(second, TLanes.Select(n0, TLanes.Zero, d0), a0);
                if (TBlock.Value > 1) a1 = TLanes.FusedMultiplyAdd(second, TLanes.Select(n1, TLanes.Zero, d1), a1);
                break;
            case 3:
                TVector v0 = TLanes.Load(input), v1 = TLanes.Load(input + Lanes);
                a0 = TLanes.FusedMultiplyAdd(TLanes.Select(n0, v0, v1), d0, a0);
                if (TBlock.Value > 1) a1 = TLanes.FusedMultiplyAdd(TLanes.Select(n1, v0, v1), d1, a1);
                break;
        }
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

    /// <summary>Bit <c>k</c>: whether column <c>first + k</c> lies inside the image, for the four columns that the taps of two pixels see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ColumnMask(int first, int width) => TapMask(first, width) | ((uint)(first + 3) < (uint)width ? 8 : 0);

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

/// <summary>Padding of a tile of pairs, as a type: the two usual ones need no test of each tap at the ends of a row.</summary>
internal interface IPairPadding
{
    /// <summary>Columns, or 0 for any.</summary>
    static abstract int Columns { get; }
}

internal readonly struct AnyPadding : IPairPadding
{
    public static int Columns => 0;
}

internal readonly struct PaddingOfOne : IPairPadding
{
    public static int Columns => 1;
}

internal readonly struct PaddingOfTwo : IPairPadding
{
    public static int Columns => 2;
}
