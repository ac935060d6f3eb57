// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// What a convolution's tiles of one place read, for widths of less than sixteen lanes: the pixels of all input channels, each with the lanes of one group only, close together. In the map a vector is a part of a
/// cache line, and as many lines as a tile of many channels reads do not stay in a first-level cache from one block of outputs to the next; the patch takes half the place or less, and no two lines of it want the
/// same place of the cache more than others do.
/// </summary>
internal static unsafe class InputPatch
{
    private const int Lanes = LaneLayout.Lanes;

    // What stays in half of a first-level cache is not worth a copy, nor what few tiles read.
    private const int NearBytes = 16 << 10;
    private const int LeastBlocks = 4;

    [ThreadStatic]
    private static LaneMemory? t_memory;

    /// <summary>Whether a copy is worth it.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="rows">Rows that a tile reads.</param>
    /// <param name="columns">Columns that a tile reads.</param>
    /// <param name="blocks">Tiles that read the same place.</param>
    public static bool IsWorthwhile(int lanes, in ConvolutionShape shape, int rows, int columns, int blocks) =>
        lanes < Lanes && lanes > 1 && blocks >= LeastBlocks && (long)shape.InputChannels * rows * columns * Lanes * sizeof(float) > NearBytes;

    /// <summary>Memory of this thread for a patch. It is kept for the next one.</summary>
    public static float* Memory(int lanes, in ConvolutionShape shape, int rows, int columns)
    {
        long count = (long)shape.InputChannels * rows * columns * lanes;
        if (t_memory is null || t_memory.Count < count) t_memory = new LaneMemory(count);
        // Pinned.
        fixed (float* memory = t_memory.All) return memory;
    }

    /// <summary>Copies a patch to <c>[I][rows][columns][lanes]</c>. What lies outside the image is left as it is.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="input">The map, at the lane group.</param>
    /// <param name="row">First row, which may lie outside the image.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="column">First column, which may lie outside the image.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="patch">Receives the copy.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<TLanes, TVector>(in ConvolutionShape shape, float* input, int row, int rows, int column, int columns, float* patch)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int top = Math.Max(0, -row), bottom = Math.Min(rows, shape.Height - row), left = Math.Max(0, -column), right = Math.Min(columns, shape.Width - column);
        if (right <= left) return;
        nint plane = (nint)shape.InputPixels * Lanes, line = (nint)shape.Width * Lanes;
        float* channel = input + ((nint)(row + top) * shape.Width + column + left) * Lanes;
        patch += (nint)(top * columns + left) * TLanes.Lanes;
        for (int c = shape.InputChannels; c > 0; c--, channel += plane, patch += (nint)rows * columns * TLanes.Lanes)
        {
            float* source = channel, target = patch;
            for (int r = bottom - top; r > 0; r--, source += line, target += (nint)columns * TLanes.Lanes)
            {
                float* from = source, to = target;
                int pixels = right - left;
                for (; pixels > 1; pixels -= 2, from += 2 * Lanes, to += 2 * TLanes.Lanes)
                {
                    TVector first = TLanes.Load(from), second = TLanes.Load(from + Lanes);
                    TLanes.Store(first, to);
                    TLanes.Store(second, to + TLanes.Lanes);
                }

                if (pixels > 0) TLanes.Store(TLanes.Load(from), to);
            }
        }
    }
}
