// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary><see cref="ConvolutionPoolColumnTile"/> for a <see cref="WholePatch"/> whose four rows all lie inside the image: all distances are constants, as in <see cref="ConvolutionPatchTile"/>.</summary>
internal static unsafe class ConvolutionPoolPatchTile
{
    /// <summary>The tile of a window whose columns lie in the image as <typeparamref name="TColumns"/> says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TColumns, TMode>(ref ConvolutionPoolTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
        where TMode : struct, IPoolMode
    {
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            float* weights = arguments.Weights, first = arguments.Input, second = first + TLanes.Lanes, third = second + TLanes.Lanes;
            // Pointers of their own for the window's second row: what it reads under a row of the kernel, the first row reads under the next, and the compiler would keep it.
            float* firstBelow = first + WholePatch.Row(TLanes.Lanes), secondBelow = second + WholePatch.Row(TLanes.Lanes), thirdBelow = third + WholePatch.Row(TLanes.Lanes);
            int channels = arguments.InputChannels;
            TVector last = TLanes.Zero;
            do
            {
                Tap<TLanes, TVector, TBlock>(TColumns.First, 0, ref last, weights, 0 * TBlock.Value, first, firstBelow, 0 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                Tap<TLanes, TVector, TBlock>(TColumns.Second, TColumns.First, ref last, weights, 1 * TBlock.Value, second, secondBelow, 0 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                Tap<TLanes, TVector, TBlock>(TColumns.Third, TColumns.Second, ref last, weights, 2 * TBlock.Value, third, thirdBelow, 0 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                Tap<TLanes, TVector, TBlock>(TColumns.First, 0, ref last, weights, 3 * TBlock.Value, first, firstBelow, 1 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                Tap<TLanes, TVector, TBlock>(TColumns.Second, TColumns.First, ref last, weights, 4 * TBlock.Value, second, secondBelow, 1 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                Tap<TLanes, TVector, TBlock>(TColumns.Third, TColumns.Second, ref last, weights, 5 * TBlock.Value, third, thirdBelow, 1 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                Tap<TLanes, TVector, TBlock>(TColumns.First, 0, ref last, weights, 6 * TBlock.Value, first, firstBelow, 2 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                Tap<TLanes, TVector, TBlock>(TColumns.Second, TColumns.First, ref last, weights, 7 * TBlock.Value, second, secondBelow, 2 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                Tap<TLanes, TVector, TBlock>(TColumns.Third, TColumns.Second, ref last, weights, 8 * TBlock.Value, third, thirdBelow, 2 * WholePatch.Row(TLanes.Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                weights += WholePatch.Kernel * WholePatch.Kernel * TBlock.Value;
                first += WholePatch.Plane(TLanes.Lanes);
                second += WholePatch.Plane(TLanes.Lanes);
                third += WholePatch.Plane(TLanes.Lanes);
                firstBelow += WholePatch.Plane(TLanes.Lanes);
                secondBelow += WholePatch.Plane(TLanes.Lanes);
                thirdBelow += WholePatch.Plane(TLanes.Lanes);
            }
            while (--channels != 0);

            ConvolutionPoolTile.Finish<TLanes, TVector, TBlock, TMode>(arguments, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23);
            arguments.MoveToNextBlock(TBlock.Value, TMode.Routes);
        }
        while (--blocks != 0);
    }

    /// <summary>
    /// One tap for some pixels, which the compiler knows. What the last pixel of the window has under a tap the third, on its left, has under the next, and it stays in its register; <paramref name="before"/> are the pixels that had the tap before this one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tap<TLanes, TVector, TBlock>(
        int pixels, int before, ref TVector last, float* weights, int at, float* input, float* below, int offset,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        if (pixels == 0) return;
        TVector w0 = TLanes.Create(weights[at]);
        TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[at + 1]) : default;
        TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[at + 2]) : default;
        if ((pixels & 4) != 0) OutputTaps.Add<TLanes, TVector, TBlock>((before & 8) != 0 ? last : TLanes.Load(below + offset), w0, w1, w2, ref a02, ref a12, ref a22);
        if ((pixels & 1) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + offset), w0, w1, w2, ref a00, ref a10, ref a20);
        if ((pixels & 2) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + (offset + TLanes.Lanes)), w0, w1, w2, ref a01, ref a11, ref a21);
        if ((pixels & 8) == 0) return;
        last = TLanes.Load(below + (offset + TLanes.Lanes));
        OutputTaps.Add<TLanes, TVector, TBlock>(last, w0, w1, w2, ref a03, ref a13, ref a23);
    }
}
