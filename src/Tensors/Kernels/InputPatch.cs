// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// What a convolution's tiles of one place read: the pixels of all input channels, each with the lanes of one group only, close together. In the map of 2^n pixels many channels want the same lines of a first-level
/// cache, and with less than sixteen lanes a vector is a part of a line: what tiles of many channels read does not stay there from one block of outputs to the next. The part of a lane group takes half the place or less, and
/// no two lines of it want the same place of the cache more than others do.
/// </summary>
internal readonly unsafe struct InputPatch
{
    private const int Lanes = LaneLayout.Lanes;

    // What stays in a first-level cache is not worth a copy, nor what few tiles read.
    private const int NearBytes = 24 << 10;
    private const int LeastBlocks = 5;

    // A block of five outputs gives a vector that it reads more to do than one of three.
    private const int LeastWideBlocks = 10;

    // Bytes after which a first-level cache uses the same lines again, and how many channels may want the same: it has room for eight.
    private const int CacheTurn = 4096;
    private const int MostAlike = 6;

    [ThreadStatic]
    private static LaneMemory? _memory;

    private readonly float* _patch;
    private readonly nint _group;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _rowStep;
    private readonly int _columnStep;
    private readonly int _firstRow;
    private readonly int _endRow;
    private readonly bool _isFilled;

    /// <summary>Reserves this thread's memory for a patch where a copy is worth it; else tiles read the map.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="placeRows">Rows of output pixels that a place has, of one tile or two.</param>
    /// <param name="placeColumns">Columns of them.</param>
    /// <param name="row">First row of the output that is wanted.</param>
    /// <param name="end">Row behind the last.</param>
    /// <param name="blocks">Blocks of outputs, for each of which the tiles of a place read it.</param>
    public InputPatch(int lanes, in ConvolutionShape shape, int placeRows, int placeColumns, int row, int end, int blocks)
    {
        int rows = shape.KernelRows + placeRows - 1, columns = shape.KernelColumns + placeColumns - 1;
        (_firstRow, _endRow) = (row, end);
        (_rows, _columns, _rowStep, _columnStep) = (rows, columns, placeRows, placeColumns);
        (Pixel, Row, Plane) = (Lanes, (nint)shape.Width * Lanes, (nint)shape.InputPixels * Lanes);
        long near = (long)shape.InputChannels * Math.Min(rows, shape.Height) * Math.Min(columns, shape.Width) * Lanes * sizeof(float);
        if (lanes == 1 || blocks < (lanes == Lanes ? LeastWideBlocks : LeastBlocks) || (near <= NearBytes && Alike(shape) <= MostAlike)) return;
        (Pixel, Row, Plane) = (lanes, (nint)columns * lanes, (nint)rows * columns * lanes);
        long count = checked(shape.InputChannels * Plane * (Lanes / lanes));
        _group = shape.InputChannels * Plane;
        if (_memory is null || _memory.Count < count) _memory = new LaneMemory(count);
        // Pinned, and kept for the next convolution.
        fixed (float* memory = _memory.All) _patch = memory;
    }

    private InputPatch(int lanes, in ConvolutionShape shape, float* filled)
    {
        _patch = filled;
        _isFilled = true;
        (Pixel, Row, Plane) = (lanes, (nint)shape.Width * lanes, (nint)shape.InputPixels * lanes);
        _group = shape.InputChannels * Plane;
    }

    /// <summary>A patch that was written by who computed what the tiles read: of all pixels of the convolution, under one tap. With sixteen lanes to a vector it is a map.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="patch">The patch, <c>[lane groups][I][pixels][lanes]</c>.</param>
    public static InputPatch Filled(int lanes, in ConvolutionShape shape, float* patch) => new(lanes, shape, patch);

    /// <summary>How many input channels have a pixel at the same place of a first-level cache: all of them in maps of 2^n pixels.</summary>
    private static long Alike(in ConvolutionShape shape)
    {
        long plane = (long)shape.InputPixels * Lanes * sizeof(float), step = Math.Min(CacheTurn, plane & -plane);
        return shape.InputChannels * step / CacheTurn;
    }

    /// <summary>From a pixel of what the tiles read to the next, in floats.</summary>
    public nint Pixel { get; }

    /// <summary>From a row to the next.</summary>
    public nint Row { get; }

    /// <summary>From an input channel to the next.</summary>
    public nint Plane { get; }

    /// <summary>Copies a place, where a copy is worth it, before its tiles read it.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="input">The map.</param>
    /// <param name="row">The place's first row, which may lie outside the image.</param>
    /// <param name="column">The place's first column, which may lie outside the image.</param>
    /// <param name="lanes">Images.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill<TLanes, TVector>(in ConvolutionShape shape, float* input, int row, int column, int lanes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        if (_patch != null && !_isFilled) Copy<TLanes, TVector>(shape, input, row, column, lanes);
    }

    /// <summary>Where the tiles of a place read.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="input">The map.</param>
    /// <param name="row">The first row that the tiles read.</param>
    /// <param name="column">The place's first column, which may lie outside the image.</param>
    /// <param name="skipped">Rows of the place above that one.</param>
    /// <param name="lane">First image of the lane group.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At<TLanes, TVector>(in ConvolutionShape shape, float* input, int row, int column, int skipped, int lane)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct =>
        _patch == null ? input + ((nint)row * shape.Width + column) * Lanes + lane : _patch + lane / TLanes.Lanes * _group + skipped * Row;

    /// <summary>Asks for a part of what the next place is the first to read, while tiles compute: copies alone would wait for memory a tenth of the time.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="input">The map.</param>
    /// <param name="row">This place's first row.</param>
    /// <param name="column">This place's first column.</param>
    /// <param name="part">From which part on, 0..<paramref name="parts"/> - 1.</param>
    /// <param name="end">To which part, without it.</param>
    /// <param name="parts">Number of parts.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(in ConvolutionShape shape, float* input, int row, int column, int part, int end, int parts)
    {
        if (_patch == null || _isFilled || !Sse.IsSupported) return;
        int channel = shape.InputChannels * part / parts, endChannel = shape.InputChannels * end / parts;
        if (column + shape.PaddingColumns + _columnStep < shape.OutputWidth) Prefetch(shape, input, row, column + _columns, _columnStep, channel, endChannel);
        else if (row + shape.PaddingRows + _rowStep < _endRow) Prefetch(shape, input, row + _rowStep, -shape.PaddingColumns, _columns, channel, endChannel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Prefetch(in ConvolutionShape shape, float* input, int row, int column, int columns, int channel, int endChannel)
    {
        // The other rows were read with the place above this one, where there is one.
        int bottom = Math.Min(row + _rows, shape.Height), top = Math.Max(0, row == _firstRow - shape.PaddingRows ? row : row + _rows - _rowStep), left = Math.Max(0, column), right = Math.Min(column + columns, shape.Width);
        for (; channel < endChannel; channel++)
            for (int y = top; y < bottom; y++)
            {
                float* line = input + ((nint)channel * shape.InputPixels + (nint)y * shape.Width) * Lanes;
                // Into the second-level cache: the first is full of what the tiles read.
                for (int x = left; x < right; x++) Sse.Prefetch1(line + (nint)x * Lanes);
            }
    }

    /// <summary>Copies a place to <c>[lane groups][I][rows][columns][lanes]</c>. What lies outside the image is left as it is: no tile reads it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy<TLanes, TVector>(in ConvolutionShape shape, float* input, int row, int column, int lanes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int top = Math.Max(0, -row), bottom = Math.Min(_rows, shape.Height - row), left = Math.Max(0, -column), right = Math.Min(_columns, shape.Width - column);
        if (right <= left) return;
        nint plane = (nint)shape.InputPixels * Lanes, line = (nint)shape.Width * Lanes, patchPlane = Plane, patchRow = Row, group = _group;
        float* channel = input + ((nint)(row + top) * shape.Width + column + left) * Lanes, patch = _patch + top * patchRow + left * TLanes.Lanes;
        int rows = bottom - top, pixels = right - left;
        bool whole = pixels is WholePatch.Columns or ConvolutionTile.Pixels;
        for (int c = shape.InputChannels; c > 0; c--, channel += plane, patch += patchPlane)
        {
            float* source = channel, target = patch;
            // All lane groups of a row, because they share cache lines.
            for (int r = rows; r > 0; r--, source += line, target += patchRow)
            {
                float* to = target;
                for (int lane = 0; lane < lanes; lane += TLanes.Lanes, to += group)
                {
                    if (whole) CopyWhole<TLanes, TVector>(source + lane, to, pixels);
                    else CopyPixels<TLanes, TVector>(source + lane, to, pixels);
                }
            }
        }
    }

    /// <summary>Six pixels or four, of which there are most, without a loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyWhole<TLanes, TVector>(float* from, float* to, int pixels)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        CopyPair<TLanes, TVector>(from, to, 0);
        CopyPair<TLanes, TVector>(from, to, 2);
        if (pixels == WholePatch.Columns) CopyPair<TLanes, TVector>(from, to, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPixels<TLanes, TVector>(float* from, float* to, int pixels)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        for (; pixels > 1; pixels -= 2, from += 2 * Lanes, to += 2 * TLanes.Lanes) CopyPair<TLanes, TVector>(from, to, 0);
        if (pixels > 0) TLanes.Store(TLanes.Load(from), to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPair<TLanes, TVector>(float* from, float* to, int pixel)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector first = TLanes.Load(from + pixel * Lanes), second = TLanes.Load(from + (pixel + 1) * Lanes);
        TLanes.Store(first, to + pixel * TLanes.Lanes);
        TLanes.Store(second, to + (pixel + 1) * TLanes.Lanes);
    }
}
