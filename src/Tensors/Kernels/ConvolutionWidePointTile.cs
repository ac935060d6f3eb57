// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary><see cref="ConvolutionPointTile"/> where there are 32 registers: up to five outputs. Forty multiply-adds come with eighteen loads and the instructions of one loop; with loops over the rows and columns of a kernel that has one of each there were over twenty for each channel.</summary>
internal static unsafe class ConvolutionWidePointTile
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>A tile of four pixels inside the image, with a chain behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TChain>(ref ConvolutionTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        nint plane = arguments.InputPlane * sizeof(float), pair = 2 * plane;
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
            TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero, a43 = TLanes.Zero;
            float* weights = arguments.Weights;
            int pairs = arguments.InputChannels / 2;
            byte* even = (byte*)arguments.Input, odd = even + plane;
            while (pairs != 0)
            {
                Tap<TLanes, TVector, TBlock>(weights, 0, (float*)even, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                Tap<TLanes, TVector, TBlock>(weights, TBlock.Value, (float*)odd, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                weights += 2 * TBlock.Value;
                even += pair;
                odd += pair;
                pairs--;
            }

            if ((arguments.InputChannels & 1) != 0)
                Tap<TLanes, TVector, TBlock>(weights, 0, (float*)even, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
            ConvolutionTile.Finish<TLanes, TVector, TBlock, TChain>(arguments, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33, a40, a41, a42, a43);
            arguments.MoveToNextBlock(TBlock.Value, TChain.Marks);
        }
        while (--blocks != 0);
    }

    /// <summary>One input channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tap<TLanes, TVector, TBlock>(
        float* weights, int offset, float* pixels,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13,
        ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23, ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a33,
        ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize =>
        OutputTaps.Some<TLanes, TVector, TBlock>(
            ConvolutionColumnTile.All, weights, offset, TLanes.Load(pixels), TLanes.Load(pixels + Lanes), TLanes.Load(pixels + 2 * Lanes), TLanes.Load(pixels + 3 * Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
}
