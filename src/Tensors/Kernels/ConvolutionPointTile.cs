// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary><see cref="ConvolutionTile"/> for kernels of one tap where there are sixteen registers: two input channels at a time, because a loop around twelve multiply-adds takes as many instructions for itself as for four of them.</summary>
internal static unsafe class ConvolutionPointTile
{
    /// <summary>A tile of four pixels inside the image, with a chain behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TStride, TChain>(ref ConvolutionTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TStride : struct, IPixelStride
        where TChain : struct, IChain
    {
        int pixel = TStride.Floats(TLanes.Lanes);
        nint plane = arguments.InputPlane * sizeof(float), pair = 2 * plane;
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            float* weights = arguments.Weights;
            int pairs = arguments.InputChannels / 2;
            byte* even = (byte*)arguments.Input, odd = even + plane;
            while (pairs != 0)
            {
                ConvolutionColumnTile.Tap<TLanes, TVector, TBlock>(ConvolutionColumnTile.All, weights, 0, (float*)even, 0, pixel, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                ConvolutionColumnTile.Tap<TLanes, TVector, TBlock>(ConvolutionColumnTile.All, weights, TBlock.Value, (float*)odd, 0, pixel, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                weights += 2 * TBlock.Value;
                even += pair;
                odd += pair;
                pairs--;
            }

            if ((arguments.InputChannels & 1) != 0)
                ConvolutionColumnTile.Tap<TLanes, TVector, TBlock>(ConvolutionColumnTile.All, weights, 0, (float*)even, 0, pixel, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
            ConvolutionTile.Finish<TLanes, TVector, TBlock, TChain>(arguments, LaneLayout.Lanes, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23);
            arguments.MoveToNextBlock(TBlock.Value, TChain.Marks);
        }
        while (--blocks != 0);
    }
}
