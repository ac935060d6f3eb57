// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// <see cref="ConvolutionColumnTile"/> for a <see cref="WholePatch"/> of which two or three kernel rows lie inside the image; how many is a type. There is no loop over rows and no distance in a register: 1.58 instructions for a multiply-add in place of 1.76.
/// A type of its own, because a compiler that puts both loops in line before it drops one has no budget left for what follows them, and accumulators go to memory.
/// </summary>
internal static unsafe class ConvolutionPatchTile
{
    /// <summary>A tile of four pixels, with a chain behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TColumns, TRows, TChain>(ref ConvolutionTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, ITileColumns
        where TRows : struct, IBlockSize
        where TChain : struct, IChain
    {
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            float* weights = arguments.Weights, first = arguments.Input, second = first + TLanes.Lanes, third = second + TLanes.Lanes;
            int channels = arguments.InputChannels;
            do
            {
                ConvolutionColumnTile.Row<TLanes, TVector, TBlock, TColumns>(weights, 0 * WholePatch.Kernel * TBlock.Value, first, second, third, 0 * WholePatch.Row(TLanes.Lanes), TLanes.Lanes, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                ConvolutionColumnTile.Row<TLanes, TVector, TBlock, TColumns>(weights, 1 * WholePatch.Kernel * TBlock.Value, first, second, third, 1 * WholePatch.Row(TLanes.Lanes), TLanes.Lanes, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                if (TRows.Value > 2) ConvolutionColumnTile.Row<TLanes, TVector, TBlock, TColumns>(weights, 2 * WholePatch.Kernel * TBlock.Value, first, second, third, 2 * WholePatch.Row(TLanes.Lanes), TLanes.Lanes, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                weights += WholePatch.Kernel * WholePatch.Kernel * TBlock.Value;
                first += WholePatch.Plane(TLanes.Lanes);
                second += WholePatch.Plane(TLanes.Lanes);
                third += WholePatch.Plane(TLanes.Lanes);
            }
            while (--channels != 0);

            ConvolutionTile.Finish<TLanes, TVector, TBlock, TChain>(arguments, LaneLayout.Lanes, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23);
            arguments.MoveToNextBlock(TBlock.Value, TChain.Marks);
        }
        while (--blocks != 0);
    }
}
