// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>The <c>v</c> of <see cref="MinimalFilter"/> of one image, with its channels in the lanes: of a run of tiles <c>[term][tile][channel]</c>, the channels of a tile close behind those before, because only single channels are read.</summary>
internal static unsafe class ChannelFilterTerms
{
    private const int Side = MinimalFilter.Side;

    /// <summary>Floats from a term to the next: an odd number of cache lines, because the same place of all terms is written one after the other, and even distances would want the same places of a cache.</summary>
    public static int Distance(int tiles, int channels) => (ChannelMap.WideStride(checked(tiles * channels)) / LaneLayout.Lanes | 1) * LaneLayout.Lanes;

    /// <summary>For each tile its sixteen input pixels, row by row, as first floats of the memory.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="x">Input.</param>
    /// <param name="zeros">A pixel that stands for all outside the image.</param>
    public static int[] Pixels(in ConvolutionShape shape, in ChannelMap x, in ChannelMap zeros)
    {
        var pixels = new int[MinimalFilter.Tiles(shape) * MinimalFilter.Terms];
        int columns = MinimalFilter.TileColumns(shape);
        for (int i = 0; i < pixels.Length; i++)
        {
            int tile = i / MinimalFilter.Terms, pixel = i % MinimalFilter.Terms;
            int row = tile / columns * MinimalFilter.Step - shape.PaddingRows + pixel / Side, column = tile % columns * MinimalFilter.Step - shape.PaddingColumns + pixel % Side;
            pixels[i] = (uint)row < (uint)shape.Height && (uint)column < (uint)shape.Width ? x.At(0, row * shape.Width + column) : zeros.Offset;
        }

        return pixels;
    }

    /// <summary>All terms of a run of tiles. The last vector ends with the last channel, so that none reads or writes behind it; of the channels that it shares with the vector before it makes the same again.</summary>
    /// <param name="memory">The image's memory.</param>
    /// <param name="pixels">What <see cref="Pixels"/> says of the first tile and those behind it.</param>
    /// <param name="tiles">Number of tiles.</param>
    /// <param name="channels">Channels, at least as many as lanes.</param>
    /// <param name="terms">Receives the terms.</param>
    /// <param name="term">Floats from a term to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector>(float* memory, int* pixels, int tiles, int channels, float* terms, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int last = channels - TLanes.Lanes;
        for (; tiles > 0; tiles--, pixels += MinimalFilter.Terms, terms += channels)
            for (int c = 0; ; c = Math.Min(c + TLanes.Lanes, last))
            {
                float* x = memory + c, v = terms + c;
                // Rows one and two are in three of the four sums each.
                TVector d10 = TLanes.Load(x + pixels[4]), d11 = TLanes.Load(x + pixels[5]), d12 = TLanes.Load(x + pixels[6]), d13 = TLanes.Load(x + pixels[7]);
                TVector d20 = TLanes.Load(x + pixels[8]), d21 = TLanes.Load(x + pixels[9]), d22 = TLanes.Load(x + pixels[10]), d23 = TLanes.Load(x + pixels[11]);
                MinimalFilterSequence.Terms<TLanes, TVector>(TLanes.Add(d10, d20), TLanes.Add(d11, d21), TLanes.Add(d12, d22), TLanes.Add(d13, d23), v + Side * term, term);
                MinimalFilterSequence.Terms<TLanes, TVector>(TLanes.Subtract(d20, d10), TLanes.Subtract(d21, d11), TLanes.Subtract(d22, d12), TLanes.Subtract(d23, d13), v + 2 * Side * term, term);
                MinimalFilterSequence.Terms<TLanes, TVector>(
                    TLanes.Subtract(TLanes.Load(x + pixels[0]), d20), TLanes.Subtract(TLanes.Load(x + pixels[1]), d21), TLanes.Subtract(TLanes.Load(x + pixels[2]), d22), TLanes.Subtract(TLanes.Load(x + pixels[3]), d23), v, term);
                MinimalFilterSequence.Terms<TLanes, TVector>(
                    TLanes.Subtract(d10, TLanes.Load(x + pixels[12])), TLanes.Subtract(d11, TLanes.Load(x + pixels[13])), TLanes.Subtract(d12, TLanes.Load(x + pixels[14])), TLanes.Subtract(d13, TLanes.Load(x + pixels[15])), v + 3 * Side * term, term);
                if (c == last) break;
            }
    }
}
