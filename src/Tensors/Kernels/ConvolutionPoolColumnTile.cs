// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// <see cref="ConvolutionPoolTile"/> for kernels of three columns where there are sixteen registers: loads, products and nothing else, as in <see cref="ConvolutionColumnTile"/>. Which columns lie inside the image is a type; of the
/// rows only the first and the last can miss some pixels. In a map of 16x16 nearly half of the windows touch a border.
/// </summary>
internal static unsafe class ConvolutionPoolColumnTile
{
    /// <summary>Columns of the kernels.</summary>
    public const int Columns = 3;

    /// <summary>Output channels of the largest tile.</summary>
    public const int LargestBlock = 3;

    private const int Top = 0b0011;
    private const int Bottom = 0b1100;

    /// <summary>A tile whose columns lie in the image as <typeparamref name="TColumns"/> says; rows may lie outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TColumns, TStride, TMode>(ref ConvolutionPoolTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
        where TStride : struct, IPixelStride
        where TMode : struct, IPoolMode
    {
        int pixel = TStride.Floats(TLanes.Lanes), above = arguments.RowsAbove, below = arguments.RowsBelow, whole = arguments.KernelRows - above - below;
        nint inputRow = arguments.InputRow * sizeof(float), nextPlane = arguments.InputPlane * sizeof(float) - arguments.KernelRows * inputRow, skipped = arguments.SkippedWeights;
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            float* weights = arguments.Weights;
            // A pointer for each tap, in bytes: as in the tile of a row.
            byte* first = (byte*)arguments.Input, second = first + pixel * sizeof(float), third = second + pixel * sizeof(float);
            int channels = arguments.InputChannels;
            do
            {
                if (above != 0) Row<TLanes, TVector, TBlock, TColumns>(Bottom, ref weights, ref first, ref second, ref third, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                int rows = whole;
                while (rows != 0)
                {
                    Row<TLanes, TVector, TBlock, TColumns>(Top | Bottom, ref weights, ref first, ref second, ref third, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                    rows--;
                }

                if (below != 0) Row<TLanes, TVector, TBlock, TColumns>(Top, ref weights, ref first, ref second, ref third, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                weights += skipped;
                first += nextPlane;
                second += nextPlane;
                third += nextPlane;
            }
            while (--channels != 0);

            ConvolutionPoolTile.Finish<TLanes, TVector, TBlock, TMode>(arguments, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23);
            arguments.MoveToNextBlock(TBlock.Value, TMode.Routes);
        }
        while (--blocks != 0);
    }

    /// <summary>The three taps of a kernel row for the pixels of some rows of the window, and on to the next row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TLanes, TVector, TBlock, TColumns>(
        int rows, ref float* weights, ref byte* first, ref byte* second, ref byte* third, int pixel, nint inputRow,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
    {
        TVector last = TLanes.Zero;
        Tap<TLanes, TVector, TBlock>(rows & TColumns.First, 0, ref last, weights, 0, first, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
        Tap<TLanes, TVector, TBlock>(rows & TColumns.Second, rows & TColumns.First, ref last, weights, TBlock.Value, second, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
        Tap<TLanes, TVector, TBlock>(rows & TColumns.Third, rows & TColumns.Second, ref last, weights, 2 * TBlock.Value, third, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
        weights += Columns * TBlock.Value;
        first += inputRow;
        second += inputRow;
        third += inputRow;
    }

    /// <summary>One tap for some pixels, which the compiler knows; as in <see cref="ConvolutionPoolPatchTile"/> the last pixel's input stays for the next tap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tap<TLanes, TVector, TBlock>(
        int pixels, int before, ref TVector last, float* weights, int at, byte* input, int pixel, nint inputRow,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        if (pixels == 0) return;
        TVector w0 = TLanes.Create(weights[at]);
        TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[at + 1]) : default;
        TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[at + 2]) : default;
        if ((pixels & 4) != 0) OutputTaps.Add<TLanes, TVector, TBlock>((before & 8) != 0 ? last : TLanes.Load((float*)(input + inputRow)), w0, w1, w2, ref a02, ref a12, ref a22);
        if ((pixels & 1) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load((float*)input), w0, w1, w2, ref a00, ref a10, ref a20);
        if ((pixels & 2) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load((float*)input + pixel), w0, w1, w2, ref a01, ref a11, ref a21);
        if ((pixels & 8) == 0) return;
        last = TLanes.Load((float*)(input + inputRow) + pixel);
        OutputTaps.Add<TLanes, TVector, TBlock>(last, w0, w1, w2, ref a03, ref a13, ref a23);
    }
}
