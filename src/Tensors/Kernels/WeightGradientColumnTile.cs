// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Where a tile of the weight gradient for sixteen registers reads and writes. Pointers stand at the tile's lane group; strides are in floats.</summary>
internal unsafe struct WeightGradientColumnTileArguments
{
    /// <summary>One input channel.</summary>
    public float* Input;

    /// <summary>Output gradient of the tile's first output channel, from <see cref="GradientRow"/> on.</summary>
    public float* Gradient;

    /// <summary>The row of the output at which <see cref="Gradient"/> stands.</summary>
    public int GradientRow;

    /// <summary>Chain of the tile's first output, of its first kernel row and kernel column 0.</summary>
    public float* Chains;

    /// <summary>From an output's gradient to that of the next; not read where the gradients of a pixel lie together.</summary>
    public nint GradientPlane;

    /// <summary>From a chain to that of the next output.</summary>
    public nint ChainPlane;

    public int KernelColumns;
    public int Height;
    public int Width;
    public int OutputWidth;
    public int PaddingColumns;

    /// <summary>First row of the strip of the output.</summary>
    public int FirstRow;

    /// <summary>Row behind the strip.</summary>
    public int EndRow;

    /// <summary>Whether the chains begin with this strip: nothing is read from where they will lie.</summary>
    public bool Begins;

    /// <summary>From an output row to the input row under the tile's first kernel row.</summary>
    public int RowShift;

    /// <summary>Kernel rows; this and what follows is read by <see cref="WeightGradientSlidingTile"/> only, which goes through kernel rows, lane groups and input channels itself.</summary>
    public int KernelRows;

    public int PaddingRows;

    /// <summary>Input channels.</summary>
    public int Inputs;

    /// <summary>From an input channel to the next.</summary>
    public nint InputPlane;

    /// <summary>From the chains of an input channel to those of the next.</summary>
    public nint InputChains;

    /// <summary>Images.</summary>
    public int Images;

    /// <summary>From the gradients of a lane group to those of the next.</summary>
    public nint GradientGroup;
}

/// <summary>
/// The register tile of the weight gradient where there are sixteen registers: up to four output channels times three taps of one kernel column. Twelve accumulators, the three inputs of a pixel and one
/// gradient fill them. The columns whose tap lies inside the image are a range of the row, so no pixel is looked at alone; the chains stay in memory between two strips of the output.
/// </summary>
internal static unsafe class WeightGradientColumnTile
{
    /// <summary>Output channels of the largest tile.</summary>
    public const int LargestBlock = 4;

