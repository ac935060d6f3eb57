// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// <see cref="ConvolutionPoolTile"/> for kernels of three columns where there are sixteen registers. Which pixels have a tap inside the image is a type in one direction and one test for a row in the other, where a test for each
/// tap and pixel takes as long as the multiply-adds that it saves: in a map of 16x16 nearly half of the windows touch a border.
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
    public static void Run<TLanes, TVector, TBlock, TColumns, TMode>(in ConvolutionPoolTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
        where TMode : struct, IPoolMode
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
        float* plane = arguments.Input;
        float* weights = arguments.Weights;
        nint inputPlane = arguments.InputPlane, inputRow = arguments.InputRow, pixel = arguments.InputPixel, skipped = arguments.SkippedWeights;
        byte* firstMask = arguments.TapMasks + TColumns.Whole;
        int kernelRows = arguments.KernelRows;
        for (int c = arguments.InputChannels; c > 0; c--, plane += inputPlane, weights += skipped)
        {
            float* row = plane;
            byte* mask = firstMask;
            for (int ky = kernelRows; ky > 0; ky--, row += inputRow, mask += Columns, weights += Columns * TBlock.Value)
            {
                if (*mask == (Top | Bottom)) Row<TLanes, TVector, TBlock, TColumns>(Top | Bottom, weights, row, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                else if (*mask == Bottom) Row<TLanes, TVector, TBlock, TColumns>(Bottom, weights, row, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                else Row<TLanes, TVector, TBlock, TColumns>(Top, weights, row, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
            }
        }

        TVector high = TLanes.Create(arguments.High);
        ConvolutionPoolTile.Finish<TLanes, TVector, TMode>(arguments, 0, high, a00, a01, a02, a03);
        if (TBlock.Value > 1) ConvolutionPoolTile.Finish<TLanes, TVector, TMode>(arguments, 1, high, a10, a11, a12, a13);
        if (TBlock.Value > 2) ConvolutionPoolTile.Finish<TLanes, TVector, TMode>(arguments, 2, high, a20, a21, a22, a23);
    }

    /// <summary>The three taps of a kernel row for the pixels of some rows of the window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TLanes, TVector, TBlock, TColumns>(
        int rows, float* weights, float* row, nint pixel, nint inputRow,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
    {
        Tap<TLanes, TVector, TBlock>(rows & TColumns.First, weights, row, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
        Tap<TLanes, TVector, TBlock>(rows & TColumns.Second, weights + TBlock.Value, row + pixel, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
        Tap<TLanes, TVector, TBlock>(rows & TColumns.Third, weights + 2 * TBlock.Value, row + 2 * pixel, pixel, inputRow, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
    }

    /// <summary>One tap for some pixels, which the compiler knows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tap<TLanes, TVector, TBlock>(
        int pixels, float* weights, float* input, nint pixel, nint inputRow,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        if (pixels == 0) return;
        TVector w0 = TLanes.Create(weights[0]);
        TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[1]) : default;
        TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[2]) : default;
        if ((pixels & 1) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input), w0, w1, w2, ref a00, ref a10, ref a20);
        if ((pixels & 2) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + pixel), w0, w1, w2, ref a01, ref a11, ref a21);
        if ((pixels & 4) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + inputRow), w0, w1, w2, ref a02, ref a12, ref a22);
        if ((pixels & 8) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + inputRow + pixel), w0, w1, w2, ref a03, ref a13, ref a23);
    }
}
