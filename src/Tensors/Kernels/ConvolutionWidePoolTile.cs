// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary><see cref="ConvolutionPoolColumnTile"/> where there are 32 registers: up to five outputs, and a pixel stays in its register for the taps that read it.</summary>
internal static unsafe class ConvolutionWidePoolTile
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Top = 0b0011;
    private const int Bottom = 0b1100;

    /// <summary>A tile whose columns lie in the image as <typeparamref name="TColumns"/> says; rows may lie outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TColumns, TMode>(ref ConvolutionPoolTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
        where TMode : struct, IPoolMode
    {
        int above = arguments.RowsAbove, below = arguments.RowsBelow, whole = arguments.KernelRows - above - below;
        nint inputRow = arguments.InputRow, nextPlane = arguments.InputPlane - arguments.KernelRows * inputRow, skipped = arguments.SkippedWeights;
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
                if (above != 0)
                {
                    Row<TLanes, TVector, TBlock, TColumns>(Bottom, weights, input, input + inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                    weights += ConvolutionPoolColumnTile.Columns * TBlock.Value;
                    input += inputRow;
                }

                for (int rows = whole; rows > 0; rows--)
                {
                    Row<TLanes, TVector, TBlock, TColumns>(Top | Bottom, weights, input, input + inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                    weights += ConvolutionPoolColumnTile.Columns * TBlock.Value;
                    input += inputRow;
                }

                if (below != 0)
                {
                    Row<TLanes, TVector, TBlock, TColumns>(Top, weights, input, input, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                    weights += ConvolutionPoolColumnTile.Columns * TBlock.Value;
                    input += inputRow;
                }

                weights += skipped;
                input += nextPlane;
            }
            while (--channels != 0);

            ConvolutionPoolTile.Finish<TLanes, TVector, TBlock, TMode>(arguments, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33, a40, a41, a42, a43);
            arguments.MoveToNextBlock(TBlock.Value, TMode.Routes);
        }
        while (--blocks != 0);
    }

    /// <summary>The three taps of a kernel row for the pixels of some rows of the window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TLanes, TVector, TBlock, TColumns>(
        int rows, float* weights, float* upper, float* lower,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
    {
        TVector u0 = Load<TLanes, TVector>(rows & Top & TColumns.First & 1, upper), v0 = Load<TLanes, TVector>(rows & Bottom & TColumns.First & 4, lower);
        TVector u1 = Load<TLanes, TVector>(rows & Top & (TColumns.First & 2 | TColumns.Second & 1), upper + Lanes), v1 = Load<TLanes, TVector>(rows & Bottom & (TColumns.First & 8 | TColumns.Second & 4), lower + Lanes);
        OutputTaps.Some<TLanes, TVector, TBlock>(rows & TColumns.First, weights, 0, u0, u1, v0, v1, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        u0 = Load<TLanes, TVector>(rows & Top & (TColumns.Second & 2 | TColumns.Third & 1), upper + 2 * Lanes);
        v0 = Load<TLanes, TVector>(rows & Bottom & (TColumns.Second & 8 | TColumns.Third & 4), lower + 2 * Lanes);
        OutputTaps.Some<TLanes, TVector, TBlock>(rows & TColumns.Second, weights, TBlock.Value, u1, u0, v1, v0, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
        u1 = Load<TLanes, TVector>(rows & Top & TColumns.Third & 2, upper + 3 * Lanes);
        v1 = Load<TLanes, TVector>(rows & Bottom & TColumns.Third & 8, lower + 3 * Lanes);
        OutputTaps.Some<TLanes, TVector, TBlock>(rows & TColumns.Third, weights, 2 * TBlock.Value, u0, u1, v0, v1, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
    }

    /// <summary>The input of some pixels; nothing is read where there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TLanes, TVector>(int pixels, float* input)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct => pixels != 0 ? TLanes.Load(input) : TLanes.Zero;
}
