// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Which register tile a place of a convolution gets: what is known of it becomes types, one after the other.</summary>
internal static class ConvolutionTileChoice
{
    /// <summary>Runs the tile for <see cref="ConvolutionTileArguments.Blocks"/> blocks; afterwards the arguments stand behind them.</summary>
    /// <param name="tile">Where it reads and writes.</param>
    /// <param name="size">Outputs of a block, 1..5.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes, TVector, TChain>(ref ConvolutionTileArguments tile, int size)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        switch (size)
        {
            case 1: RunTile<TLanes, TVector, Block1, TChain>(ref tile, tile.Place); break;
            case 2: RunTile<TLanes, TVector, Block2, TChain>(ref tile, tile.Place); break;
            case 3: RunTile<TLanes, TVector, Block3, TChain>(ref tile, tile.Place); break;
            case 4: RunTile<TLanes, TVector, Block4, TChain>(ref tile, tile.Place); break;
            default: RunTile<TLanes, TVector, Block5, TChain>(ref tile, tile.Place); break;
        }
    }

    /// <summary>Runs the tile of two rows of one output.</summary>
    /// <param name="first">Where that of the upper row reads and writes; not at the <see cref="TilePlace.Border"/>.</param>
    /// <param name="second">The same of the row below it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunRows<TLanes, TVector, TChain>(in ConvolutionTileArguments first, in ConvolutionTileArguments second)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        switch (first.Place)
        {
            case TilePlace.Interior: ConvolutionTwoRowTile.Run<TLanes, TVector, ColumnsInside, TChain>(first, second); break;
            case TilePlace.LeftOutside: ConvolutionTwoRowTile.Run<TLanes, TVector, ColumnLeftOutside, TChain>(first, second); break;
            case TilePlace.RightOutside: ConvolutionTwoRowTile.Run<TLanes, TVector, ColumnRightOutside, TChain>(first, second); break;
            default: ConvolutionTwoRowTile.Run<TLanes, TVector, ColumnsOutside, TChain>(first, second); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TLanes, TVector, TBlock, TChain>(ref ConvolutionTileArguments tile, TilePlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        bool narrow = ConvolutionKernel.IsNarrow(TLanes.Lanes) && TBlock.Value <= ConvolutionColumnTile.LargestBlock;
        if (narrow && tile.KernelColumns == ConvolutionColumnTile.Columns && place != TilePlace.Border) RunColumns<TLanes, TVector, TBlock, TChain>(ref tile, place);
        else if (narrow && tile.WeightPlane == TBlock.Value && tile.KernelRows == 1 && place == TilePlace.Interior) RunPoint<TLanes, TVector, TBlock, TChain>(ref tile);
        else if (TLanes.Lanes == LaneLayout.Lanes && tile.KernelColumns == ConvolutionColumnTile.Columns && place != TilePlace.Border) RunWide<TLanes, TVector, TBlock, TChain>(ref tile, place);
        else if (TLanes.Lanes == LaneLayout.Lanes && tile.WeightPlane == TBlock.Value && tile.KernelRows == 1 && place == TilePlace.Interior) ConvolutionWidePointTile.Run<TLanes, TVector, TBlock, TChain>(ref tile);
        else
            for (int blocks = tile.Blocks; blocks > 0; blocks--, tile.MoveToNextBlock(TBlock.Value, TChain.Marks))
                if (place == TilePlace.Interior) ConvolutionTile.Run<TLanes, TVector, TBlock, Interior, TChain>(tile);
                else ConvolutionTile.Run<TLanes, TVector, TBlock, Border, TChain>(tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunColumns<TLanes, TVector, TBlock, TChain>(ref ConvolutionTileArguments tile, TilePlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        switch (place)
        {
            case TilePlace.Interior: RunStride<TLanes, TVector, TBlock, ColumnsInside, TChain>(ref tile); break;
            case TilePlace.LeftOutside: RunStride<TLanes, TVector, TBlock, ColumnLeftOutside, TChain>(ref tile); break;
            case TilePlace.RightOutside: RunStride<TLanes, TVector, TBlock, ColumnRightOutside, TChain>(ref tile); break;
            default: RunStride<TLanes, TVector, TBlock, ColumnsOutside, TChain>(ref tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunWide<TLanes, TVector, TBlock, TChain>(ref ConvolutionTileArguments tile, TilePlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        switch (place)
        {
            case TilePlace.Interior: ConvolutionWideColumnTile.Run<TLanes, TVector, TBlock, ColumnsInside, TChain>(ref tile); break;
            case TilePlace.LeftOutside: ConvolutionWideColumnTile.Run<TLanes, TVector, TBlock, ColumnLeftOutside, TChain>(ref tile); break;
            case TilePlace.RightOutside: ConvolutionWideColumnTile.Run<TLanes, TVector, TBlock, ColumnRightOutside, TChain>(ref tile); break;
            default: ConvolutionWideColumnTile.Run<TLanes, TVector, TBlock, ColumnsOutside, TChain>(ref tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunPoint<TLanes, TVector, TBlock, TChain>(ref ConvolutionTileArguments tile)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        if (tile.OutputPixel == TLanes.Lanes) ConvolutionPointPatchTile.Run<TLanes, TVector, TBlock, PatchPixels, TChain>(ref tile);
        else if (tile.InputPixel == TLanes.Lanes && tile.InputPlane == ConvolutionPointPatchTile.Plane(TLanes.Lanes)) ConvolutionPointPatchTile.Run<TLanes, TVector, TBlock, MapPixels, TChain>(ref tile);
        else if (tile.InputPixel == LaneLayout.Lanes) ConvolutionPointTile.Run<TLanes, TVector, TBlock, MapPixels, TChain>(ref tile);
        else ConvolutionPointTile.Run<TLanes, TVector, TBlock, PatchPixels, TChain>(ref tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunStride<TLanes, TVector, TBlock, TColumns, TChain>(ref ConvolutionTileArguments tile)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, ITileColumns
        where TChain : struct, IChain
    {
        if (tile.InputPixel == LaneLayout.Lanes) ConvolutionColumnTile.Run<TLanes, TVector, TBlock, TColumns, MapPixels, TChain>(ref tile);
        else if (!WholePatch.Holds(TLanes.Lanes, tile.InputPlane) || tile.WeightPlane != WholePatch.Taps * TBlock.Value) ConvolutionColumnTile.Run<TLanes, TVector, TBlock, TColumns, PatchPixels, TChain>(ref tile);
        else if (tile.KernelRows == 3) ConvolutionPatchTile.Run<TLanes, TVector, TBlock, TColumns, Block3, TChain>(ref tile);
        else if (tile.KernelRows == 2) ConvolutionPatchTile.Run<TLanes, TVector, TBlock, TColumns, Block2, TChain>(ref tile);
        else ConvolutionColumnTile.Run<TLanes, TVector, TBlock, TColumns, PatchPixels, TChain>(ref tile);
    }
}
