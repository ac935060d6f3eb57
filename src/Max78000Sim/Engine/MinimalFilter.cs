// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Computes a 3x3 layer by minimal filtering (<see cref="MinimalFilterPlan"/>), eight tiles of four outputs at a time: transforms their windows, multiplies position by position with the loops
/// that also compute layers directly, and transforms the products back. All integers are those of the direct way.
/// </summary>
internal static unsafe class MinimalFilter
{
    private const int Tiles = ConvolutionPlan.TilePixels, GroupSlots = ConvolutionPlan.GroupSlots, Positions = MinimalFilterPlan.Positions, Size = 4;

    /// <summary>Sums of one group of slots, and of both that are computed together.</summary>
    private const int GroupSums = Tiles * GroupSlots, PositionSums = 2 * GroupSums;

    /// <summary>Sums of one row of outputs: two of each tile.</summary>
    private const int RowSums = 2 * Tiles * GroupSlots;

    /// <summary>Computes and writes a layer.</summary>
    /// <param name="plan">Sizes and biases.</param>
    /// <param name="filter">Transformed kernels.</param>
    /// <param name="image">The input, filled (<see cref="InputPlan.CreateImage"/>).</param>
    /// <param name="output">Takes the sums.</param>
    /// <param name="memory">Data memory and buffers.</param>
    /// <param name="path">Way to compute.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionPlan plan, MinimalFilterPlan filter, short[] image, OutputStage output, byte[] memory, ConvolutionPath path)
    {
        if (image.Length < filter.LastRead)
            throw new ArgumentException("The image does not fit the layer.");
        int window = Positions * filter.Channels;
        short* windows = stackalloc short[Tiles * window];
        int* products = stackalloc int[Positions * PositionSums], rows = stackalloc int[2 * RowSums], none = stackalloc int[2 * GroupSlots], offsets = stackalloc int[Tiles];
        new Span<int>(none, 2 * GroupSlots).Clear();
        for (int tile = 0; tile < Tiles; tile++)
            offsets[tile] = tile * window;
        fixed (short* source = image, weights = filter.Weights)
        fixed (int* bias = plan.Bias)
        fixed (byte* target = memory)
        {
            for (int first = 0; first < filter.Tiles; first += Tiles)
            {
                int tiles = Math.Min(Tiles, filter.Tiles - first);
                for (int tile = 0; tile < tiles; tile++)
                    TransformWindow(source + filter.TileOffset(first + tile, plan.RowStride), plan.RowStride, filter.Channels, windows + offsets[tile]);
                for (int group = 0, groups; group < plan.Groups; group += groups)
                {
                    int blocks = plan.Blocks - group * GroupSlots / OutputPlan.BlockSlots;
                    groups = Convolution.GroupsAtOnce(path, blocks);
                    Convolution.Sum(Products(filter, windows, offsets, tiles, weights + (long)group * filter.GroupWeights, none, products), path, groups, blocks);
                    for (int done = 0; done < groups; done++)
                    {
                        for (int tile = 0; tile < tiles; tile++)
                            TransformBack(products + done * GroupSums + tile * GroupSlots, bias + (group + done) * GroupSlots, rows + 2 * tile * GroupSlots);
                        Store(filter, output, rows, first, tiles, group + done, target);
                    }
                }
            }
        }
    }

    /// <summary>The sixteen positions of some tiles: a round for each, without bias.</summary>
    private static ConvolutionTile Products(MinimalFilterPlan filter, short* windows, int* offsets, int tiles, short* weights, int* none, int* products) => new()
    {
        Image = windows,
        Offsets = offsets,
        Pixels = tiles,
        RowStride = 0,
        Weights = weights,
        GroupWeights = filter.GroupWeights,
        KernelRows = 1,
        Pairs = filter.Pairs,
        Bias = none,
        Sums = products,
        Rounds = Positions,
        RoundValues = filter.Channels,
        RoundWeights = (long)filter.Groups * filter.GroupWeights,
        RoundSums = PositionSums,
    };