    /// <summary>Taps of the largest tile.</summary>
    public const int LargestTaps = 3;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Carries the chains of all kernel columns over a strip of output rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TOutputs, TTaps, TStride, TGradient>(in WeightGradientColumnTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
        where TTaps : struct, IBlockSize
        where TStride : struct, IPixelStride
        where TGradient : struct, IGradientLayout
    {
        int pixel = TStride.Floats(TLanes.Lanes), step = TGradient.IsPacked ? TOutputs.Value * TLanes.Lanes : Lanes;
        nint plane = TGradient.IsPacked ? TLanes.Lanes : arguments.GradientPlane, inputRow = (nint)arguments.Width * pixel, chainPlane = arguments.ChainPlane, chainRow = (nint)arguments.KernelColumns * Lanes;
        for (int kx = 0; kx < arguments.KernelColumns; kx++)
        {
            int shift = kx - arguments.PaddingColumns;
            int first = Math.Max(0, -shift), columns = Math.Min(arguments.OutputWidth, arguments.Width - shift) - first;
            bool unbroken = columns == arguments.OutputWidth && columns == arguments.Width;
            float* chains = arguments.Chains + (nint)kx * Lanes;
            TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
            TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero;
            if (!arguments.Begins)
            {
                Load<TLanes, TVector, TTaps>(chains, chainRow, out a00, out a01, out a02);
                if (TOutputs.Value > 1) Load<TLanes, TVector, TTaps>(chains + chainPlane, chainRow, out a10, out a11, out a12);
                if (TOutputs.Value > 2) Load<TLanes, TVector, TTaps>(chains + 2 * chainPlane, chainRow, out a20, out a21, out a22);
                if (TOutputs.Value > 3) Load<TLanes, TVector, TTaps>(chains + 3 * chainPlane, chainRow, out a30, out a31, out a32);
            }

            // Rows of the strip that have all taps inside the image.
            int full = Math.Max(arguments.FirstRow, -arguments.RowShift), endFull = Math.Min(arguments.EndRow, arguments.Height - TTaps.Value + 1 - arguments.RowShift);
            for (int y = columns > 0 ? arguments.FirstRow : arguments.EndRow; y < arguments.EndRow;)
            {
                float* gradient = arguments.Gradient + ((nint)(y - arguments.GradientRow) * arguments.OutputWidth + first) * step;
                float* top = arguments.Input + ((nint)(y + arguments.RowShift) * arguments.Width + first + shift) * pixel;
                if (y == full && endFull > full)
                {
                    // Without a gap between them they are one row.
                    int lines = unbroken ? 1 : endFull - full;
                    nint line = (nint)(unbroken ? endFull - full : 1) * columns * step, next = (nint)arguments.OutputWidth * step;
                    for (; lines > 0; lines--, gradient += next, top += inputRow)
                    {
                        float* g = gradient, end = gradient + line, upper = top, middle = upper + inputRow, lower = middle + inputRow;
                        // Two pixels at a time, where their addresses need no instructions.
                        if (TGradient.IsPacked)
                        {
                            for (float* last = end - step; g < last; g += 2 * step, upper += 2 * pixel, middle += 2 * pixel, lower += 2 * pixel)
                            {
                                Pixel<TLanes, TVector, TOutputs, TTaps>(g, 0, TLanes.Lanes, upper, middle, lower, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32);
                                Pixel<TLanes, TVector, TOutputs, TTaps>(g, step, TLanes.Lanes, upper + pixel, middle + pixel, lower + pixel, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32);
                            }

                            if (g < end) Pixel<TLanes, TVector, TOutputs, TTaps>(g, 0, TLanes.Lanes, upper, middle, lower, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32);
                            continue;
                        }

                        // One index for all pointers: the outputs lie in planes of their own.
                        float* g1 = g + plane, g2 = g1 + plane, g3 = g2 + plane;
                        for (nint at = 0, pixels = line / (Lanes / pixel); at < pixels; at += pixel)
                        {
                            TVector v0 = TLanes.Load(upper + at), v1 = TTaps.Value > 1 ? TLanes.Load(middle + at) : default, v2 = TTaps.Value > 2 ? TLanes.Load(lower + at) : default;
                            Output<TLanes, TVector, TTaps>(g + at * (Lanes / pixel), v0, v1, v2, ref a00, ref a01, ref a02);
                            if (TOutputs.Value > 1) Output<TLanes, TVector, TTaps>(g1 + at * (Lanes / pixel), v0, v1, v2, ref a10, ref a11, ref a12);
                            if (TOutputs.Value > 2) Output<TLanes, TVector, TTaps>(g2 + at * (Lanes / pixel), v0, v1, v2, ref a20, ref a21, ref a22);
                            if (TOutputs.Value > 3) Output<TLanes, TVector, TTaps>(g3 + at * (Lanes / pixel), v0, v1, v2, ref a30, ref a31, ref a32);
                        }
                    }

                    y = endFull;
                    continue;
                }

                float* endLine = gradient + (nint)columns * step;
                switch (Inside<TTaps>(y + arguments.RowShift, arguments.Height))
                {
                    case 1: Line<TLanes, TVector, TOutputs, Block1>(gradient, endLine, step, plane, pixel, top, 0, ref a00, ref a00, ref a10, ref a10, ref a20, ref a20, ref a30, ref a30); break;
                    case 2: Line<TLanes, TVector, TOutputs, Block1>(gradient, endLine, step, plane, pixel, top + inputRow, 0, ref a01, ref a01, ref a11, ref a11, ref a21, ref a21, ref a31, ref a31); break;
                    case 3: Line<TLanes, TVector, TOutputs, Block2>(gradient, endLine, step, plane, pixel, top, inputRow, ref a00, ref a01, ref a10, ref a11, ref a20, ref a21, ref a30, ref a31); break;
                    case 4: Line<TLanes, TVector, TOutputs, Block1>(gradient, endLine, step, plane, pixel, top + 2 * inputRow, 0, ref a02, ref a02, ref a12, ref a12, ref a22, ref a22, ref a32, ref a32); break;
                    case 6: Line<TLanes, TVector, TOutputs, Block2>(gradient, endLine, step, plane, pixel, top + inputRow, inputRow, ref a01, ref a02, ref a11, ref a12, ref a21, ref a22, ref a31, ref a32); break;
                }

                y++;
            }

            Store<TLanes, TVector, TTaps>(chains, chainRow, a00, a01, a02);
            if (TOutputs.Value > 1) Store<TLanes, TVector, TTaps>(chains + chainPlane, chainRow, a10, a11, a12);
            if (TOutputs.Value > 2) Store<TLanes, TVector, TTaps>(chains + 2 * chainPlane, chainRow, a20, a21, a22);
            if (TOutputs.Value > 3) Store<TLanes, TVector, TTaps>(chains + 3 * chainPlane, chainRow, a30, a31, a32);
        }
    }

    /// <summary>One pixel of the output, with all taps inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pixel<TLanes, TVector, TOutputs, TTaps>(
        float* gradient, int at, int plane, float* upper, float* middle, float* lower,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a20, ref TVector a21, ref TVector a22, ref TVector a30, ref TVector a31, ref TVector a32)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
        where TTaps : struct, IBlockSize
    {
        TVector v0 = TLanes.Load(upper), v1 = TTaps.Value > 1 ? TLanes.Load(middle) : default, v2 = TTaps.Value > 2 ? TLanes.Load(lower) : default;
        Output<TLanes, TVector, TTaps>(gradient + at, v0, v1, v2, ref a00, ref a01, ref a02);
        if (TOutputs.Value > 1) Output<TLanes, TVector, TTaps>(gradient + at + plane, v0, v1, v2, ref a10, ref a11, ref a12);
        if (TOutputs.Value > 2) Output<TLanes, TVector, TTaps>(gradient + at + 2 * plane, v0, v1, v2, ref a20, ref a21, ref a22);
        if (TOutputs.Value > 3) Output<TLanes, TVector, TTaps>(gradient + at + 3 * plane, v0, v1, v2, ref a30, ref a31, ref a32);
    }

