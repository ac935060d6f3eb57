// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The tile of a convolution of one output whose kernel has three columns: four pixels of a row and the four below them. Two units whose multiply-add takes four cycles want eight sums at a time, and a row has four; what both rows read is read once.
/// Eight sums, a weight and four inputs fit sixteen registers too. Kernel rows outside the image are left out for each of the rows, so ends of columns need no other tile.
/// </summary>
internal static unsafe class ConvolutionTwoRowTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 2;

    private const int Lanes = LaneLayout.Lanes;
    private const int Columns = ConvolutionColumnTile.Columns;

    /// <summary>Whether a convolution's rows are computed in pairs, where both have columns and kernel rows inside the image. With so few outputs there is no copy of the input.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="shape">The convolution.</param>
    public static bool Takes(int lanes, in ConvolutionShape shape) => ConvolutionKernel.IsVector(lanes) && shape is { OutputChannels: 1, KernelColumns: Columns };

    /// <summary>Four pixels of two rows, each with its chain behind it.</summary>
    /// <param name="first">The tile of the upper row.</param>
    /// <param name="second">That of the row below it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TColumns, TChain>(in ConvolutionTileArguments first, in ConvolutionTileArguments second)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TColumns : struct, ITileColumns
        where TChain : struct, IChain
    {
        TVector a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, a3 = TLanes.Zero;
        TVector b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero, b3 = TLanes.Zero;
        // Rows of the input that the first row alone has under its kernel, that both have, the second one a kernel row higher, and that the second alone has: none or one, some, none or one.
        bool firstAlone = first.Input != second.Input;
        int shared = first.KernelRows - (firstAlone ? 1 : 0);
        bool secondAlone = second.KernelRows > shared;
        nint inputRow = first.InputRow, nextPlane = first.InputPlane - first.KernelRows * inputRow, skipped = first.WeightPlane - first.KernelRows * Columns;
        float* weights = first.Weights, input = first.Input;
        int channels = first.InputChannels;
        do
        {
            if (firstAlone)
            {
                Row<TLanes, TVector, TColumns>(weights, input, ref a0, ref a1, ref a2, ref a3);
                weights += Columns;
                input += inputRow;
            }

            for (int rows = shared; rows > 0; rows--)
            {
                TwoRows<TLanes, TVector, TColumns>(weights, input, ref a0, ref a1, ref a2, ref a3, ref b0, ref b1, ref b2, ref b3);
                weights += Columns;
                input += inputRow;
            }

            if (secondAlone) Row<TLanes, TVector, TColumns>(weights - Columns, input, ref b0, ref b1, ref b2, ref b3);
            weights += skipped;
            input += nextPlane;
        }
        while (--channels != 0);

        TVector scale = TLanes.Create(first.Activation.Scale), low = TLanes.Create(first.Activation.Low), high = TLanes.Create(first.Activation.High);
        ConvolutionTile.Finish<TLanes, TVector, Interior, TChain>(first, Lanes, 0, scale, low, high, a0, a1, a2, a3);
        ConvolutionTile.Finish<TLanes, TVector, Interior, TChain>(second, Lanes, 0, scale, low, high, b0, b1, b2, b3);
    }

    /// <summary>The three taps of a kernel row for one row of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TLanes, TVector, TColumns>(float* weights, float* input, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TColumns : struct, ITileColumns
    {
        const int All = ConvolutionColumnTile.All;
        TVector v0 = (TColumns.WithoutFirst & 1) == 0 ? TLanes.Load(input) : TLanes.Zero, v1 = TLanes.Load(input + Lanes), v2 = TLanes.Load(input + 2 * Lanes), v3 = TLanes.Load(input + 3 * Lanes);
        OutputTaps.Channel<TLanes, TVector>(All & ~TColumns.WithoutFirst, weights[0], v0, v1, v2, v3, ref a0, ref a1, ref a2, ref a3);
        v0 = TLanes.Load(input + 4 * Lanes);
        OutputTaps.Channel<TLanes, TVector>(All, weights[1], v1, v2, v3, v0, ref a0, ref a1, ref a2, ref a3);
        v1 = (TColumns.WithoutThird & 8) == 0 ? TLanes.Load(input + 5 * Lanes) : TLanes.Zero;
        OutputTaps.Channel<TLanes, TVector>(All & ~TColumns.WithoutThird, weights[2], v2, v3, v0, v1, ref a0, ref a1, ref a2, ref a3);
    }

    /// <summary>The three taps of a kernel row for the first row of pixels, and of the one above it for the second, whose pixels read the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoRows<TLanes, TVector, TColumns>(
        float* weights, float* input, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3, ref TVector b0, ref TVector b1, ref TVector b2, ref TVector b3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TColumns : struct, ITileColumns
    {
        const int All = ConvolutionColumnTile.All;
        TVector v0 = (TColumns.WithoutFirst & 1) == 0 ? TLanes.Load(input) : TLanes.Zero, v1 = TLanes.Load(input + Lanes), v2 = TLanes.Load(input + 2 * Lanes), v3 = TLanes.Load(input + 3 * Lanes);
        OutputTaps.Channel<TLanes, TVector>(All & ~TColumns.WithoutFirst, weights[0], v0, v1, v2, v3, ref a0, ref a1, ref a2, ref a3);
        OutputTaps.Channel<TLanes, TVector>(All & ~TColumns.WithoutFirst, weights[-Columns], v0, v1, v2, v3, ref b0, ref b1, ref b2, ref b3);
        v0 = TLanes.Load(input + 4 * Lanes);
        OutputTaps.Channel<TLanes, TVector>(All, weights[1], v1, v2, v3, v0, ref a0, ref a1, ref a2, ref a3);
        OutputTaps.Channel<TLanes, TVector>(All, weights[1 - Columns], v1, v2, v3, v0, ref b0, ref b1, ref b2, ref b3);
        v1 = (TColumns.WithoutThird & 8) == 0 ? TLanes.Load(input + 5 * Lanes) : TLanes.Zero;
        OutputTaps.Channel<TLanes, TVector>(All & ~TColumns.WithoutThird, weights[2], v2, v3, v0, v1, ref a0, ref a1, ref a2, ref a3);
        OutputTaps.Channel<TLanes, TVector>(All & ~TColumns.WithoutThird, weights[2 - Columns], v2, v3, v0, v1, ref b0, ref b1, ref b2, ref b3);
    }
}
