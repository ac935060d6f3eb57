// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary><see cref="ConvolutionPointTile"/> where there are 32 registers: up to five outputs. Twenty multiply-adds come with nine loads and four instructions of the loop; with loops over the rows and columns of a kernel that has one of each there were over twenty.</summary>
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
        nint plane = arguments.InputPlane * sizeof(float);
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
            TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero, a43 = TLanes.Zero;
            float* weights = arguments.Weights;
            byte* input = (byte*)arguments.Input;
            int channels = arguments.InputChannels;
            do
            {
                float* pixels = (float*)input;
                OutputTaps.Some<TLanes, TVector, TBlock>(
                    ConvolutionColumnTile.All, weights, 0, TLanes.Load(pixels), TLanes.Load(pixels + Lanes), TLanes.Load(pixels + 2 * Lanes), TLanes.Load(pixels + 3 * Lanes), ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                weights += TBlock.Value;
                input += plane;
            }
            while (--channels != 0);

            ConvolutionTile.Finish<TLanes, TVector, TBlock, TChain>(arguments, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33, a40, a41, a42, a43);
            arguments.MoveToNextBlock(TBlock.Value, TChain.Marks);
        }
        while (--blocks != 0);
    }
}