    /// <summary>Writes the outputs of tiles that stand side by side together.</summary>
    private static void Store(MinimalFilterPlan filter, OutputStage output, int* rows, int first, int tiles, int group, byte* memory)
    {
        for (int tile = 0, run; tile < tiles; tile += run)
        {
            int row = (first + tile) / filter.TileColumns, column = (first + tile) % filter.TileColumns;
            run = Math.Min(tiles - tile, filter.TileColumns - column);
            int pixels = Math.Min(2 * run, filter.OutputColumns - 2 * column), pixel = 2 * row * filter.OutputColumns + 2 * column;
            int* sums = rows + 2 * tile * GroupSlots;
            output.Store(sums, pixels, pixel, group, memory);
            if (2 * row + 1 < filter.OutputRows)
                output.Store(sums + RowSums, pixels, pixel + filter.OutputColumns, group, memory);
        }
    }

    /// <summary>Transforms the 4x4 window of a tile, sixteen channels at a time; the last ones again if there are not sixteen left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformWindow(short* source, int rowStride, int channels, short* target)
    {
        for (int at = 0; at < channels; at += Vector256<short>.Count)
        {
            int channel = Math.Min(at, channels - Vector256<short>.Count);
            short* row0 = source + channel, row1 = row0 + rowStride, row2 = row1 + rowStride, row3 = row2 + rowStride, to = target + channel;
            TransformRow(Load(row0, 0) - Load(row2, 0), Load(row0, channels) - Load(row2, channels), Load(row0, 2 * channels) - Load(row2, 2 * channels), Load(row0, 3 * channels) - Load(row2, 3 * channels), channels, to);
            to += Size * channels;
            TransformRow(Load(row1, 0) + Load(row2, 0), Load(row1, channels) + Load(row2, channels), Load(row1, 2 * channels) + Load(row2, 2 * channels), Load(row1, 3 * channels) + Load(row2, 3 * channels), channels, to);
            to += Size * channels;
            TransformRow(Load(row2, 0) - Load(row1, 0), Load(row2, channels) - Load(row1, channels), Load(row2, 2 * channels) - Load(row1, 2 * channels), Load(row2, 3 * channels) - Load(row1, 3 * channels), channels, to);
            to += Size * channels;
            TransformRow(Load(row1, 0) - Load(row3, 0), Load(row1, channels) - Load(row3, channels), Load(row1, 2 * channels) - Load(row3, 2 * channels), Load(row1, 3 * channels) - Load(row3, 3 * channels), channels, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Load(short* row, int offset) => Vector256.Load(row + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformRow(Vector256<short> v0, Vector256<short> v1, Vector256<short> v2, Vector256<short> v3, int channels, short* target)
    {
        (v0 - v2).Store(target);
        (v1 + v2).Store(target + channels);
        (v2 - v1).Store(target + 2 * channels);
        (v1 - v3).Store(target + 3 * channels);
    }

    /// <summary>Makes the four sums of a tile out of its sixteen products, for sixteen slots.</summary>
    /// <param name="products">As <c>[position][..]</c>.</param>
    /// <param name="bias">What the sums start from.</param>
    /// <param name="sums">Two pixels of the first row; those of the second stand <see cref="RowSums"/> behind.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformBack(int* products, int* bias, int* sums)
    {
        (Vector512<int> upper0, Vector512<int> lower0) = Column(products);
        (Vector512<int> upper1, Vector512<int> lower1) = Column(products + PositionSums);
        (Vector512<int> upper2, Vector512<int> lower2) = Column(products + 2 * PositionSums);
        (Vector512<int> upper3, Vector512<int> lower3) = Column(products + 3 * PositionSums);
        Vector512<int> start = Vector512.Load(bias);
        (start + (upper0 + upper1 + upper2 >> MinimalFilterPlan.ScaleBits)).Store(sums);
        (start + (upper1 - upper2 - upper3 >> MinimalFilterPlan.ScaleBits)).Store(sums + GroupSlots);
        (start + (lower0 + lower1 + lower2 >> MinimalFilterPlan.ScaleBits)).Store(sums + RowSums);
        (start + (lower1 - lower2 - lower3 >> MinimalFilterPlan.ScaleBits)).Store(sums + RowSums + GroupSlots);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<int> Upper, Vector512<int> Lower) Column(int* products)
    {
        const int Row = Size * PositionSums;
        Vector512<int> v0 = Vector512.Load(products), v1 = Vector512.Load(products + Row), v2 = Vector512.Load(products + 2 * Row), v3 = Vector512.Load(products + 3 * Row);
        return (v0 + v1 + v2, v1 - v2 - v3);
    }
}