    /// <summary>Bit <c>k</c>: whether the input row of tap <c>k</c> lies inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Inside<TTaps>(int row, int height)
        where TTaps : struct, IBlockSize
    {
        int inside = (uint)row < (uint)height ? 1 : 0;
        if (TTaps.Value > 1 && (uint)(row + 1) < (uint)height) inside |= 2;
        if (TTaps.Value > 2 && (uint)(row + 2) < (uint)height) inside |= 4;
        return inside;
    }

    /// <summary>One output's gradient for all taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Output<TLanes, TVector, TTaps>(float* gradient, TVector v0, TVector v1, TVector v2, ref TVector a0, ref TVector a1, ref TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TTaps : struct, IBlockSize
    {
        TVector d = TLanes.Load(gradient);
        OutputTaps.Add<TLanes, TVector, TTaps>(d, v0, v1, v2, ref a0, ref a1, ref a2);
    }

    /// <summary>A row of pixels with one or two taps inside the image, which lie below each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line<TLanes, TVector, TOutputs, TTaps>(
        float* gradient, float* end, int step, nint plane, int pixel, float* top, nint inputRow,
        ref TVector a00, ref TVector a01, ref TVector a10, ref TVector a11, ref TVector a20, ref TVector a21, ref TVector a30, ref TVector a31)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
        where TTaps : struct, IBlockSize
    {
        for (; gradient < end; gradient += step, top += pixel)
        {
            TVector v0 = TLanes.Load(top), v1 = TTaps.Value > 1 ? TLanes.Load(top + inputRow) : default;
            Output<TLanes, TVector, TTaps>(gradient, v0, v1, default, ref a00, ref a01, ref a01);
            if (TOutputs.Value > 1) Output<TLanes, TVector, TTaps>(gradient + plane, v0, v1, default, ref a10, ref a11, ref a11);
            if (TOutputs.Value > 2) Output<TLanes, TVector, TTaps>(gradient + 2 * plane, v0, v1, default, ref a20, ref a21, ref a21);
            if (TOutputs.Value > 3) Output<TLanes, TVector, TTaps>(gradient + 3 * plane, v0, v1, default, ref a30, ref a31, ref a31);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TLanes, TVector, TTaps>(float* chains, nint chainRow, out TVector a0, out TVector a1, out TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TTaps : struct, IBlockSize
    {
        a0 = TLanes.Load(chains);
        a1 = TTaps.Value > 1 ? TLanes.Load(chains + chainRow) : default;
        a2 = TTaps.Value > 2 ? TLanes.Load(chains + 2 * chainRow) : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TVector, TTaps>(float* chains, nint chainRow, TVector a0, TVector a1, TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TTaps : struct, IBlockSize
    {
        TLanes.Store(a0, chains);
        if (TTaps.Value > 1) TLanes.Store(a1, chains + chainRow);
        if (TTaps.Value > 2) TLanes.Store(a2, chains + 2 * chainRow);
    }
}

/// <summary>Where the gradients of a tile's outputs lie.</summary>
internal interface IGradientLayout
{
    /// <summary>Whether those of a pixel lie together, <c>[pixel][output][lanes of a vector]</c>, or in the planes of a map.</summary>
    static abstract bool IsPacked { get; }
}

/// <summary>In the map.</summary>
internal readonly struct GradientMap : IGradientLayout
{
    public static bool IsPacked => false;
}

/// <summary>In a copy.</summary>
internal readonly struct GradientStrip : IGradientLayout
{
    public static bool IsPacked => true;
}
