// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Weight and bias gradients of one block. The bits are those of <see cref="ConvolutionReference"/>.</summary>
internal static unsafe class WeightGradientKernel
{
    private const int Lanes = LaneLayout.Lanes;
    private const int MostTaps = 9;

    /// <summary>Number of blocks of outputs; each block can be run on its own, with the gradients from its first output on.</summary>
    public static int Blocks(VectorWidth width, in ConvolutionShape shape) => ChannelBlocks.Count(shape.OutputChannels, LargestBlock((int)width, shape.WithoutUnusedTaps));

    /// <summary>Weight gradient; lanes without an image count as +0.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="dy">Output gradient <c>[O][OH][OW][16]</c>, +0 in lanes without an image.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="gradient">Receives <c>[O, I, KH, KW]</c>.</param>
    public static void Run(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.Taps, MostTaps);
        if (x.Length < (long)shape.InputChannels * shape.InputPixels * Lanes || dy.Length < (long)shape.OutputChannels * shape.OutputPixels * Lanes || gradient.Length < shape.WeightCount)
            throw new ArgumentException($"memory too small for the convolution {shape}");
        ConvolutionShape used = shape.WithoutUnusedTaps;
        fixed (float* input = x, output = dy, weights = gradient)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Run<Lanes512, Vector512<float>>(used, input, output, lanes, weights); break;
                case VectorWidth.Vector256: Run<Lanes256, Vector256<float>>(used, input, output, lanes, weights); break;
                case VectorWidth.Vector128: Run<Lanes128, Vector128<float>>(used, input, output, lanes, weights); break;
                default: Run<LanesScalar, float>(used, input, output, lanes, weights); break;
            }
        }

        if (used.Taps < shape.Taps) Spread(used, shape, gradient);
    }

    /// <summary>Moves the gradients of used taps to their places and writes +0, an empty sum, at the others; from the end, because both lie in the same memory.</summary>
    private static void Spread(in ConvolutionShape used, in ConvolutionShape shape, Span<float> gradient)
    {
        int first = (shape.KernelRows - used.KernelRows) / 2 * shape.KernelColumns + (shape.KernelColumns - used.KernelColumns) / 2, taps = shape.Taps, usedTaps = used.Taps, usedColumns = used.KernelColumns;
        Span<float> sums = stackalloc float[MostTaps];
        for (int kernel = shape.InputChannels * shape.OutputChannels - 1; kernel >= 0; kernel--)
        {
            for (int tap = 0; tap < usedTaps; tap++) sums[tap] = gradient[kernel * usedTaps + tap];
            Span<float> target = gradient.Slice(kernel * taps, taps);
            target.Clear();
            for (int tap = 0, row = first; tap < usedTaps; row += shape.KernelColumns)
                for (int column = 0; column < usedColumns; column++, tap++) target[row + column] = sums[tap];
        }
    }

    /// <summary>Bias gradient: for each channel one chain of additions over the pixels in each lane, then the tree of lanes.</summary>
    public static void Bias(VectorWidth width, int channels, int pixels, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
    {
        if (dy.Length < (long)channels * pixels * Lanes || gradient.Length < channels) throw new ArgumentException($"memory too small for {channels} channels of {pixels} pixels");
        fixed (float* output = dy, bias = gradient)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Bias<Lanes512, Vector512<float>>(channels, pixels, output, lanes, bias); break;
                case VectorWidth.Vector256: Bias<Lanes256, Vector256<float>>(channels, pixels, output, lanes, bias); break;
                case VectorWidth.Vector128: Bias<Lanes128, Vector128<float>>(channels, pixels, output, lanes, bias); break;
                default: Bias<LanesScalar, float>(channels, pixels, output, lanes, bias); break;
            }
        }
    }

    private static void Bias<TLanes, TVector>(int channels, int pixels, float* dy, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* memory = stackalloc float[2 * Lanes];
        float* chains = LaneLayout.Align(memory);
        for (int o = 0; o < channels; o++)
        {
            ClearLanes(chains, 1);
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
            {
                TVector sum = TLanes.Zero;
                float* end = dy + ((nint)o + 1) * pixels * Lanes + lane;
                for (float* p = dy + (nint)o * pixels * Lanes + lane; p < end; p += Lanes) sum = TLanes.Add(sum, TLanes.Load(p));
                TLanes.Store(sum, chains + lane);
            }
            gradient[o] = LaneTree.Add(chains);
        }
    }

    private static bool IsPoint(in ConvolutionShape shape) => shape is { KernelRows: 1, KernelColumns: 1, PaddingRows: 0, PaddingColumns: 0 };

    // Nine taps at once need 27 accumulators, which only 512 bits have registers for.
    private static bool IsSquare(int lanes, in ConvolutionShape shape) => lanes == Lanes && shape is { KernelRows: 3, KernelColumns: 3 };

    // Sixteen registers.
    private static bool IsColumns(int lanes, in ConvolutionShape shape) => lanes == (int)VectorWidth.Vector256 && WeightGradientColumns.Takes(shape);

    private static int LargestBlock(int lanes, in ConvolutionShape shape)
    {
        if (lanes == 1) return 1;
        if (IsPoint(shape)) return lanes == Lanes ? WeightGradientPointTile.LargestBlock : WeightGradientColumnTile.LargestBlock;
        if (IsColumns(lanes, shape)) return WeightGradientColumnTile.LargestBlock;
        return IsSquare(lanes, shape) ? WeightGradientTile3x3.LargestBlock : WeightGradientRowTile.LargestBlock;
    }

    private static void Run<TLanes, TVector>(in ConvolutionShape shape, float* x, float* dy, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        if (IsPoint(shape) && TLanes.Lanes is > 1 and < Lanes)
        {
            if (TLanes.Lanes == (int)VectorWidth.Vector256 && WeightGradientSmallMaps.Takes(shape)) WeightGradientSmallMaps.Run(shape, x, dy, lanes, gradient);
            else WeightGradientPoints.Run<TLanes, TVector>(shape, x, dy, lanes, gradient);
            return;
        }

        if (IsPoint(shape))
        {
            WeightGradientWidePoints.Run<TLanes, TVector>(shape, x, dy, lanes, gradient);
            return;
        }

        if (IsColumns(TLanes.Lanes, shape))
        {
            WeightGradientColumns.Run<TLanes, TVector>(shape, x, dy, lanes, gradient);
            return;
        }

        bool square = IsSquare(TLanes.Lanes, shape);
        int blocks = ChannelBlocks.Count(shape.OutputChannels, LargestBlock(TLanes.Lanes, shape));
        const int MostChains = WeightGradientRowTile.LargestBlock * MostTaps * Lanes;
        float* memory = stackalloc float[2 * MostChains + Lanes];
        float* chains = LaneLayout.Align(memory), zeros = chains + MostChains;
        if (square) new Span<float>(zeros, MostChains).Clear();
        var tile = new WeightGradientTileArguments
        {
            Zeros = zeros,
            GradientPlane = (nint)shape.OutputPixels * Lanes,
            Height = shape.Height,
            Width = shape.Width,
            OutputHeight = shape.OutputHeight,
            OutputWidth = shape.OutputWidth,
            PaddingRows = shape.PaddingRows,
            PaddingColumns = shape.PaddingColumns,
        };
        for (int block = 0; block < blocks; block++)
        {
            int start = ChannelBlocks.Start(shape.OutputChannels, blocks, block);
            int size = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - start;
            for (int c = 0; c < shape.InputChannels; c++)
            {
                float* input = x + (nint)c * shape.InputPixels * Lanes;
                float* output = dy + (nint)start * shape.OutputPixels * Lanes;
                float* target = gradient + ((nint)start * shape.InputChannels + c) * shape.Taps;
                if (square)
                {
                    tile.Input = input;
                    tile.Gradient = output;
                    tile.Chains = chains;
                    tile.Sums = target;
                    tile.SumStride = (nint)shape.InputChannels * MostTaps;
                    RunSquare<TLanes, TVector>(tile, size);
                }
                else
                {
                    RunRows<TLanes, TVector>(shape, ref tile, input, output, chains, lanes, size, target);
                }
            }
        }
    }

    private static void RunRows<TLanes, TVector>(in ConvolutionShape shape, ref WeightGradientTileArguments tile, float* input, float* output, float* chains, int lanes, int size, float* target)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        for (int ky = 0; ky < shape.KernelRows; ky++)
            for (int kx = 0; kx < shape.KernelColumns; kx += WeightGradientRowTile.LargestTaps)
            {
                int taps = Math.Min(WeightGradientRowTile.LargestTaps, shape.KernelColumns - kx);
                ClearLanes(chains, size * taps);
                for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                {
                    tile.Input = input + lane;
                    tile.Gradient = output + lane;
                    tile.Chains = chains + lane;
                    RunRow<TLanes, TVector>(tile, ky, kx, taps, size);
                }
                Reduce(chains, size, taps, target + ky * shape.KernelColumns + kx, shape.InputChannels * shape.Taps);
            }
    }

    private static void RunSquare<TLanes, TVector>(in WeightGradientTileArguments tile, int size)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (size)
        {
            case 1: RunSquare<TLanes, TVector, Block1>(tile); break;
            case 2: RunSquare<TLanes, TVector, Block2>(tile); break;
            default: RunSquare<TLanes, TVector, Block3>(tile); break;
        }
    }

    private static void RunSquare<TLanes, TVector, TBlock>(in WeightGradientTileArguments tile)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        if (tile.PaddingColumns != 1)
        {
            WeightGradientTile3x3.RunAny<TLanes, TVector, TBlock>(tile);
            ReduceSquare<TVector>(tile, TBlock.Value);
            return;
        }

        (int first, int end) = KernelRows.Whole(tile.OutputHeight, tile.OutputWidth, tile.PaddingRows);
        if (first == end && LaneTree512.Takes<TVector>())
        {
            WeightGradientTile3x3.Run<TLanes, TVector, TBlock, WholeMap>(tile, 0, tile.OutputHeight);
            return;
        }

        if (first > 0 || first == end) WeightGradientTile3x3.Run<TLanes, TVector, TBlock, SomeRows>(tile, 0, first);
        if (first < end) WeightGradientTile3x3.Run<TLanes, TVector, TBlock, AllRows>(tile, first, end);
        if (end < tile.OutputHeight) WeightGradientTile3x3.Run<TLanes, TVector, TBlock, SomeRows>(tile, end, tile.OutputHeight);
        ReduceSquare<TVector>(tile, TBlock.Value);
    }

    private static void ReduceSquare<TVector>(in WeightGradientTileArguments tile, int size)
    {
        if (LaneTree512.Takes<TVector>()) LaneTree512.SumNines(tile.Chains, size, tile.Sums, tile.SumStride);
        else Reduce(tile.Chains, size, MostTaps, tile.Sums, (int)tile.SumStride);
    }

    private static void RunRow<TLanes, TVector>(in WeightGradientTileArguments tile, int ky, int kx, int taps, int size)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (size)
        {
            case 1: WeightGradientRowTile.Run<TLanes, TVector, Block1>(tile, ky, kx, taps); break;
            case 2: WeightGradientRowTile.Run<TLanes, TVector, Block2>(tile, ky, kx, taps); break;
            case 3: WeightGradientRowTile.Run<TLanes, TVector, Block3>(tile, ky, kx, taps); break;
            default: WeightGradientRowTile.Run<TLanes, TVector, Block4>(tile, ky, kx, taps); break;
        }
    }

    /// <summary>Adds the lanes of each chain and stores the sums; outputs are <paramref name="outputStride"/> weights apart.</summary>
    private static void Reduce(float* chains, int outputs, int taps, float* target, int outputStride)
    {
        for (int o = 0; o < outputs; o++) LaneTree.Add(chains + (nint)o * taps * Lanes, taps, target + (nint)o * outputStride);
    }

    private static void ClearLanes(float* chains, int count) => new Span<float>(chains, count * Lanes).Clear();
}
