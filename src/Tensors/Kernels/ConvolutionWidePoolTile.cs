// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary><see cref="ConvolutionPoolColumnTile"/> where there are 32 registers: up to five outputs, and a pixel stays in its register for the taps that read it.</summary>
internal static unsafe class ConvolutionWidePoolTile
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>A tile whose columns and rows lie in the image as <typeparamref name="TColumns"/> and <typeparamref name="TRows"/> say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TColumns, TRows, TMode>(ref ConvolutionPoolTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
        where TRows : struct, IWindowRows
        where TMode : struct, IPoolMode
    {
        int whole = arguments.KernelRows - TRows.Outside;
        nint inputRow = arguments.InputRow, nextPlane = arguments.InputPlane - arguments.KernelRows * inputRow, skipped = arguments.SkippedWeights;
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
            TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero, a43 = TLanes.Zero;
            float* weights = arguments.Weights, input = arguments.Input;
            int channels = arguments.InputChannels;
            do
            {
                TRows.Add<TLanes, TVector, TBlock, TColumns>(whole, inputRow, ref weights, ref input, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                weights += skipped;
                input += nextPlane;
            }
            while (--channels != 0);

            ConvolutionPoolTile.Finish<TLanes, TVector, TBlock, TMode>(arguments, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33, a40, a41, a42, a43);
            arguments.MoveToNextBlock(TBlock.Value, TMode.Routes);
        }
        while (--blocks != 0);
    }
}
