// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The register tile of the weight gradient for any kernel: up to four output channels times up to three neighbouring taps of one kernel
/// row and one input channel. Each accumulator is the contract's chain over the output pixels in raster order.
/// </summary>
internal static unsafe class WeightGradientRowTile
{
    /// <summary>Output channels of the largest tile.</summary>
    public const int LargestBlock = 4;

    /// <summary>Taps of the largest tile.</summary>
    public const int LargestTaps = 3;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Chains of <paramref name="taps"/> taps from kernel row <paramref name="ky"/>, kernel column <paramref name="kx"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock>(in WeightGradientTileArguments arguments, int ky, int kx, int taps)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero;
        nint plane = arguments.GradientPlane;
        int shiftRows = ky - arguments.PaddingRows;
        int shiftColumns = kx - arguments.PaddingColumns;
        int firstRow = Math.Max(0, -shiftRows);
        int endRow = Math.Min(arguments.OutputHeight, arguments.Height - shiftRows);
        int firstInterior = Math.Max(0, -shiftColumns), endInterior = Math.Min(arguments.OutputWidth, arguments.Width - shiftColumns - taps + 1);
        if (endInterior <= firstInterior) firstInterior = endInterior = arguments.OutputWidth;
        nint interior = (nint)(endInterior - firstInterior) * Lanes;
        for (int y = firstRow; y < endRow; y++)
        {
            float* gradient = arguments.Gradient + (nint)y * arguments.OutputWidth * Lanes;
            float* input = arguments.Input + ((nint)(y + shiftRows) * arguments.Width + shiftColumns) * Lanes;
            for (int x = 0; x < arguments.OutputWidth; x++, gradient += Lanes, input += Lanes)
            {
                // Pixels whose taps all lie inside the image.
                float* end = x == firstInterior ? gradient + interior : gradient;
                for (; gradient < end; gradient += Lanes, input += Lanes)
                {
                    TVector d0 = TLanes.Load(gradient);
                    TVector d1 = TBlock.Value > 1 ? TLanes.Load(gradient + plane) : default;
                    TVector d2 = TBlock.Value > 2 ? TLanes.Load(gradient + 2 * plane) : default;
                    TVector d3 = TBlock.Value > 3 ? TLanes.Load(gradient + 3 * plane) : default;
                    OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input), d0, d1, d2, d3, ref a00, ref a10, ref a20, ref a30);
                    if (taps > 1) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + Lanes), d0, d1, d2, d3, ref a01, ref a11, ref a21, ref a31);
                    if (taps > 2) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + 2 * Lanes), d0, d1, d2, d3, ref a02, ref a12, ref a22, ref a32);
                }
                if (x == firstInterior) x = endInterior;
                if (x >= arguments.OutputWidth) break;
                {
                    TVector d0 = TLanes.Load(gradient);
                    TVector d1 = TBlock.Value > 1 ? TLanes.Load(gradient + plane) : default;
                    TVector d2 = TBlock.Value > 2 ? TLanes.Load(gradient + 2 * plane) : default;
                    TVector d3 = TBlock.Value > 3 ? TLanes.Load(gradient + 3 * plane) : default;
                    int column = x + shiftColumns, width = arguments.Width;
                    if ((uint)column < (uint)width) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input), d0, d1, d2, d3, ref a00, ref a10, ref a20, ref a30);
                    if (taps > 1 && (uint)(column + 1) < (uint)width) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + Lanes), d0, d1, d2, d3, ref a01, ref a11, ref a21, ref a31);
                    if (taps > 2 && (uint)(column + 2) < (uint)width) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + 2 * Lanes), d0, d1, d2, d3, ref a02, ref a12, ref a22, ref a32);
                }
            }
        }
        Store<TLanes, TVector>(arguments.Chains, taps, a00, a01, a02);
        if (TBlock.Value > 1) Store<TLanes, TVector>(arguments.Chains + 1 * taps * Lanes, taps, a10, a11, a12);
        if (TBlock.Value > 2) Store<TLanes, TVector>(arguments.Chains + 2 * taps * Lanes, taps, a20, a21, a22);
        if (TBlock.Value > 3) Store<TLanes, TVector>(arguments.Chains + 3 * taps * Lanes, taps, a30, a31, a32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TVector>(float* chains, int taps, TVector t0, TVector t1, TVector t2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TLanes.Store(t0, chains);
        if (taps > 1) TLanes.Store(t1, chains + Lanes);
        if (taps > 2) TLanes.Store(t2, chains + 2 * Lanes);
    }
}
