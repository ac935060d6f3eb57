// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Forward convolution of one block, and with turned weights its input gradient. The bits are those of <see cref="ConvolutionReference"/>.
/// </summary>
internal static unsafe class ConvolutionKernel
{
    /// <summary>Columns of the widest kernel; where rows are pooled in registers, also rows of the highest.</summary>
    public const int LargestKernel = 9;

    /// <summary>Blocks of outputs that a tile computes before the place's next tile reads their weights.</summary>
    public const int BlocksAtOnce = 12;

    /// <summary>Outputs of the largest block, that of 512 bits.</summary>
    public const int MostOutputs = 5;

    private const int Lanes = LaneLayout.Lanes;
    private const int LargestPadding = 256;

    // Rows of a place: with less than sixteen lanes its tiles read the same copy of the input, and where there is one output they can be one tile.
    private const int PlaceRows = ConvolutionTwoRowTile.Rows;

    /// <summary>Brings weights <c>[O, I, KH, KW]</c> into the order of the tiles: for each block of outputs, <c>[I][KH][KW][outputs of the block]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> weights, Span<float> packed)
    {
        int blocks = ChannelBlocks.Count(shape.OutputChannels, LargestBlock(width));
        int perOutput = shape.InputChannels * shape.Taps;
        for (int block = 0; block < blocks; block++)
        {
            int start = ChannelBlocks.Start(shape.OutputChannels, blocks, block);
            int size = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - start;
            Span<float> target = packed.Slice(start * perOutput, size * perOutput);
            for (int o = 0; o < size; o++)
            {
                ReadOnlySpan<float> source = weights.Slice((start + o) * perOutput, perOutput);
                for (int i = 0; i < source.Length; i++) target[i * size + o] = source[i];
            }
        }
    }

    /// <summary>The same for the input gradient of <paramref name="shape"/>: channels exchanged, kernel turned by half a turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackTurned(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> weights, Span<float> packed)
    {
        int blocks = ChannelBlocks.Count(shape.InputChannels, LargestBlock(width));
        int taps = shape.Taps;
        if (weights.Length < shape.WeightCount || packed.Length < shape.WeightCount) throw new ArgumentException($"memory too small for the weights of the convolution {shape}");
        for (int block = 0; block < blocks; block++)
        {
            int start = ChannelBlocks.Start(shape.InputChannels, blocks, block);
            int size = ChannelBlocks.Start(shape.InputChannels, blocks, block + 1) - start;
            Span<float> target = packed.Slice(start * shape.OutputChannels * taps, size * shape.OutputChannels * taps);
            fixed (float* kernels = weights, targets = target)
            {
                // In the order of what is written; the weights of a block's channels, a line or three, are read once for each tap.
                float* to = targets;
                for (int o = 0; o < shape.OutputChannels; o++)
                {
                    float* first = kernels + (nint)(o * shape.InputChannels + start) * taps;
                    for (int tap = taps - 1; tap >= 0; tap--)
                        for (float* source = first + tap, end = source + size * taps; source < end; source += taps) *to++ = *source;
                }
            }
        }
    }

    /// <summary>
    /// Number of blocks of outputs. A block is a convolution of its own: a shape with as many outputs, the weights and biases from its first output on.
    /// </summary>
    public static int Blocks(VectorWidth width, in ConvolutionShape shape) => ChannelBlocks.Count(shape.OutputChannels, LargestBlock(width));

    /// <summary>Output of the lane groups that hold images. An empty bias means none.</summary>
    /// <param name="width">Vector width, the same as for packing.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="packed">Packed weights.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[O][OH][OW][16]</c>.</param>
    public static void Forward(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, int lanes, Span<float> y) =>
        Forward(width, shape, x, packed, bias, Activation.Identity, lanes, y, []);

    /// <summary>The same with the chain of <see cref="ActivationKernel"/> behind it.</summary>
    /// <param name="width">Vector width, the same as for packing.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="packed">Packed weights.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="activation">The chain.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[O][OH][OW][16]</c>.</param>
    /// <param name="masks">Receives for each output value the lanes in which the gradient passes the chain; empty in inference.</param>
    public static void Forward(
        VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, in Activation activation, int lanes, Span<float> y, Span<ushort> masks) =>
        Forward(width, shape, 0, shape.OutputHeight, x, packed, bias, activation, lanes, y, masks);

