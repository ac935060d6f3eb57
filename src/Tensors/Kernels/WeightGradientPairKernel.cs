// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Weight gradient of one block for a 3x3 convolution with a maximum pooling of windows two columns wide behind it. The bits are those of <see cref="ConvolutionReference.PairedWeightGradient"/>:
/// two neighbouring pixels are one term, which saves half the multiply-adds of <see cref="WeightGradientKernel"/>. With 256 bits a choice between two inputs costs as much as the multiply-add that it saves and needs
/// registers that there are not: that width adds all pixels, and for finite values the sums are the same.
/// </summary>
internal static unsafe class WeightGradientPairKernel
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Side = 3;
    private const int Taps = Side * Side;

    /// <summary>Whether a convolution behind which a pooling stands gets its weight gradient by pairs.</summary>
    public static bool Takes(in ConvolutionShape shape, in PoolingShape pool) => shape is { KernelRows: Side, KernelColumns: Side } && pool is { Columns: 2, TilesExactly: true };

    /// <summary>Whether the gradient is wanted as one vector for each pair of pixels, or one for each pixel.</summary>
    public static bool TakesPairs(VectorWidth width) => width != VectorWidth.Vector256;

    /// <summary>Number of blocks of outputs; each block can be run on its own, with the gradients from its first output on.</summary>
    public static int Blocks(VectorWidth width, in ConvolutionShape shape) =>
        TakesPairs(width) ? ChannelBlocks.Count(shape.OutputChannels, LargestBlock((int)width)) : WeightGradientKernel.Blocks(width, shape);

    /// <summary>Weight gradient; lanes without an image count as +0.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">The convolution, with an even number of output columns.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="dy">Output gradient, +0 in lanes without an image: of pairs of pixels <c>[O][OH][OW/2][16]</c> from <see cref="RoutedPoolKernel.BackwardPairs"/>, or of all pixels <c>[O][OH][OW][16]</c>, as <see cref="TakesPairs"/> says.</param>
    /// <param name="routes">For each output pixel the lanes in which it has the gradient.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="gradient">Receives <c>[O, I, 3, 3]</c>.</param>
    public static void Run(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> routes, int lanes, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        if (shape is not { KernelRows: Side, KernelColumns: Side } || shape.OutputWidth % 2 != 0) throw new ArgumentException($"the convolution {shape} is not of three rows and columns, or its output has an odd number of columns");
        long outputs = (long)shape.OutputChannels * shape.OutputPixels;
        if (x.Length < (long)shape.InputChannels * shape.InputPixels * Lanes || dy.Length < (TakesPairs(width) ? outputs / 2 : outputs) * Lanes || routes.Length < outputs || gradient.Length < shape.WeightCount)
            throw new ArgumentException($"memory too small for the convolution {shape}");
        if (TakesPairs(width)) RunPairs(width, shape, x, dy, routes, lanes, gradient);
        else RunPixels(width, shape, x, dy, routes, lanes, gradient);
    }

    /// <summary>All pixels. Where a sum is not finite, an input that is not may have met a gradient of zero, or may not: then the pairs decide.</summary>
    private static void RunPixels(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> routes, int lanes, Span<float> gradient)
    {
        WeightGradientKernel.Run(width, shape, x, dy, lanes, gradient);
        if (ElementwiseKernel.AllFinite(gradient[..shape.WeightCount])) return;
        int count = shape.OutputChannels * shape.OutputPixels / 2 * Lanes;
        float[] pairs = ArrayPool<float>.Shared.Rent(count);
        // At most one of the two has bits that are not zero.
        for (int i = 0; i < count; i++)
        {
            int first = i / Lanes * 2 * Lanes + i % Lanes;
            pairs[i] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(dy[first]) | BitConverter.SingleToInt32Bits(dy[first + Lanes]));
        }

        RunPairs(width, shape, x, pairs, routes, lanes, gradient);
        ArrayPool<float>.Shared.Return(pairs);
    }

    private static void RunPairs(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> pairs, ReadOnlySpan<ushort> routes, int lanes, Span<float> gradient)
    {
        fixed (float* input = x, output = pairs, weights = gradient)
        fixed (ushort* bits = routes)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Run<Lanes512, Vector512<float>>(shape, input, output, bits, lanes, weights); break;
                case VectorWidth.Vector256: Run<Lanes256, Vector256<float>>(shape, input, output, bits, lanes, weights); break;
                case VectorWidth.Vector128: Run<Lanes128, Vector128<float>>(shape, input, output, bits, lanes, weights); break;
                default: Run<LanesScalar, float>(shape, input, output, bits, lanes, weights); break;
            }
        }
    }

    // 512 bits come with 32 registers: eighteen accumulators. The narrower widths have half as many, and without hardware support each multiply-add is a call, which saves all accumulators.
    private static int LargestBlock(int lanes) => lanes == Lanes ? WeightGradientPairTile.LargestBlock : 1;

    private static void Run<TLanes, TVector>(in ConvolutionShape shape, float* x, float* pairs, ushort* routes, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int blocks = ChannelBlocks.Count(shape.OutputChannels, LargestBlock(TLanes.Lanes));
        const int Chains = WeightGradientPairTile.LargestBlock * Taps * Lanes;
        float* memory = stackalloc float[2 * Chains + Lanes];
        float* zeros = LaneLayout.Align(memory);
        new Span<float>(zeros, Chains).Clear();
        var tile = new WeightGradientPairTileArguments
        {
            OutputPixels = shape.OutputPixels,
            PairPlane = (nint)shape.OutputPixels / 2 * Lanes,
            Height = shape.Height,
            Width = shape.Width,
            OutputHeight = shape.OutputHeight,
            OutputWidth = shape.OutputWidth,
            PaddingRows = shape.PaddingRows,
            PaddingColumns = shape.PaddingColumns,
            Zeros = zeros,
            Chains = zeros + Chains,
        };
        for (int block = 0; block < blocks; block++)
        {
            int start = ChannelBlocks.Start(shape.OutputChannels, blocks, block);
            int size = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - start;
            tile.Pairs = pairs + (nint)start * shape.OutputPixels / 2 * Lanes;
            tile.Routes = routes + (nint)start * shape.OutputPixels;
            for (int c = 0; c < shape.InputChannels; c++)
            {
                tile.Input = x + (nint)c * shape.InputPixels * Lanes;
                float* target = gradient + ((nint)start * shape.InputChannels + c) * Taps;
                if (shape is { PaddingColumns: 1, Width: >= 4 }) RunTile<TLanes, TVector, PaddingOfOne>(tile, size, lanes, target, shape.InputChannels * Taps);
                else if (shape is { PaddingColumns: 2, Width: >= 4 }) RunTile<TLanes, TVector, PaddingOfTwo>(tile, size, lanes, target, shape.InputChannels * Taps);
                else RunTile<TLanes, TVector, AnyPadding>(tile, size, lanes, target, shape.InputChannels * Taps);
            }
        }
    }

    /// <summary>One input channel and all lane groups, and the sums of the lanes; outputs are <paramref name="outputStride"/> weights apart.</summary>
    private static void RunTile<TLanes, TVector, TPadding>(in WeightGradientPairTileArguments arguments, int size, int lanes, float* target, int outputStride)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TPadding : struct, IPairPadding
    {
        WeightGradientPairTileArguments tile = arguments;
        if (lanes < Lanes && TLanes.Lanes < Lanes) new Span<float>(tile.Chains, size * Taps * Lanes).Clear();
        for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
        {
            tile.Lane = lane;
            tile.Input = arguments.Input + lane;
            tile.Pairs = arguments.Pairs + lane;
            tile.Chains = arguments.Chains + lane;
            if (size == 1) RunRows<TLanes, TVector, Block1, TPadding>(tile);
            else RunRows<TLanes, TVector, Block2, TPadding>(tile);
        }

        for (int o = 0; o < size; o++) LaneTree.Add(arguments.Chains + (nint)o * Taps * Lanes, Taps, target + (nint)o * outputStride);
    }

    private static void RunRows<TLanes, TVector, TBlock, TPadding>(in WeightGradientPairTileArguments tile)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPadding : struct, IPairPadding
    {
        if (TPadding.Columns == 0)
        {
            WeightGradientPairTile.RunAny<TLanes, TVector, TBlock>(tile);
            return;
        }

        (int first, int end) = KernelRows.Whole(tile.OutputHeight, tile.OutputWidth, tile.PaddingRows);

        if (first > 0 || first == end) WeightGradientPairTile.Run<TLanes, TVector, TBlock, TPadding, SomeRows>(tile, 0, first);
        if (first < end) WeightGradientPairTile.Run<TLanes, TVector, TBlock, TPadding, AllRows>(tile, first, end);
        if (end < tile.OutputHeight) WeightGradientPairTile.Run<TLanes, TVector, TBlock, TPadding, SomeRows>(tile, end, tile.OutputHeight);
    }
}
