// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>What the tiles of a place read becomes the terms of <see cref="MinimalFilter"/>.</summary>
internal static unsafe class MinimalFilterInput
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Side = MinimalFilter.Side;
    private const int Tiles = ConvolutionTile.Pixels;

    /// <summary>Finds the terms of all tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector>(in MinimalFilterPlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* memory = stackalloc float[(Side + 1) * Lanes];
        float* zeros = LaneLayout.Align(memory);
        new Span<float>(zeros, Side * Lanes).Clear();
        nint pixel = MinimalFilterPlace.Pixel(TLanes.Lanes);
        for (int i = 0; i < Tiles; i++)
        {
            (int row, int column) = place.Tile(i);
            int top = row - place.Shape.PaddingRows, left = column - place.Shape.PaddingColumns;
            float* v = place.V + i * pixel;
            if (left >= 0 && left + Side <= place.Shape.Width) Channels<TLanes, TVector, Interior>(place, zeros, top, left, v);
            else Channels<TLanes, TVector, Border>(place, zeros, top, left, v);
        }
    }

    /// <summary>Asks for a part of what a place reads, while another one's sums are found: in a map that has left the caches its terms would wait for memory longer than they take.</summary>
    /// <param name="place">Any place of the map.</param>
    /// <param name="firstTile">First tile of the one to ask for.</param>
    /// <param name="part">Which part, 0..<paramref name="parts"/> - 1.</param>
    /// <param name="parts">Number of parts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Expect(in MinimalFilterPlace place, int firstTile, int part, int parts)
    {
        if (!Sse.IsSupported) return;
        ConvolutionShape shape = place.Shape;
        int channel = shape.InputChannels * part / parts, endChannel = shape.InputChannels * (part + 1) / parts;
        for (int i = 0; i < Tiles; i++)
        {
            (int outputRow, int outputColumn) = MinimalFilterPlace.Tile(shape, firstTile + i);
            int top = outputRow - shape.PaddingRows, left = outputColumn - shape.PaddingColumns;
            // Two columns were the last tile's too, and two rows those of the tiles above.
            int firstRow = Math.Max(0, outputRow > 0 ? top + Side - MinimalFilter.Step : top);
            int first = Math.Max(0, outputColumn > 0 ? left + Side - MinimalFilter.Step : left), end = Math.Min(left + Side, shape.Width), bottom = Math.Min(top + Side, shape.Height);
            for (int c = channel; c < endChannel; c++)
                for (int row = firstRow; row < bottom; row++)
                    for (int column = first; column < end; column++) Sse.Prefetch1(place.Input + ((nint)c * shape.InputPixels + (nint)row * shape.Width + column) * Lanes);
        }
    }

    /// <summary>A tile: all channels, and of each all lanes, because they share cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Channels<TLanes, TVector, TEdge>(in MinimalFilterPlace place, float* zeros, int top, int left, float* v)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TEdge : struct, IEdge
    {
        ConvolutionShape shape = place.Shape;
        float* d0 = Row(place.Input, zeros, shape, top, left), d1 = Row(place.Input, zeros, shape, top + 1, left), d2 = Row(place.Input, zeros, shape, top + 2, left), d3 = Row(place.Input, zeros, shape, top + 3, left);
        nint plane0 = Plane(shape, top), plane1 = Plane(shape, top + 1), plane2 = Plane(shape, top + 2), plane3 = Plane(shape, top + 3);
        nint term = place.InputTerm, channel = Tiles * MinimalFilterPlace.Pixel(TLanes.Lanes), group = MinimalFilterPlace.Group(TLanes.Lanes, TLanes.Lanes, shape.InputChannels);
        int lanes = place.Lanes, firstInside = -left, behindInside = shape.Width - left;
        for (int c = shape.InputChannels; c > 0; c--, d0 += plane0, d1 += plane1, d2 += plane2, d3 += plane3, v += channel)
        {
            float* to = v;
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes, to += group)
            {
                Terms<TLanes, TVector, SubtractRows, TEdge>(d0 + lane, d2 + lane, firstInside, behindInside, to, term);
                Terms<TLanes, TVector, AddRows, TEdge>(d1 + lane, d2 + lane, firstInside, behindInside, to + Side * term, term);
                Terms<TLanes, TVector, SubtractRows, TEdge>(d2 + lane, d1 + lane, firstInside, behindInside, to + 2 * Side * term, term);
                Terms<TLanes, TVector, SubtractRows, TEdge>(d1 + lane, d3 + lane, firstInside, behindInside, to + 3 * Side * term, term);
            }
        }
    }

    /// <summary>A row of the first channel; outside the image it is zeros.</summary>
    private static float* Row(float* input, float* zeros, in ConvolutionShape shape, int row, int left) => (uint)row < (uint)shape.Height ? input + ((nint)row * shape.Width + left) * Lanes : zeros;

    /// <summary>From a row of a channel to that of the next; the zeros are the same for all.</summary>
    private static nint Plane(in ConvolutionShape shape, int row) => (uint)row < (uint)shape.Height ? (nint)shape.InputPixels * Lanes : 0;

    /// <summary>A row of terms, of the sum or difference of two rows of the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Terms<TLanes, TVector, TRows, TEdge>(float* first, float* second, int firstInside, int behindInside, float* v, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TRows : struct, IRowPair
        where TEdge : struct, IEdge
    {
        TVector c0 = !TEdge.IsEdge || (firstInside <= 0 && behindInside > 0) ? TRows.Of<TLanes, TVector>(first, second) : TLanes.Zero;
        TVector c1 = !TEdge.IsEdge || (firstInside <= 1 && behindInside > 1) ? TRows.Of<TLanes, TVector>(first + Lanes, second + Lanes) : TLanes.Zero;
        TVector c2 = !TEdge.IsEdge || (firstInside <= 2 && behindInside > 2) ? TRows.Of<TLanes, TVector>(first + 2 * Lanes, second + 2 * Lanes) : TLanes.Zero;
        TVector c3 = !TEdge.IsEdge || (firstInside <= 3 && behindInside > 3) ? TRows.Of<TLanes, TVector>(first + 3 * Lanes, second + 3 * Lanes) : TLanes.Zero;
        MinimalFilterSequence.Terms<TLanes, TVector>(c0, c1, c2, c3, v, term);
    }
}
