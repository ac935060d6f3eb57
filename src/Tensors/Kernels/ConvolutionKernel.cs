// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Forward convolution of one block, and with turned weights its input gradient. The bits are those of <see cref="ConvolutionReference"/>.
/// </summary>
internal static unsafe class ConvolutionKernel
{
    private const int Lanes = LaneLayout.Lanes;
    private const int LargestKernel = 9;

    /// <summary>Brings weights <c>[O, I, KH, KW]</c> into the order of the tiles: for each block of outputs, <c>[I][KH][KW][outputs of the block]</c>.</summary>
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
    public static void PackTurned(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> weights, Span<float> packed)
    {
        int blocks = ChannelBlocks.Count(shape.InputChannels, LargestBlock(width));
        int taps = shape.Taps;
        for (int block = 0; block < blocks; block++)
        {
            int start = ChannelBlocks.Start(shape.InputChannels, blocks, block);
            int size = ChannelBlocks.Start(shape.InputChannels, blocks, block + 1) - start;
            Span<float> target = packed.Slice(start * shape.OutputChannels * taps, size * shape.OutputChannels * taps);
            for (int o = 0; o < shape.OutputChannels; o++)
                for (int c = 0; c < size; c++)
                {
                    ReadOnlySpan<float> source = weights.Slice((o * shape.InputChannels + start + c) * taps, taps);
                    for (int tap = 0; tap < taps; tap++) target[(o * taps + taps - 1 - tap) * size + c] = source[tap];
                }
        }
    }

    /// <summary>Output of the lane groups that hold images. An empty bias means none.</summary>
    /// <param name="width">Vector width, the same as for packing.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="packed">Packed weights.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[O][OH][OW][16]</c>.</param>
    public static void Forward(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, int lanes, Span<float> y)
    {
        // Where no tap can leave the image, rows are one long row, which fills the tiles of small maps.
        ConvolutionShape rows = shape is { KernelRows: 1, KernelColumns: 1, PaddingRows: 0, PaddingColumns: 0 } ? shape with { Height = 1, Width = shape.InputPixels } : shape;
        Check(rows, x.Length, packed.Length, bias.Length, lanes, y.Length);
        fixed (float* input = x, weights = packed, offsets = bias, output = y)
        {
            switch (width)
            {
                case VectorWidth.Vector512:
                    Run<Lanes512, Vector512<float>>(rows, input, weights, offsets, lanes, output, LargestBlock(width));
                    break;
                case VectorWidth.Vector256:
                    Run<Lanes256, Vector256<float>>(rows, input, weights, offsets, lanes, output, LargestBlock(width));
                    break;
                case VectorWidth.Vector128:
                    Run<Lanes128, Vector128<float>>(rows, input, weights, offsets, lanes, output, LargestBlock(width));
                    break;
                default:
                    Run<LanesScalar, float>(rows, input, weights, offsets, lanes, output, LargestBlock(width));
                    break;
            }
        }
    }

    // 512 bits come with 32 registers, the narrower widths on x64 with 16: three channels times four pixels, three weights and an input.
    // Without hardware support each multiply-add is a call, which saves all accumulators: one channel.
    private static int LargestBlock(VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => 5,
        VectorWidth.Scalar => 1,
        _ => 3,
    };