    /// <summary>The same for some rows of the output: <paramref name="row"/> to the one before <paramref name="end"/>, of all outputs. A kernel of one tap takes all.</summary>
    public static void Forward(
        VectorWidth width, in ConvolutionShape shape, int row, int end, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, in Activation activation, int lanes, Span<float> y, Span<ushort> masks)
    {
        CheckRows(shape, row, end);
        // Where no tap can leave the image, rows are one long row, which fills the tiles of small maps.
        bool isLong = shape is { KernelRows: 1, KernelColumns: 1, PaddingRows: 0, PaddingColumns: 0 };
        if (isLong && end - row < shape.OutputHeight) throw new ArgumentException($"the rows of the convolution {shape} are one");
        ConvolutionShape rows = isLong ? shape with { Height = 1, Width = shape.InputPixels } : shape;
        Check(rows, x.Length, packed.Length, bias.Length, lanes);
        if (y.Length < (long)shape.OutputChannels * shape.OutputPixels * Lanes) throw new ArgumentException($"too little output for the convolution {shape}");
        if (!masks.IsEmpty && masks.Length < shape.OutputChannels * shape.OutputPixels) throw new ArgumentException($"too few masks for the convolution {shape}");
        LaneBits.ClearRows(width, lanes, shape, row, end, masks);
        fixed (float* input = x, weights = packed, offsets = bias, output = y)
        fixed (ushort* passes = masks)
        {
            Run(width, rows, new Call
            {
                FirstRow = isLong ? 0 : row,
                EndRow = isLong ? 1 : end,
                Input = input,
                Packed = weights,
                Bias = offsets,
                Output = output,
                OutputLane = 1,
                OutputPlane = (nint)shape.OutputPixels * Lanes,
                OutputPixel = Lanes,
                Masks = passes,
                Activation = activation,
                Lanes = lanes,
                LargestBlock = LargestBlock(width),
            });
        }
    }

    /// <summary>Four pixels under a kernel of one tap, whose input was laid out as an <see cref="InputPatch"/> by who gave it: <c>[lane groups][I][4][lanes]</c>.</summary>
    /// <param name="width">Vector width, the same as for packing; not <see cref="VectorWidth.Scalar"/>.</param>
    /// <param name="shape">The convolution of these pixels: one row of four.</param>
    /// <param name="x">Their input.</param>
    /// <param name="packed">Packed weights.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="activation">The chain.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Their output: the patch of the next kernel of one tap, or from the first of them on a map <c>[O][pixels][16]</c>.</param>
    /// <param name="mapPixels">Pixels of that map, or 0 for a patch.</param>
    public static void ForwardPatch(
        VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, in Activation activation, int lanes, Span<float> y, int mapPixels)
    {
        const int Pixels = ConvolutionTile.Pixels;
        if (width == VectorWidth.Scalar || shape is not { Taps: 1, Height: 1, Width: Pixels, PaddingRows: 0, PaddingColumns: 0 }) throw new ArgumentException($"not four pixels under one tap for vectors: {shape}");
        Check(shape, x.Length, packed.Length, bias.Length, lanes);
        bool isMap = mapPixels > 0;
        if (y.Length < (isMap ? ((shape.OutputChannels - 1L) * mapPixels + Pixels) * Lanes : (long)shape.OutputChannels * Pixels * Lanes)) throw new ArgumentException($"too little output for four pixels of the convolution {shape}");
        fixed (float* input = x, weights = packed, offsets = bias, output = y)
        {
            Run(width, shape, new Call
            {
                EndRow = 1,
                Input = input,
                IsPatch = true,
                Packed = weights,
                Bias = offsets,
                Output = output,
                OutputLane = isMap ? 1 : shape.OutputChannels * Pixels,
                OutputPlane = isMap ? (nint)mapPixels * Lanes : Pixels * (int)width,
                OutputPixel = isMap ? Lanes : (int)width,
                Activation = activation,
                Lanes = lanes,
                LargestBlock = LargestBlock(width),
            });
        }
    }

    /// <summary>What a call passes down unchanged.</summary>
    private struct Call
    {
        public int FirstRow;
        public int EndRow;
        public float* Input;

        /// <summary>Whether the input is a patch.</summary>
        public bool IsPatch;

        public float* Packed;
        public float* Bias;
        public float* Output;

        /// <summary>How far a lane group of the output lies behind the first one, divided by its first image.</summary>
        public nint OutputLane;

        /// <summary>As for <see cref="ConvolutionTileArguments"/>.</summary>
        public nint OutputPlane;

        /// <summary>As for <see cref="ConvolutionTileArguments"/>.</summary>
        public nint OutputPixel;

        public ushort* Masks;
        public Activation Activation;
        public int Lanes;
        public int LargestBlock;
    }

    // 512 bits come with 32 registers, the narrower widths on x64 with 16: three channels times four pixels, three weights and an input.
    // Without hardware support each multiply-add is a call, which saves all accumulators: one channel.
    private static int LargestBlock(VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => MostOutputs,
        VectorWidth.Scalar => 1,
        _ => 3,
    };

