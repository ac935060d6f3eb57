// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// <see cref="ConvolutionTile"/> for kernels of three columns where there are sixteen registers. Which columns lie outside the image and how far a pixel lies from the next are types, so the three taps of a row are
/// loads, products and nothing else: 1.7 instructions for a multiply-add in place of 2.2. A quiet core hides the difference; one whose other hardware thread has work starts about three instructions a cycle.
/// </summary>
internal static unsafe class ConvolutionColumnTile
{
    /// <summary>Columns of the kernels.</summary>
    public const int Columns = 3;

    /// <summary>Output channels of the largest tile.</summary>
    public const int LargestBlock = 3;

    /// <summary>All four pixels, as bits.</summary>
    public const int All = 0b1111;

    /// <summary>A tile of four pixels whose rows all lie inside the image, with a chain behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TColumns, TStride, TChain>(ref ConvolutionTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, ITileColumns
        where TStride : struct, IPixelStride
        where TChain : struct, IChain
    {
        int kernelRows = arguments.KernelRows, pixel = TStride.Floats(TLanes.Lanes);
        nint inputRow = arguments.InputRow * sizeof(float), nextPlane = arguments.InputPlane * sizeof(float) - kernelRows * inputRow, skipped = arguments.WeightPlane - kernelRows * Columns * TBlock.Value;
        int blocks = arguments.Blocks;
        do
        {
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
            TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
            float* weights = arguments.Weights;
            // A pointer for each tap: where one serves all the compiler sees that taps read the same, keeps what it has read, and has no register for it. Bytes, because strides would be multiplied in every row.
            byte* first = (byte*)arguments.Input, second = first + pixel * sizeof(float), third = second + pixel * sizeof(float);
            int channels = arguments.InputChannels;
            do
            {
                int rows = kernelRows;
                do
                {
                    Row<TLanes, TVector, TBlock, TColumns>(weights, 0, (float*)first, (float*)second, (float*)third, 0, pixel, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23);
                    weights += Columns * TBlock.Value;
                    first += inputRow;
                    second += inputRow;
                    third += inputRow;
                }
                while (--rows != 0);

                weights += skipped;
                first += nextPlane;
                second += nextPlane;
                third += nextPlane;
            }
            while (--channels != 0);

            ConvolutionTile.Finish<TLanes, TVector, TBlock, TChain>(arguments, LaneLayout.Lanes, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23);
            arguments.MoveToNextBlock(TBlock.Value, TChain.Marks);
        }
        while (--blocks != 0);
    }

    /// <summary>The three taps of a kernel row. What the last pixel has under a tap the third has under the next, and it stays in its register: nineteen loads for 36 multiply-adds in place of 21.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row<TLanes, TVector, TBlock, TColumns>(
        float* weights, int at, float* first, float* second, float* third, int offset, int pixel,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, ITileColumns
    {
        TVector w0 = TLanes.Create(weights[at]);
        TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[at + 1]) : default;
        TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[at + 2]) : default;
        if ((TColumns.WithoutFirst & 1) == 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(first + offset), w0, w1, w2, ref a00, ref a10, ref a20);
        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(first + (offset + pixel)), w0, w1, w2, ref a01, ref a11, ref a21);
        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(first + (offset + 2 * pixel)), w0, w1, w2, ref a02, ref a12, ref a22);
        TVector last = TLanes.Load(first + (offset + 3 * pixel));
        OutputTaps.Add<TLanes, TVector, TBlock>(last, w0, w1, w2, ref a03, ref a13, ref a23);

        w0 = TLanes.Create(weights[at + TBlock.Value]);
        if (TBlock.Value > 1) w1 = TLanes.Create(weights[at + TBlock.Value + 1]);
        if (TBlock.Value > 2) w2 = TLanes.Create(weights[at + TBlock.Value + 2]);
        OutputTaps.Add<TLanes, TVector, TBlock>(last, w0, w1, w2, ref a02, ref a12, ref a22);
        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(second + offset), w0, w1, w2, ref a00, ref a10, ref a20);
        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(second + (offset + pixel)), w0, w1, w2, ref a01, ref a11, ref a21);
        last = TLanes.Load(second + (offset + 3 * pixel));
        OutputTaps.Add<TLanes, TVector, TBlock>(last, w0, w1, w2, ref a03, ref a13, ref a23);

        w0 = TLanes.Create(weights[at + 2 * TBlock.Value]);
        if (TBlock.Value > 1) w1 = TLanes.Create(weights[at + 2 * TBlock.Value + 1]);
        if (TBlock.Value > 2) w2 = TLanes.Create(weights[at + 2 * TBlock.Value + 2]);
        OutputTaps.Add<TLanes, TVector, TBlock>(last, w0, w1, w2, ref a02, ref a12, ref a22);
        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(third + offset), w0, w1, w2, ref a00, ref a10, ref a20);
        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(third + (offset + pixel)), w0, w1, w2, ref a01, ref a11, ref a21);
        if ((TColumns.WithoutThird & 8) == 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(third + (offset + 3 * pixel)), w0, w1, w2, ref a03, ref a13, ref a23);
    }

    /// <summary>One tap for some pixels, which the compiler knows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Tap<TLanes, TVector, TBlock>(
        int pixels, float* weights, int at, float* input, int offset, int pixel,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a03, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a13, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        TVector w0 = TLanes.Create(weights[at]);
        TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[at + 1]) : default;
        TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[at + 2]) : default;
        if ((pixels & 1) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + offset), w0, w1, w2, ref a00, ref a10, ref a20);
        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + (offset + pixel)), w0, w1, w2, ref a01, ref a11, ref a21);
        OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + (offset + 2 * pixel)), w0, w1, w2, ref a02, ref a12, ref a22);
        if ((pixels & 8) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + (offset + 3 * pixel)), w0, w1, w2, ref a03, ref a13, ref a23);
    }
}
