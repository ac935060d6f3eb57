// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// <see cref="ConvolutionColumnTile"/> where there are 32 registers: up to five outputs, and a pixel stays in its register for the three taps that read it. 1.4 instructions for a multiply-add, also at the ends of a row,
/// where testing each pixel of each tap took more than two: a core that starts four instructions a cycle, and two multiply-adds of 512 bits, has none to spare.
/// </summary>
internal static unsafe class ConvolutionWideColumnTile
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>A tile of four pixels whose rows all lie inside the image, with a chain behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TColumns, TChain>(ref ConvolutionTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, ITileColumns
        where TChain : struct, IChain
    {
        int kernelRows = arguments.KernelRows;
        nint inputRow = arguments.InputRow, nextPlane = arguments.InputPlane - kernelRows * inputRow, skipped = arguments.WeightPlane - kernelRows * ConvolutionColumnTile.Columns * TBlock.Value;
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
            TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero, a43 = TLanes.Zero;
            float* weights = arguments.Weights, input = arguments.Input;
            int channels = arguments.InputChannels;
            do
            {
                int rows = kernelRows;
                do
                {
                    Row<TLanes, TVector, TBlock, TColumns>(weights, input, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                    weights += ConvolutionColumnTile.Columns * TBlock.Value;
                    input += inputRow;
                }
                while (--rows != 0);

                weights += skipped;
                input += nextPlane;
            }
            while (--channels != 0);

            ConvolutionTile.Finish<TLanes, TVector, TBlock, TChain>(arguments, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33, a40, a41, a42, a43);
            arguments.MoveToNextBlock(TBlock.Value, TChain.Marks);
        }
        while (--blocks != 0);
    }

    /// <summary>The three taps of a kernel row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TLanes, TVector, TBlock, TColumns>(
        float* weights, float* input,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, ITileColumns
    {
        const int All = ConvolutionColumnTile.All;
        TVector v0 = (TColumns.WithoutFirst & 1) == 0 ? TLanes.Load(input) : TLanes.Zero, v1 = TLanes.Load(input + Lanes), v2 = TLanes.Load(input + 2 * Lanes), v3 = TLanes.Load(input + 3 * Lanes);
        OutputTaps.Some<TLanes, TVector, TBlock>(All & ~TColumns.WithoutFirst, weights, 0, v0, v1, v2, v3, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        v0 = TLanes.Load(input + 4 * Lanes);
        OutputTaps.Some<TLanes, TVector, TBlock>(All, weights, TBlock.Value, v1, v2, v3, v0, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        v1 = (TColumns.WithoutThird & 8) == 0 ? TLanes.Load(input + 5 * Lanes) : TLanes.Zero;
        OutputTaps.Some<TLanes, TVector, TBlock>(All & ~TColumns.WithoutThird, weights, 2 * TBlock.Value, v2, v3, v0, v1, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
    }
}
