// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary><see cref="ConvolutionPointTile"/> for an <see cref="InputPatch"/> of four pixels: four input channels at constant distances in a turn of the loop.</summary>
internal static unsafe class ConvolutionPointPatchTile
{
    private const int Turn = 4;

    /// <summary>Floats from an input channel of such a patch to the next.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Plane(int lanes) => ConvolutionTile.Pixels * lanes;

    /// <summary>A tile of four pixels inside the image, with a chain behind it, for a map, for the patch of the next kernel of one tap, or for sums of <see cref="MinimalFilterKernel"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TOutput, TChain>(ref ConvolutionTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TOutput : struct, IPixelStride
        where TChain : struct, IChain
    {
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            float* weights = arguments.Weights, input = arguments.Input;
            int turns = arguments.InputChannels / Turn, rest = arguments.InputChannels % Turn;
            while (turns != 0)
            {
                ConvolutionColumnTile.Tap<TLanes, TVector, TBlock>(ConvolutionColumnTile.All, weights, 0 * TBlock.Value, input, 0 * Plane(TLanes.Lanes), TLanes.Lanes, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                ConvolutionColumnTile.Tap<TLanes, TVector, TBlock>(ConvolutionColumnTile.All, weights, 1 * TBlock.Value, input, 1 * Plane(TLanes.Lanes), TLanes.Lanes, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                ConvolutionColumnTile.Tap<TLanes, TVector, TBlock>(ConvolutionColumnTile.All, weights, 2 * TBlock.Value, input, 2 * Plane(TLanes.Lanes), TLanes.Lanes, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                ConvolutionColumnTile.Tap<TLanes, TVector, TBlock>(ConvolutionColumnTile.All, weights, 3 * TBlock.Value, input, 3 * Plane(TLanes.Lanes), TLanes.Lanes, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                weights += Turn * TBlock.Value;
                input += Turn * Plane(TLanes.Lanes);
                turns--;
            }

            while (rest != 0)
            {
                ConvolutionColumnTile.Tap<TLanes, TVector, TBlock>(ConvolutionColumnTile.All, weights, 0, input, 0, TLanes.Lanes, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                weights += TBlock.Value;
                input += Plane(TLanes.Lanes);
                rest--;
            }

            ConvolutionTile.Finish<TLanes, TVector, TBlock, TChain>(arguments, TOutput.Floats(TLanes.Lanes), a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23);
            arguments.MoveToNextBlock(TBlock.Value, TChain.Marks);
        }
        while (--blocks != 0);
    }
}
