// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Forward convolution of one block with the maximum pooling of two by two pixels behind it, and a rectifier and clamp as <see cref="RectifiedPoolKernel"/> takes them. A quarter of the values is stored.
/// The bits are those of <see cref="ConvolutionReference"/>, chain and pooling one after the other.
/// </summary>
internal static unsafe class ConvolutionPoolKernel
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Side = ConvolutionPoolTile.Side;
    private const int MostTaps = ConvolutionKernel.LargestKernel * ConvolutionKernel.LargestKernel;

    // Windows of a place, which read the same copy of the input: where sixteen lanes are one vector there is no copy.
    private const int PlaceWindows = 2;

    /// <summary>Whether a pooling and the chain in front of it can be done in the registers of a convolution.</summary>
    public static bool Takes(in ConvolutionShape shape, in PoolingShape pool, in Activation chain) =>
        pool is { Rows: Side, Columns: Side, TilesExactly: true } && shape.KernelRows <= ConvolutionKernel.LargestKernel && RectifiedPoolKernel.Takes(chain);

    /// <summary>Pooled output of the lane groups that hold images.</summary>
    /// <param name="width">Vector width, the same as for packing.</param>
    /// <param name="shape">The convolution, with an even number of output rows and columns.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="packed">Weights as <see cref="ConvolutionKernel.Pack"/> gives them.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="chain">A chain that <see cref="Takes"/> allows.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Pooled output <c>[O][OH/2][OW/2][16]</c>.</param>
    /// <param name="routes">Receives for each pixel in front of the pooling the lanes in which it wins its window and passes the chain; empty in inference.</param>
    public static void Forward(
        VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, in Activation chain, int lanes, Span<float> y, Span<ushort> routes) =>
        Forward(width, shape, 0, shape.OutputHeight, x, packed, bias, chain, lanes, y, routes);

    /// <summary>The same for the windows of some rows in front of the pooling: an even <paramref name="row"/> to the one before <paramref name="end"/>, which is even too, of all outputs.</summary>
    public static void Forward(
        VectorWidth width, in ConvolutionShape shape, int row, int end, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, in Activation chain, int lanes, Span<float> y, Span<ushort> routes)
    {
        ConvolutionKernel.CheckRows(shape, row, end);
        if (row % Side != 0 || end % Side != 0) throw new ArgumentException($"rows {row} to {end} of the convolution {shape} are no whole windows");
        var pool = new PoolingShape(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth, Side, Side, Side);
        if (!Takes(shape, pool, chain)) throw new ArgumentException($"windows of 2x2 do not tile the output of the convolution {shape}, its kernel is too high, or {chain} may change the order of values");
        ConvolutionKernel.Check(shape, x.Length, packed.Length, bias.Length, lanes);
        if (y.Length < (long)pool.Channels * pool.OutputPixels * Lanes || (!routes.IsEmpty && routes.Length < (long)pool.Channels * pool.InputPixels))
            throw new ArgumentException($"memory too small for the pooled convolution {shape}");
        LaneBits.ClearRows(width, lanes, shape, row, end, routes);
        Span<float> none = stackalloc float[ConvolutionKernel.BlocksAtOnce * ConvolutionKernel.MostOutputs];
        if (bias.IsEmpty) none.Fill(-0f);
        fixed (float* input = x, weights = packed, offsets = bias.IsEmpty ? none : bias, output = y)
        fixed (ushort* bits = routes)
        {
            var call = new Call
            {
                FirstRow = row,
                EndRow = end,
                Input = input,
                Packed = weights,
                Bias = offsets,
                HasBias = !bias.IsEmpty,
                Output = output,
                Routes = bits,
                High = chain.High,
                Lanes = lanes,
                Blocks = ConvolutionKernel.Blocks(width, shape),
            };
            switch (width)
            {
                case VectorWidth.Vector512: RunMode<Lanes512, Vector512<float>>(shape, call); break;
                case VectorWidth.Vector256: RunMode<Lanes256, Vector256<float>>(shape, call); break;
                case VectorWidth.Vector128: RunMode<Lanes128, Vector128<float>>(shape, call); break;
                default: RunMode<LanesScalar, float>(shape, call); break;
            }
        }
    }

    /// <summary>What a call passes down unchanged.</summary>
    private struct Call
    {
        public int FirstRow;
        public int EndRow;
        public float* Input;
        public float* Packed;
        public float* Bias;
        public bool HasBias;
        public float* Output;
        public ushort* Routes;
        public float High;
        public int Lanes;
        public int Blocks;
    }

    private static void RunMode<TLanes, TVector>(in ConvolutionShape shape, in Call call)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        if (call.Routes == null) Run<TLanes, TVector, PoolInference>(shape, call);
        else Run<TLanes, TVector, PoolTraining>(shape, call);
    }

    // Fully compiled from the first call on, as the walk without pooling.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TMode>(in ConvolutionShape shape, in Call call)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TMode : struct, IPoolMode
    {
        float* laneMemory = stackalloc float[2 * Lanes];
        float* laneMask = LaneLayout.Align(laneMemory);
        for (int lane = 0; lane < Lanes; lane++) laneMask[lane] = BitConverter.UInt32BitsToSingle(lane < call.Lanes ? uint.MaxValue : 0);
        byte* tapMasks = stackalloc byte[PlaceWindows * MostTaps];
        int windows = ConvolutionKernel.IsNarrow(TLanes.Lanes) ? Math.Min(PlaceWindows, shape.OutputWidth / Side) : 1;
        var patch = new InputPatch(TLanes.Lanes, shape, Side, windows * Side, call.FirstRow, call.EndRow, call.Blocks);
        ConvolutionPoolTileArguments* tiles = stackalloc ConvolutionPoolTileArguments[PlaceWindows];
        for (int i = 0; i < windows; i++)
            tiles[i] = new ConvolutionPoolTileArguments
            {
                High = call.High,
                OutputPixels = shape.OutputPixels,
                OutputWidth = shape.OutputWidth,
                OutputPlane = (nint)(shape.OutputPixels / (Side * Side)) * Lanes,
                InputPlane = patch.Plane,
                InputRow = patch.Row,
                InputPixel = patch.Pixel,
                InputChannels = shape.InputChannels,
                KernelColumns = shape.KernelColumns,
            };
        for (int row = call.FirstRow; row < call.EndRow; row += Side)
            for (int column = 0; column < shape.OutputWidth; column += windows * Side)
            {
                int count = Math.Min(windows, (shape.OutputWidth - column) / Side);
                for (int i = 0; i < count; i++)
                {
                    tiles[i].Place = Place(TLanes.Lanes, shape, row - shape.PaddingRows, column + i * Side - shape.PaddingColumns);
                    if (tiles[i].Place == WindowPlace.Border) FillTapMasks(shape, row - shape.PaddingRows, column + i * Side - shape.PaddingColumns, tapMasks + i * MostTaps);
                }

                patch.Fill<TLanes, TVector>(shape, call.Input, row - shape.PaddingRows, column - shape.PaddingColumns, call.Lanes);
                for (int lane = 0; lane < call.Lanes; lane += TLanes.Lanes)
                {
                    for (int i = 0; i < count; i++)
                    {
                        tiles[i].Lane = lane;
                        tiles[i].LaneMask = laneMask + lane;
                        tiles[i].TapMasks = tapMasks + i * MostTaps;
                        Aim<TLanes, TVector>(shape, call, ref tiles[i], patch, row, column, i);
                    }

                    RunPlace<TLanes, TVector, TMode>(shape, call, tiles, count, patch, row, column);
                }
            }
    }

    /// <summary>Where a window of a place reads, and which kernel rows.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="call">The call.</param>
    /// <param name="tile">The window's tile.</param>
    /// <param name="patch">The copy of the place, or none.</param>
    /// <param name="row">First row of the window.</param>
    /// <param name="column">First column of the place.</param>
    /// <param name="window">Which window of the place it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Aim<TLanes, TVector>(in ConvolutionShape shape, in Call call, ref ConvolutionPoolTileArguments tile, in InputPatch patch, int row, int column, int window)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int firstRow = Math.Max(0, shape.PaddingRows - Side + 1 - row), endRow = Math.Min(shape.KernelRows, shape.Height + shape.PaddingRows - row);
        tile.Input = patch.At<TLanes, TVector>(shape, call.Input, row - shape.PaddingRows + firstRow, column - shape.PaddingColumns, firstRow, tile.Lane) + window * Side * patch.Pixel;
        tile.TapMasks += firstRow * shape.KernelColumns;
        tile.KernelRows = endRow - firstRow;
        if (tile.KernelRows <= 0) tile.Place = WindowPlace.Border;
        tile.RowsAbove = row + firstRow < shape.PaddingRows ? 1 : 0;
        tile.RowsBelow = row + endRow == shape.Height + shape.PaddingRows ? 1 : 0;
    }

    /// <summary>All output channels of some windows beside each other. The windows follow one another for each block of outputs, whose weights stay near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunPlace<TLanes, TVector, TMode>(in ConvolutionShape shape, in Call call, ConvolutionPoolTileArguments* tiles, int windows, in InputPatch patch, int row, int column)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TMode : struct, IPoolMode
    {
        int firstTap = Math.Max(0, shape.PaddingRows - Side + 1 - row) * shape.KernelColumns, skippedTaps = (shape.KernelRows - tiles->KernelRows) * shape.KernelColumns;
        nint perOutput = (nint)shape.InputChannels * shape.Taps, outputPixels = shape.OutputPixels, first = row * shape.OutputWidth + column;
        float* output = call.Output + tiles->Lane + (row / Side * (shape.OutputWidth / Side) + column / Side) * Lanes;
        // As ChannelBlocks cuts, without its divisions.
        int blocks = call.Blocks, small = shape.OutputChannels / blocks, large = shape.OutputChannels - blocks * small;
        int size, count;
        for (int block = 0, start = 0; block < blocks; block += count, start += count * size)
        {
            size = block < large ? small + 1 : small;
            count = ConvolutionKernel.IsVector(TLanes.Lanes) ? Math.Min(ConvolutionKernel.BlocksAtOnce, (block < large ? large : blocks) - block) : 1;
            for (int i = 0; i < windows; i++)
            {
                ref ConvolutionPoolTileArguments tile = ref tiles[i];
                tile.Weights = call.Packed + start * perOutput + firstTap * size;
                tile.BlockWeights = size * perOutput;
                tile.SkippedWeights = skippedTaps * size;
                tile.Bias = call.HasBias ? call.Bias + start : call.Bias;
                tile.Output = output + start * tile.OutputPlane + i * Lanes;
                tile.Routes = TMode.Routes ? call.Routes + start * outputPixels + first + i * Side : null;
                tile.Blocks = count;
                RunTile<TLanes, TVector, TMode>(ref tile, size, tile.Place);
            }

            if (tiles->Lane == 0) patch.Expect(shape, call.Input, row - shape.PaddingRows, column - shape.PaddingColumns, block, block + count, blocks);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TLanes, TVector, TMode>(ref ConvolutionPoolTileArguments tile, int size, WindowPlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TMode : struct, IPoolMode
    {
        switch (size)
        {
            case 1: RunTile<TLanes, TVector, Block1, TMode>(ref tile, place); break;
            case 2: RunTile<TLanes, TVector, Block2, TMode>(ref tile, place); break;
            case 3: RunTile<TLanes, TVector, Block3, TMode>(ref tile, place); break;
            case 4: RunTile<TLanes, TVector, Block4, TMode>(ref tile, place); break;
            default: RunTile<TLanes, TVector, Block5, TMode>(ref tile, place); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TLanes, TVector, TBlock, TMode>(ref ConvolutionPoolTileArguments tile, WindowPlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TMode : struct, IPoolMode
    {
        bool fits = TLanes.Lanes == Lanes || (ConvolutionKernel.IsNarrow(TLanes.Lanes) && TBlock.Value <= ConvolutionPoolColumnTile.LargestBlock);
        if (fits && tile.KernelColumns == ConvolutionPoolColumnTile.Columns && place != WindowPlace.Border) RunColumns<TLanes, TVector, TBlock, TMode>(ref tile, place);
        else
            for (int blocks = tile.Blocks; blocks > 0; blocks--, tile.MoveToNextBlock(TBlock.Value, TMode.Routes))
                if (place == WindowPlace.Interior) ConvolutionPoolTile.Run<TLanes, TVector, TBlock, Interior, TMode>(tile);
                else ConvolutionPoolTile.Run<TLanes, TVector, TBlock, Border, TMode>(tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunColumns<TLanes, TVector, TBlock, TMode>(ref ConvolutionPoolTileArguments tile, WindowPlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TMode : struct, IPoolMode
    {
        switch (place)
        {
            case WindowPlace.OneLeftOutside: RunStride<TLanes, TVector, TBlock, OneLeftOutside, TMode>(ref tile); break;
            case WindowPlace.TwoLeftOutside: RunStride<TLanes, TVector, TBlock, TwoLeftOutside, TMode>(ref tile); break;
            case WindowPlace.OneRightOutside: RunStride<TLanes, TVector, TBlock, OneRightOutside, TMode>(ref tile); break;
            case WindowPlace.TwoRightOutside: RunStride<TLanes, TVector, TBlock, TwoRightOutside, TMode>(ref tile); break;
            default: RunStride<TLanes, TVector, TBlock, WholeColumns, TMode>(ref tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunStride<TLanes, TVector, TBlock, TColumns, TMode>(ref ConvolutionPoolTileArguments tile)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
        where TMode : struct, IPoolMode
    {
        if (TLanes.Lanes == Lanes) RunWide<TLanes, TVector, TBlock, TColumns, TMode>(ref tile);
        else if (tile.InputPixel == Lanes) ConvolutionPoolColumnTile.Run<TLanes, TVector, TBlock, TColumns, MapPixels, TMode>(ref tile);
        else if (WholePatch.Holds(TLanes.Lanes, tile.InputPlane) && tile.KernelRows == WholePatch.Kernel && (tile.RowsAbove | tile.RowsBelow | tile.SkippedWeights) == 0) ConvolutionPoolPatchTile.Run<TLanes, TVector, TBlock, TColumns, TMode>(ref tile);
        else ConvolutionPoolColumnTile.Run<TLanes, TVector, TBlock, TColumns, PatchPixels, TMode>(ref tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunWide<TLanes, TVector, TBlock, TColumns, TMode>(ref ConvolutionPoolTileArguments tile)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TColumns : struct, IWindowColumns
        where TMode : struct, IPoolMode
    {
        if (tile.RowsAbove != 0) ConvolutionWidePoolTile.Run<TLanes, TVector, TBlock, TColumns, OneRowAbove, TMode>(ref tile);
        else if (tile.RowsBelow != 0) ConvolutionWidePoolTile.Run<TLanes, TVector, TBlock, TColumns, OneRowBelow, TMode>(ref tile);
        else ConvolutionWidePoolTile.Run<TLanes, TVector, TBlock, TColumns, WholeRows, TMode>(ref tile);
    }

    /// <summary>Where a window lies that begins at a row and a column of the input.</summary>
    private static WindowPlace Place(int lanes, in ConvolutionShape shape, int row, int column)
    {
        bool insideColumns = IsInside(column, shape.KernelColumns, shape.Width);
        if (insideColumns && IsInside(row, shape.KernelRows, shape.Height)) return WindowPlace.Interior;
        if (!ConvolutionKernel.IsVector(lanes) || shape.KernelColumns != ConvolutionPoolColumnTile.Columns) return WindowPlace.Border;
        // The tile of sixteen lanes has rows outside on one side only.
        if (lanes == Lanes && row < 0 && row + Side - 1 + shape.KernelRows > shape.Height) return WindowPlace.Border;
        int left = Math.Max(0, -column), right = Math.Max(0, column + Side + ConvolutionPoolColumnTile.Columns - 1 - shape.Width);
        return (left, right) switch
        {
            (0, 0) => WindowPlace.WholeColumns,
            (1, 0) => WindowPlace.OneLeftOutside,
            (2, 0) => WindowPlace.TwoLeftOutside,
            (0, 1) => WindowPlace.OneRightOutside,
            (0, 2) => WindowPlace.TwoRightOutside,
            _ => WindowPlace.Border,
        };
    }

    /// <summary>Whether all taps of both pixels of a window that begin at <paramref name="first"/> lie inside the image in one direction.</summary>
    private static bool IsInside(int first, int kernel, int length) => first >= 0 && first + Side - 1 + kernel - 1 < length;

    /// <summary>For each tap, which of the window's pixels have it inside the image.</summary>
    private static void FillTapMasks(in ConvolutionShape shape, int firstRow, int firstColumn, byte* masks)
    {
        for (int ky = 0; ky < shape.KernelRows; ky++)
        {
            int rows = (IsPixel(firstRow + ky, shape.Height) ? 0b0011 : 0) | (IsPixel(firstRow + ky + 1, shape.Height) ? 0b1100 : 0);
            for (int kx = 0; kx < shape.KernelColumns; kx++)
            {
                int columns = (IsPixel(firstColumn + kx, shape.Width) ? 0b0101 : 0) | (IsPixel(firstColumn + kx + 1, shape.Width) ? 0b1010 : 0);
                *masks++ = (byte)(rows & columns);
            }
        }
    }

    private static bool IsPixel(int position, int length) => (uint)position < (uint)length;
}
