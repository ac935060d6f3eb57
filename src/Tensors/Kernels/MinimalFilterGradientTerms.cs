// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>What the tiles of a strip read becomes rows of the terms of <see cref="MinimalFilterGradient"/>.</summary>
internal static unsafe class MinimalFilterGradientTerms
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Side = MinimalFilter.Side;

    /// <summary>A row of the terms of the group's input channels.</summary>
    public static void Input<TLanes, TVector>(in MinimalFilterStrip strip, int row)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (row)
        {
            case 0: Input<TLanes, TVector, SubtractRows>(strip, 0, 2); break;
            case 1: Input<TLanes, TVector, AddRows>(strip, 1, 2); break;
            case 2: Input<TLanes, TVector, SubtractRows>(strip, 2, 1); break;
            default: Input<TLanes, TVector, SubtractRows>(strip, 1, 3); break;
        }
    }

    /// <summary>A row of the terms of a block of outputs.</summary>
    public static void Gradient<TLanes, TVector>(in MinimalFilterStrip strip, int row, int output, int outputs)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (row)
        {
            case 0: Gradient<TLanes, TVector, FirstRow>(strip, output, outputs); break;
            case 1: Gradient<TLanes, TVector, AddRows>(strip, output, outputs); break;
            case 2: Gradient<TLanes, TVector, SubtractRows>(strip, output, outputs); break;
            default: Gradient<TLanes, TVector, SecondRow>(strip, output, outputs); break;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Input<TLanes, TVector, TRows>(in MinimalFilterStrip strip, int first, int second)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TRows : struct, IRowPair
    {
        float* memory = stackalloc float[(Side + 1) * Lanes];
        float* zeros = LaneLayout.Align(memory);
        new Span<float>(zeros, Side * Lanes).Clear();
        MinimalFilterRun* runs = stackalloc MinimalFilterRun[MinimalFilterGradient.StripTiles];
        int count = MinimalFilterRun.OfInput(strip, first, second, runs), lanes = strip.Lanes, width = strip.Shape.Width;
        nint plane = (nint)strip.Shape.InputPixels * Lanes, term = strip.InputTerm;
        float* input = strip.Input + strip.FirstInput * plane, terms = strip.V;
        for (int block = 0, size; block < strip.InputBlocks; block++, input += size * plane)
        {
            size = ChannelBlocks.Start(strip.Inputs, strip.InputBlocks, block + 1) - ChannelBlocks.Start(strip.Inputs, strip.InputBlocks, block);
            nint tile = (nint)size * TLanes.Lanes, group = strip.Tiles * tile;
            float* v = terms;
            terms += (lanes + TLanes.Lanes - 1) / TLanes.Lanes * group;
            // All channels of a block before the next tiles, because they share cache lines.
            for (MinimalFilterRun* run = runs; run < runs + count; v += run->Tiles * tile, run++)
                for (int c = 0; c < size; c++) Run<TLanes, TVector, TRows>(*run, input + c * plane, zeros, lanes, width, v + c * TLanes.Lanes, tile, group, term);
        }
    }

    /// <summary>A channel of the tiles of a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TRows>(in MinimalFilterRun run, float* input, float* zeros, int lanes, int width, float* v, nint tile, nint group, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TRows : struct, IRowPair
    {
        float* first = run.HasFirst ? input + run.First : zeros, second = run.HasSecond ? input + run.Second : zeros;
        nint firstStep = run.HasFirst ? MinimalFilter.Step * Lanes : 0, secondStep = run.HasSecond ? MinimalFilter.Step * Lanes : 0;
        for (int lane = 0; lane < lanes; lane += TLanes.Lanes, v += group)
        {
            float* a = first + lane, b = second + lane;
            if (run.IsWhole)
                for (float* to = v, end = v + run.Tiles * tile; to < end; to += tile, a += firstStep, b += secondStep) MinimalFilterInput.Terms<TLanes, TVector, TRows, Interior>(a, b, 0, 0, to, term);
            else MinimalFilterInput.Terms<TLanes, TVector, TRows, Border>(a, b, -run.Column, width - run.Column, v, term);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient<TLanes, TVector, TRows>(in MinimalFilterStrip strip, int output, int outputs)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TRows : struct, IRowPair
    {
        float* memory = stackalloc float[(MinimalFilter.Step + 1) * Lanes];
        float* zeros = LaneLayout.Align(memory);
        new Span<float>(zeros, MinimalFilter.Step * Lanes).Clear();
        MinimalFilterRun* runs = stackalloc MinimalFilterRun[MinimalFilterGradient.StripTiles];
        int count = MinimalFilterRun.OfOutput(strip, runs), lanes = strip.Lanes;
        nint plane = (nint)strip.Shape.OutputPixels * Lanes, tile = (nint)outputs * TLanes.Lanes, group = strip.Tiles * tile, term = strip.GradientTerm;
        float* gradient = strip.Gradient + output * plane, z = strip.Z;
        for (MinimalFilterRun* run = runs; run < runs + count; z += run->Tiles * tile, run++)
            for (int o = 0; o < outputs; o++) Run<TLanes, TVector, TRows>(*run, gradient + o * plane, zeros, lanes, z + o * TLanes.Lanes, tile, group, term);
    }

    /// <summary>An output of the tiles of a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TRows>(in MinimalFilterRun run, float* gradient, float* zeros, int lanes, float* z, nint tile, nint group, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TRows : struct, IRowPair
    {
        float* first = gradient + run.First, second = run.HasSecond ? gradient + run.Second : zeros;
        nint secondStep = run.HasSecond ? MinimalFilter.Step * Lanes : 0;
        for (int lane = 0; lane < lanes; lane += TLanes.Lanes, z += group)
        {
            float* a = first + lane, b = second + lane;
            if (run.IsWhole)
                for (float* to = z, end = z + run.Tiles * tile; to < end; to += tile, a += MinimalFilter.Step * Lanes, b += secondStep) Terms<TLanes, TVector>(TRows.Of<TLanes, TVector>(a, b), TRows.Of<TLanes, TVector>(a + Lanes, b + Lanes), to, term);
            else Terms<TLanes, TVector>(TRows.Of<TLanes, TVector>(a, b), TLanes.Zero, z, term);
        }
    }

    /// <summary>Four terms of a row, of the columns of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Terms<TLanes, TVector>(TVector left, TVector right, float* z, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TLanes.Store(left, z);
        TLanes.Store(TLanes.Add(left, right), z + term);
        TLanes.Store(TLanes.Subtract(left, right), z + 2 * term);
        TLanes.Store(right, z + 3 * term);
    }
}

/// <summary>Tiles beside each other whose terms are found in the same way.</summary>
internal unsafe struct MinimalFilterRun
{
    /// <summary>From the first pixel of a map to the run's first of the first row; that it is inside the map where the row is.</summary>
    public nint First;

    /// <summary>The same of the second row.</summary>
    public nint Second;

    /// <summary>Column of the map at which the run's first tile begins.</summary>
    public int Column;

    /// <summary>Number of tiles.</summary>
    public int Tiles;

    /// <summary>Whether the first row lies inside the map; otherwise it is zeros.</summary>
    public bool HasFirst;

    /// <summary>Whether the second does.</summary>
    public bool HasSecond;

    /// <summary>Whether all columns of its tiles lie inside the map; otherwise it is one tile.</summary>
    public bool IsWhole;

    /// <summary>Runs of what the tiles of a strip read of two of the four rows of the input.</summary>
    /// <param name="strip">The strip.</param>
    /// <param name="first">One row, 0..3.</param>
    /// <param name="second">The other.</param>
    /// <param name="runs">Receives them, at most one for each tile.</param>
    public static int OfInput(in MinimalFilterStrip strip, int first, int second, MinimalFilterRun* runs)
    {
        ConvolutionShape shape = strip.Shape;
        return Of(strip, first - shape.PaddingRows, second - shape.PaddingRows, -shape.PaddingColumns, MinimalFilter.Side, shape.Height, shape.Width, runs);
    }

    /// <summary>Runs of the two rows of the output gradient.</summary>
    public static int OfOutput(in MinimalFilterStrip strip, MinimalFilterRun* runs) => Of(strip, 0, 1, 0, MinimalFilter.Step, strip.Shape.OutputHeight, strip.Shape.OutputWidth, runs);

    private static int Of(in MinimalFilterStrip strip, int first, int second, int left, int side, int height, int width, MinimalFilterRun* runs)
    {
        int count = 0;
        for (int tile = 0; tile < strip.Tiles; tile++)
        {
            (int row, int column) = MinimalFilterPlace.Tile(strip.Shape, strip.FirstTile + tile);
            bool isWhole = column + left >= 0 && column + left + side <= width;
            if (isWhole && count > 0 && column > 0 && runs[count - 1].IsWhole)
            {
                runs[count - 1].Tiles++;
                continue;
            }

            runs[count++] = new MinimalFilterRun
            {
                First = ((nint)(row + first) * width + column + left) * LaneLayout.Lanes,
                Second = ((nint)(row + second) * width + column + left) * LaneLayout.Lanes,
                Column = column + left,
                Tiles = 1,
                HasFirst = (uint)(row + first) < (uint)height,
                HasSecond = (uint)(row + second) < (uint)height,
                IsWhole = isWhole,
            };
        }

        return count;
    }
}