    private static void Check(in ConvolutionShape shape, int x, int packed, int bias, int lanes, int y)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.KernelColumns, LargestKernel);
        if (x < (long)shape.InputChannels * shape.InputPixels * Lanes || packed < shape.WeightCount || y < (long)shape.OutputChannels * shape.OutputPixels * Lanes || (bias != 0 && bias < shape.OutputChannels))
            throw new ArgumentException($"memory too small for the convolution {shape}");
    }

    private static void Run<TLanes, TVector>(in ConvolutionShape shape, float* x, float* packed, float* bias, int lanes, float* y, int largestBlock)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* laneMask = stackalloc float[Lanes];
        for (int lane = 0; lane < Lanes; lane++) laneMask[lane] = BitConverter.UInt32BitsToSingle(lane < lanes ? uint.MaxValue : 0);
        byte* tapMasks = stackalloc byte[LargestKernel];
        for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
            for (int row = 0; row < shape.OutputHeight; row++)
                for (int column = 0; column < shape.OutputWidth; column += ConvolutionTile.Pixels)
                {
                    bool interior = FillTapMasks(shape, column, tapMasks);
                    RunColumn<TLanes, TVector>(shape, x + lane, packed, bias, laneMask + lane, y + lane, row, column, interior, tapMasks, largestBlock);
                }
    }

    /// <summary>All output channels of one row and four columns.</summary>
    private static void RunColumn<TLanes, TVector>(
        in ConvolutionShape shape, float* x, float* packed, float* bias, float* laneMask, float* y, int row, int column, bool interior, byte* tapMasks, int largestBlock)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int firstRow = Math.Max(0, shape.PaddingRows - row);
        int endRow = Math.Min(shape.KernelRows, shape.Height + shape.PaddingRows - row);
        int perOutput = shape.InputChannels * shape.Taps;
        var tile = new ConvolutionTileArguments
        {
            Input = x + ((nint)(row + firstRow - shape.PaddingRows) * shape.Width + column - shape.PaddingColumns) * Lanes,
            TapMasks = tapMasks,
            LaneMask = laneMask,
            InputPlane = (nint)shape.InputPixels * Lanes,
            InputRow = (nint)shape.Width * Lanes,
            OutputPlane = (nint)shape.OutputPixels * Lanes,
            InputChannels = shape.InputChannels,
            KernelRows = endRow - firstRow,
            KernelColumns = shape.KernelColumns,
            Pixels = Math.Min(ConvolutionTile.Pixels, shape.OutputWidth - column),
        };
        int blocks = ChannelBlocks.Count(shape.OutputChannels, largestBlock);
        for (int block = 0; block < blocks; block++)
        {
            int start = ChannelBlocks.Start(shape.OutputChannels, blocks, block);
            int size = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - start;
            tile.Weights = packed + (nint)start * perOutput + firstRow * shape.KernelColumns * size;
            tile.WeightPlane = (nint)shape.Taps * size;
            tile.Bias = bias == null ? null : bias + start;
            tile.Output = y + ((nint)start * shape.OutputPixels + row * shape.OutputWidth + column) * Lanes;
            RunTile<TLanes, TVector>(tile, size, interior);
        }
    }

    private static void RunTile<TLanes, TVector>(in ConvolutionTileArguments tile, int size, bool interior)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (size)
        {
            case 1: RunTile<TLanes, TVector, Block1>(tile, interior); break;
            case 2: RunTile<TLanes, TVector, Block2>(tile, interior); break;
            case 3: RunTile<TLanes, TVector, Block3>(tile, interior); break;
            case 4: RunTile<TLanes, TVector, Block4>(tile, interior); break;
            default: RunTile<TLanes, TVector, Block5>(tile, interior); break;
        }
    }

    private static void RunTile<TLanes, TVector, TBlock>(in ConvolutionTileArguments tile, bool interior)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        if (interior) ConvolutionTile.Run<TLanes, TVector, TBlock, Interior>(tile);
        else ConvolutionTile.Run<TLanes, TVector, TBlock, Border>(tile);
    }

    /// <summary>For each kernel column, which of the tile's pixels have their tap inside the image; true if all have all.</summary>
    private static bool FillTapMasks(in ConvolutionShape shape, int column, byte* masks)
    {
        int pixels = Math.Min(ConvolutionTile.Pixels, shape.OutputWidth - column);
        bool interior = true;
        for (int kx = 0; kx < shape.KernelColumns; kx++)
        {
            int mask = 0;
            for (int pixel = 0; pixel < pixels; pixel++)
                if ((uint)(column + pixel + kx - shape.PaddingColumns) < (uint)shape.Width) mask |= 1 << pixel;
            masks[kx] = (byte)mask;
            interior &= mask == (1 << ConvolutionTile.Pixels) - 1;
        }
        return interior;
    }
}