    /// <summary>Refuses shapes that are not supported, and memory that is too small for what a convolution reads.</summary>
    public static void Check(in ConvolutionShape shape, int x, int packed, int bias, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.KernelColumns, LargestKernel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.PaddingColumns, LargestPadding);
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.InputChannels, 1);
        if (x < (long)shape.InputChannels * shape.InputPixels * Lanes || packed < shape.WeightCount || (bias != 0 && bias < shape.OutputChannels))
            throw new ArgumentException($"memory too small for the convolution {shape}");
    }

    /// <summary>Refuses rows that the output does not have, and none.</summary>
    public static void CheckRows(in ConvolutionShape shape, int row, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, row);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, shape.OutputHeight);
    }

    private static void Run(VectorWidth width, in ConvolutionShape shape, in Call call)
    {
        switch (width)
        {
            case VectorWidth.Vector512: ChainChoice.Run(call.Activation, call.Masks != null, new Work<Lanes512, Vector512<float>>(shape, call)); break;
            case VectorWidth.Vector256: ChainChoice.Run(call.Activation, call.Masks != null, new Work<Lanes256, Vector256<float>>(shape, call)); break;
            case VectorWidth.Vector128: ChainChoice.Run(call.Activation, call.Masks != null, new Work<Lanes128, Vector128<float>>(shape, call)); break;
            default: ChainChoice.Run(call.Activation, call.Masks != null, new Work<LanesScalar, float>(shape, call)); break;
        }
    }

    private readonly struct Work<TLanes, TVector>(ConvolutionShape shape, Call call) : IChainWork
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        public void Run<TChain>()
            where TChain : struct, IChain => ConvolutionKernel.Run<TLanes, TVector, TChain>(shape, call);
    }

    // Fully compiled from the first call on: a tile of a first layer takes a hundred nanoseconds, less than the way to it in unoptimized code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TChain>(in ConvolutionShape shape, in Call call)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        float* laneMemory = stackalloc float[2 * Lanes];
        float* laneMask = LaneLayout.Align(laneMemory);
        for (int lane = 0; lane < Lanes; lane++) laneMask[lane] = BitConverter.UInt32BitsToSingle(lane < call.Lanes ? uint.MaxValue : 0);
        if (ConvolutionPixelTile.Takes(TLanes.Lanes, shape))
        {
            var tile = new ConvolutionTileArguments { Input = call.Input, Weights = call.Packed, Bias = call.Bias, Output = call.Output, PassMasks = call.Masks, Activation = call.Activation, LaneMask = laneMask };
            ConvolutionPixelTile.RunBlocks<TLanes, TVector, TChain>(shape, tile, call.LargestBlock, call.Lanes);
            return;
        }

        byte* tapMasks = stackalloc byte[ConvolutionBorders.Tiles(shape) * LargestKernel];
        int rows = IsNarrow(TLanes.Lanes) || ConvolutionTwoRowTile.Takes(TLanes.Lanes, shape) ? Math.Min(PlaceRows, call.EndRow - call.FirstRow) : 1;
        InputPatch patch = call.IsPatch
            ? InputPatch.Filled(TLanes.Lanes, shape, call.Input)
            : new InputPatch(TLanes.Lanes, shape, rows, ConvolutionTile.Pixels, call.FirstRow, call.EndRow, ChannelBlocks.Count(shape.OutputChannels, call.LargestBlock));
        ConvolutionTileArguments* tiles = stackalloc ConvolutionTileArguments[PlaceRows];
        for (int i = 0; i < rows; i++)
            tiles[i] = new ConvolutionTileArguments
            {
                InputPlane = patch.Plane,
                InputRow = patch.Row,
                InputPixel = patch.Pixel,
                OutputPixels = shape.OutputPixels,
                OutputPlane = call.OutputPlane,
                OutputPixel = call.OutputPixel,
                InputChannels = shape.InputChannels,
                KernelColumns = shape.KernelColumns,
                Activation = call.Activation,
            };
        for (int row = call.FirstRow; row < call.EndRow; row += rows)
        {
            rows = Math.Min(rows, call.EndRow - row);
            byte* border = tapMasks;
            for (int start = 0; start < shape.OutputWidth; start += ConvolutionTile.Pixels)
            {
                // The last tile of a row moves back where it would reach over the end: some pixels are found twice.
                int column = IsVector(TLanes.Lanes) ? Math.Max(0, Math.Min(start, shape.OutputWidth - ConvolutionTile.Pixels)) : start;
                TilePlace place = ConvolutionBorders.Place(TLanes.Lanes, shape, column);
                byte* masks = border;
                if (place == TilePlace.Border)
                {
                    // The same in every row.
                    if (row == call.FirstRow) ConvolutionBorders.FillTapMasks(shape, column, border);
                    border += LargestKernel;
                }

                patch.Fill<TLanes, TVector>(shape, call.Input, row - shape.PaddingRows, column - shape.PaddingColumns, call.Lanes);
                for (int lane = 0; lane < call.Lanes; lane += TLanes.Lanes)
                {
                    for (int i = 0; i < rows; i++)
                    {
                        tiles[i].Lane = lane;
                        tiles[i].LaneMask = laneMask + lane;
                        tiles[i].TapMasks = masks;
                        Aim<TLanes, TVector>(shape, call, ref tiles[i], patch, row, i, column, place);
                    }

                    RunPlace<TLanes, TVector, TChain>(shape, call, tiles, rows, patch, row, column);
                }
            }
        }
    }

    /// <summary>Where a tile of a place reads, and which kernel rows.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="call">The call.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="patch">The copy of the place, or none.</param>
    /// <param name="first">First row of the output that the place has.</param>
    /// <param name="under">The tile's row below it.</param>
    /// <param name="column">The tile's first column.</param>
    /// <param name="place">Where its columns lie.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Aim<TLanes, TVector>(in ConvolutionShape shape, in Call call, ref ConvolutionTileArguments tile, in InputPatch patch, int first, int under, int column, TilePlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int row = first + under, firstRow = Math.Max(0, shape.PaddingRows - row), endRow = Math.Min(shape.KernelRows, shape.Height + shape.PaddingRows - row);
        tile.Input = patch.At<TLanes, TVector>(shape, call.Input, row - shape.PaddingRows + firstRow, column - shape.PaddingColumns, under + firstRow, tile.Lane);
        tile.KernelRows = endRow - firstRow;
        tile.Place = tile.KernelRows <= 0 ? TilePlace.Border : place;
        tile.Pixels = Math.Min(ConvolutionTile.Pixels, shape.OutputWidth - column);
    }

    /// <summary>All output channels of four columns and some rows. The rows follow one another for each block of outputs, whose weights stay near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunPlace<TLanes, TVector, TChain>(in ConvolutionShape shape, in Call call, ConvolutionTileArguments* tiles, int rows, in InputPatch patch, int row, int column)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        nint taps = shape.Taps, perOutput = shape.InputChannels * taps, outputPixels = shape.OutputPixels;
        // As ChannelBlocks cuts, without its divisions.
        int blocks = ChannelBlocks.Count(shape.OutputChannels, call.LargestBlock), small = shape.OutputChannels / blocks, large = shape.OutputChannels - blocks * small;
        bool together = rows == PlaceRows && ConvolutionTwoRowTile.Takes(TLanes.Lanes, shape) && tiles[0].Place != TilePlace.Border && tiles[1].Place != TilePlace.Border;
        int size, count;
        for (int block = 0, start = 0; block < blocks; block += count, start += count * size)
        {
            size = block < large ? small + 1 : small;
            count = IsVector(TLanes.Lanes) ? Math.Min(BlocksAtOnce, (block < large ? large : blocks) - block) : 1;
            for (int i = 0; i < rows; i++)
            {
                ref ConvolutionTileArguments tile = ref tiles[i];
                nint skipped = Math.Max(0, shape.PaddingRows - row - i) * shape.KernelColumns, pixel = (row + i) * shape.OutputWidth + column;
                tile.Weights = call.Packed + start * perOutput + skipped * size;
                tile.WeightPlane = taps * size;
                tile.Bias = call.Bias == null ? null : call.Bias + start;
                tile.Output = call.Output + tile.Lane * call.OutputLane + start * call.OutputPlane + pixel * call.OutputPixel;
                tile.PassMasks = TChain.Marks ? call.Masks + start * outputPixels + pixel : null;
                tile.Blocks = count;
                if (!together) ConvolutionTileChoice.Run<TLanes, TVector, TChain>(ref tile, size);
            }

            if (together) ConvolutionTileChoice.RunRows<TLanes, TVector, TChain>(tiles[0], tiles[1]);
            if (tiles->Lane == 0) patch.Expect(shape, call.Input, row - shape.PaddingRows, column - shape.PaddingColumns, block, block + count, blocks);
        }
    }

    /// <summary>Whether a width has sixteen registers; a multiply-add of the scalar width is a call.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    public static bool IsNarrow(int lanes) => lanes is > 1 and < Lanes;

    /// <summary>Whether a width computes several images at once.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    public static bool IsVector(int lanes) => lanes > 1;
}
