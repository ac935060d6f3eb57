// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The register tile of the weight gradient of a transposed convolution: up to six input channels times the three taps of a kernel row. Three gradients and an input beside eighteen accumulators
/// fit the 32 registers of 512 bits, beside twelve, of four channels, the 16 of narrower widths.
/// </summary>
internal static unsafe class TransposedGradientTile
{
    /// <summary>Input channels of the largest tile.</summary>
    public const int LargestBlock = 6;

    /// <summary>Input channels of the largest tile where there are sixteen registers.</summary>
    public const int LargestNarrowBlock = 4;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Carries the chains of a kernel row over some rows of input pixels, in raster order; pixels whose target lies outside the output are left out.</summary>
    /// <param name="shape">Shape.</param>
    /// <param name="kernelRow">Row of the kernel, 0..2.</param>
    /// <param name="firstRow">First input row.</param>
    /// <param name="endRow">The row behind the last.</param>
    /// <param name="x">Input at the tile's first channel and lane.</param>
    /// <param name="dy">Output gradient at the output channel and lane.</param>
    /// <param name="chains">The chains <c>[channel][9][16]</c>, from the row's first tap on.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock>(in TransposedShape shape, int kernelRow, int firstRow, int endRow, float* x, float* dy, float* chains)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        // Before the accumulators: a call, which an ahead-of-time compiler may leave here, would send all of them to the stack.
        nint plane = (nint)shape.InputPixels * Lanes;
        int width = shape.Width, outputWidth = shape.OutputWidth, outputHeight = shape.OutputHeight, left = -shape.FirstTarget(0);
        ThreeChains.Load<TLanes, TVector>(chains, out TVector a00, out TVector a01, out TVector a02);
        TVector a10 = default, a11 = default, a12 = default, a20 = default, a21 = default, a22 = default, a30 = default, a31 = default, a32 = default;
        TVector a40 = default, a41 = default, a42 = default, a50 = default, a51 = default, a52 = default;
        if (TBlock.Value > 1) ThreeChains.Load<TLanes, TVector>(chains + 1 * TransposedShape.Taps * Lanes, out a10, out a11, out a12);
        if (TBlock.Value > 2) ThreeChains.Load<TLanes, TVector>(chains + 2 * TransposedShape.Taps * Lanes, out a20, out a21, out a22);
        if (TBlock.Value > 3) ThreeChains.Load<TLanes, TVector>(chains + 3 * TransposedShape.Taps * Lanes, out a30, out a31, out a32);
        if (TBlock.Value > 4) ThreeChains.Load<TLanes, TVector>(chains + 4 * TransposedShape.Taps * Lanes, out a40, out a41, out a42);
        if (TBlock.Value > 5) ThreeChains.Load<TLanes, TVector>(chains + 5 * TransposedShape.Taps * Lanes, out a50, out a51, out a52);
        // Pixels from the first to the one behind the last that have all three taps of a row inside.
        int first = Math.Min((left + 1) / 2, width), end = Math.Max(first, (outputWidth + left - TransposedShape.Kernel) / 2 + 1);
        for (int row = firstRow; row < endRow; row++)
        {
            int target = shape.FirstTarget(row) + kernelRow;
            if ((uint)target >= (uint)outputHeight) continue;
            float* v = x + (nint)row * width * Lanes, g = dy + ((nint)target * outputWidth - left) * Lanes;
            for (int column = 0; column < width; column++, v += Lanes, g += 2 * Lanes)
            {
                if (column == first && end > first)
                {
                    for (; column < end; column++, v += Lanes, g += 2 * Lanes)
                    {
                        TVector g0 = TLanes.Load(g), g1 = TLanes.Load(g + Lanes), g2 = TLanes.Load(g + 2 * Lanes);
                        OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(v), g0, g1, g2, ref a00, ref a01, ref a02);
                        if (TBlock.Value > 1) OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(v + plane), g0, g1, g2, ref a10, ref a11, ref a12);
                        if (TBlock.Value > 2) OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(v + 2 * plane), g0, g1, g2, ref a20, ref a21, ref a22);
                        if (TBlock.Value > 3) OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(v + 3 * plane), g0, g1, g2, ref a30, ref a31, ref a32);
                        if (TBlock.Value > 4) OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(v + 4 * plane), g0, g1, g2, ref a40, ref a41, ref a42);
                        if (TBlock.Value > 5) OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(v + 5 * plane), g0, g1, g2, ref a50, ref a51, ref a52);
                    }

                    if (column == width) break;
                }

                int from = 2 * column - left;
                if ((uint)from < (uint)outputWidth) Tap<TLanes, TVector, TBlock>(v, plane, TLanes.Load(g), ref a00, ref a10, ref a20, ref a30, ref a40, ref a50);
                if ((uint)(from + 1) < (uint)outputWidth) Tap<TLanes, TVector, TBlock>(v, plane, TLanes.Load(g + Lanes), ref a01, ref a11, ref a21, ref a31, ref a41, ref a51);
                if ((uint)(from + 2) < (uint)outputWidth) Tap<TLanes, TVector, TBlock>(v, plane, TLanes.Load(g + 2 * Lanes), ref a02, ref a12, ref a22, ref a32, ref a42, ref a52);
            }
        }

        ThreeChains.Store<TLanes, TVector>(chains, a00, a01, a02);
        if (TBlock.Value > 1) ThreeChains.Store<TLanes, TVector>(chains + 1 * TransposedShape.Taps * Lanes, a10, a11, a12);
        if (TBlock.Value > 2) ThreeChains.Store<TLanes, TVector>(chains + 2 * TransposedShape.Taps * Lanes, a20, a21, a22);
        if (TBlock.Value > 3) ThreeChains.Store<TLanes, TVector>(chains + 3 * TransposedShape.Taps * Lanes, a30, a31, a32);
        if (TBlock.Value > 4) ThreeChains.Store<TLanes, TVector>(chains + 4 * TransposedShape.Taps * Lanes, a40, a41, a42);
        if (TBlock.Value > 5) ThreeChains.Store<TLanes, TVector>(chains + 5 * TransposedShape.Taps * Lanes, a50, a51, a52);
    }

    /// <summary>One tap of all channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tap<TLanes, TVector, TBlock>(float* v, nint plane, TVector g, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3, ref TVector a4, ref TVector a5)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        a0 = TLanes.FusedMultiplyAdd(TLanes.Load(v), g, a0);
        if (TBlock.Value > 1) a1 = TLanes.FusedMultiplyAdd(TLanes.Load(v + plane), g, a1);
        if (TBlock.Value > 2) a2 = TLanes.FusedMultiplyAdd(TLanes.Load(v + 2 * plane), g, a2);
        if (TBlock.Value > 3) a3 = TLanes.FusedMultiplyAdd(TLanes.Load(v + 3 * plane), g, a3);
        if (TBlock.Value > 4) a4 = TLanes.FusedMultiplyAdd(TLanes.Load(v + 4 * plane), g, a4);
        if (TBlock.Value > 5) a5 = TLanes.FusedMultiplyAdd(TLanes.Load(v + 5 * plane), g, a5);
    }
}
