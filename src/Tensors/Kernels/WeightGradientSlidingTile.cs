// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The register tile of the weight gradient of kernels of three columns where there are sixteen registers: up to four output channels times the three taps of one kernel row. Twelve accumulators, the three inputs of a
/// pixel and one gradient fill them; from a pixel to the next the inputs slide by one, so a pixel is five loads and twelve multiply-adds.
/// </summary>
internal static unsafe class WeightGradientSlidingTile
{
    /// <summary>Columns of the kernels.</summary>
    public const int Columns = 3;

    /// <summary>Whether a convolution is for this tile: some pixel of each row has all three taps inside, and no pixel none.</summary>
    public static bool Takes(in ConvolutionShape shape) => shape is { KernelColumns: Columns, PaddingColumns: >= 0 and < Columns, Width: >= Columns };

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Carries the chains of all kernel rows, lane groups and input channels over a strip of output rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TOutputs, TGradient>(in WeightGradientColumnTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
        where TGradient : struct, IGradientLayout
    {
        int step = TGradient.IsPacked ? TOutputs.Value * TLanes.Lanes : Lanes;
        nint plane = TGradient.IsPacked ? TLanes.Lanes : arguments.GradientPlane, chainPlane = arguments.ChainPlane;
        int width = arguments.Width, padding = arguments.PaddingColumns;
        // The kernel rows of a channel follow one another, and the lane groups, which share cache lines.
        for (int c = 0; c < arguments.Inputs; c++)
            for (int lane = 0; lane < arguments.Images; lane += TLanes.Lanes)
                for (int ky = 0; ky < arguments.KernelRows; ky++)
                {
                    int shift = ky - arguments.PaddingRows, firstRow = Math.Max(arguments.FirstRow, -shift), endRow = Math.Min(arguments.EndRow, arguments.Height - shift);
                    float* gradient = arguments.Gradient + lane / TLanes.Lanes * arguments.GradientGroup + (nint)(firstRow - arguments.GradientRow) * arguments.OutputWidth * step;
                    float* row = arguments.Input + c * arguments.InputPlane + (nint)(firstRow + shift) * width * Lanes + lane;
                    float* chains = arguments.Chains + c * arguments.InputChains + ky * Columns * Lanes + lane;
                    TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
                    TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero;
                    if (!arguments.Begins)
                    {
                        ThreeChains.Load<TLanes, TVector>(chains, out a00, out a01, out a02);
                        if (TOutputs.Value > 1) ThreeChains.Load<TLanes, TVector>(chains + chainPlane, out a10, out a11, out a12);
                        if (TOutputs.Value > 2) ThreeChains.Load<TLanes, TVector>(chains + 2 * chainPlane, out a20, out a21, out a22);
                        if (TOutputs.Value > 3) ThreeChains.Load<TLanes, TVector>(chains + 3 * chainPlane, out a30, out a31, out a32);
                    }

                    for (int y = firstRow; y < endRow; y++, row += (nint)width * Lanes)
                    {
                        TVector v0 = TLanes.Load(row), v1 = TLanes.Load(row + Lanes), v2;
                        if (padding > 1)
                        {
                            One<TLanes, TVector, TOutputs>(gradient, 0, plane, v0, ref a02, ref a12, ref a22, ref a32);
                            gradient += step;
                        }

                        if (padding > 0)
                        {
                            Two<TLanes, TVector, TOutputs>(gradient, 0, plane, v0, v1, ref a01, ref a02, ref a11, ref a12, ref a21, ref a22, ref a31, ref a32);
                            gradient += step;
                        }

                        // Pixels that have all three taps inside.
                        int pixels = width - Columns + 1;
                        float* x = row + 2 * Lanes;
                        for (; pixels >= 3; pixels -= 3, x += 3 * Lanes, gradient += 3 * step)
                        {
                            v2 = TLanes.Load(x);
                            Three<TLanes, TVector, TOutputs>(gradient, 0, plane, v0, v1, v2, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32);
                            v0 = TLanes.Load(x + Lanes);
                            Three<TLanes, TVector, TOutputs>(gradient, step, plane, v1, v2, v0, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32);
                            v1 = TLanes.Load(x + 2 * Lanes);
                            Three<TLanes, TVector, TOutputs>(gradient, 2 * step, plane, v2, v0, v1, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32);
                        }

                        if (pixels > 0)
                        {
                            v2 = TLanes.Load(x);
                            Three<TLanes, TVector, TOutputs>(gradient, 0, plane, v0, v1, v2, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32);
                            gradient += step;
                            (v0, v1) = (v1, v2);
                        }

                        if (pixels > 1)
                        {
                            v2 = TLanes.Load(x + Lanes);
                            Three<TLanes, TVector, TOutputs>(gradient, 0, plane, v0, v1, v2, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32);
                            gradient += step;
                            (v0, v1) = (v1, v2);
                        }

                        if (padding > 0)
                        {
                            Two<TLanes, TVector, TOutputs>(gradient, 0, plane, v0, v1, ref a00, ref a01, ref a10, ref a11, ref a20, ref a21, ref a30, ref a31);
                            gradient += step;
                        }

                        if (padding > 1)
                        {
                            One<TLanes, TVector, TOutputs>(gradient, 0, plane, v1, ref a00, ref a10, ref a20, ref a30);
                            gradient += step;
                        }
                    }

                    ThreeChains.Store<TLanes, TVector>(chains, a00, a01, a02);
                    if (TOutputs.Value > 1) ThreeChains.Store<TLanes, TVector>(chains + chainPlane, a10, a11, a12);
                    if (TOutputs.Value > 2) ThreeChains.Store<TLanes, TVector>(chains + 2 * chainPlane, a20, a21, a22);
                    if (TOutputs.Value > 3) ThreeChains.Store<TLanes, TVector>(chains + 3 * chainPlane, a30, a31, a32);
                }
    }

    /// <summary>A pixel that has all taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Three<TLanes, TVector, TOutputs>(
        float* gradient, int at, nint plane, TVector v0, TVector v1, TVector v2,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a30, ref TVector a31, ref TVector a32)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
    {
        OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(gradient + at), v0, v1, v2, ref a00, ref a01, ref a02);
        if (TOutputs.Value > 1) OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(gradient + at + plane), v0, v1, v2, ref a10, ref a11, ref a12);
        if (TOutputs.Value > 2) OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(gradient + at + 2 * plane), v0, v1, v2, ref a20, ref a21, ref a22);
        if (TOutputs.Value > 3) OutputTaps.Add<TLanes, TVector, Block3>(TLanes.Load(gradient + at + 3 * plane), v0, v1, v2, ref a30, ref a31, ref a32);
    }

    /// <summary>A pixel that has two of the taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Two<TLanes, TVector, TOutputs>(
        float* gradient, int at, nint plane, TVector v0, TVector v1,
        ref TVector a00, ref TVector a01, ref TVector a10, ref TVector a11, ref TVector a20, ref TVector a21, ref TVector a30, ref TVector a31)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
    {
        OutputTaps.Add<TLanes, TVector, Block2>(TLanes.Load(gradient + at), v0, v1, default, ref a00, ref a01, ref a01);
        if (TOutputs.Value > 1) OutputTaps.Add<TLanes, TVector, Block2>(TLanes.Load(gradient + at + plane), v0, v1, default, ref a10, ref a11, ref a11);
        if (TOutputs.Value > 2) OutputTaps.Add<TLanes, TVector, Block2>(TLanes.Load(gradient + at + 2 * plane), v0, v1, default, ref a20, ref a21, ref a21);
        if (TOutputs.Value > 3) OutputTaps.Add<TLanes, TVector, Block2>(TLanes.Load(gradient + at + 3 * plane), v0, v1, default, ref a30, ref a31, ref a31);
    }

    /// <summary>A pixel that has one of the taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<TLanes, TVector, TOutputs>(float* gradient, int at, nint plane, TVector v, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
    {
        a0 = TLanes.FusedMultiplyAdd(v, TLanes.Load(gradient + at), a0);
        if (TOutputs.Value > 1) a1 = TLanes.FusedMultiplyAdd(v, TLanes.Load(gradient + at + plane), a1);
        if (TOutputs.Value > 2) a2 = TLanes.FusedMultiplyAdd(v, TLanes.Load(gradient + at + 2 * plane), a2);
        if (TOutputs.Value > 3) a3 = TLanes.FusedMultiplyAdd(v, TLanes.Load(gradient + at + 3 * plane), a3);
    }
}
