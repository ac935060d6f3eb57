// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>The outputs of a place's tiles, of the sums of <see cref="MinimalFilter"/>.</summary>
internal static unsafe class MinimalFilterOutput
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Step = MinimalFilter.Step;
    private const int Tiles = ConvolutionTile.Pixels;

    // Pixels of a tile that exist beside the first.
    private const int Right = 1;
    private const int Below = 2;

    /// <summary>Bias, chain and store of the pixels that exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TChain>(in MinimalFilterPlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        ConvolutionShape shape = place.Shape;
        nint* outputs = stackalloc nint[Tiles];
        int* pixels = stackalloc int[Tiles];
        for (int i = 0; i < Tiles; i++)
        {
            (int row, int column) = place.Tile(i);
            outputs[i] = ((nint)row * shape.OutputWidth + column) * Lanes;
            pixels[i] = (column + 1 < shape.OutputWidth ? Right : 0) | (row + 1 < shape.OutputHeight ? Below : 0);
        }

        TVector scale = TLanes.Create(place.Activation.Scale), low = TLanes.Create(place.Activation.Low), high = TLanes.Create(place.Activation.High);
        nint term = place.SumTerm, group = MinimalFilterPlace.Group(TLanes.Lanes, TLanes.Lanes, place.EndOutput - place.FirstOutput), pixel = MinimalFilterPlace.Pixel(TLanes.Lanes), plane = (nint)shape.OutputPixels * Lanes, width = shape.OutputWidth, line = width * Lanes, maps = shape.OutputPixels;
        float* bias = place.Bias;
        float* sums = place.M, map = place.Output + place.FirstOutput * plane;
        ushort* masks = TChain.Marks ? place.Masks + place.FirstOutput * maps : null;
        bool clears = TChain.Marks && LaneBits.LeavesSome(TLanes.Lanes, place.Lanes);
        for (int o = place.FirstOutput; o < place.EndOutput; o++, sums += Tiles * pixel, map += plane, masks += TChain.Marks ? maps : 0)
            // All lanes of an output, because they share cache lines.
            for (int lane = 0; lane < place.Lanes; lane += TLanes.Lanes)
            {
                TVector offset = bias == null ? TLanes.Zero : TLanes.And(TLanes.Create(bias[o]), Images<TLanes, TVector>(place.Lanes, lane));
                float* m = sums + lane / TLanes.Lanes * group;
                for (int i = 0; i < Tiles; i++, m += pixel)
                {
                    float* output = map + outputs[i] + lane;
                    ushort* mask = TChain.Marks ? masks + outputs[i] / Lanes : null;
                    int exist = pixels[i];
                    if (clears) Clear(mask, exist, width);
                    MinimalFilterSequence.Outputs<TLanes, TVector>(m, term, out TVector y00, out TVector y01, out TVector y10, out TVector y11);
                    if (bias != null) Offset<TLanes, TVector>(offset, ref y00, ref y01, ref y10, ref y11);
                    ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, y00, output, lane, mask);
                    if ((exist & Right) != 0) ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, y01, output + Lanes, lane, mask + 1);
                    if ((exist & Below) != 0) ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, y10, output + line, lane, mask + width);
                    if (exist == (Right | Below)) ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, y11, output + line + Lanes, lane, mask + width + 1);
                }
            }
    }

    /// <summary>Bias, maximum and chain of each tile, and in training the pixel that gets the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunPooled<TLanes, TVector, TMode>(in MinimalFilterPlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TMode : struct, IPoolMode
    {
        TVector high = TLanes.Create(place.Activation.High);
        float* bias = place.Bias;
        nint* routes = stackalloc nint[Tiles];
        for (int i = 0; i < Tiles; i++)
        {
            (int row, int column) = place.Tile(i);
            routes[i] = (nint)row * place.Shape.OutputWidth + column;
        }

        nint term = place.SumTerm, group = MinimalFilterPlace.Group(TLanes.Lanes, TLanes.Lanes, place.EndOutput - place.FirstOutput), pixel = MinimalFilterPlace.Pixel(TLanes.Lanes), maps = place.Shape.OutputPixels, plane = maps / (Step * Step) * Lanes, width = place.Shape.OutputWidth;
        float* sums = place.M, map = place.Output + place.FirstOutput * plane + (nint)place.FirstTile * Lanes;
        ushort* masks = TMode.Routes ? place.Masks + place.FirstOutput * maps : null;
        bool clears = TMode.Routes && LaneBits.LeavesSome(TLanes.Lanes, place.Lanes);
        for (int o = place.FirstOutput; o < place.EndOutput; o++, sums += Tiles * pixel, map += plane, masks += TMode.Routes ? maps : 0)
            for (int lane = 0; lane < place.Lanes; lane += TLanes.Lanes)
            {
                TVector offset = bias == null ? TLanes.Zero : TLanes.And(TLanes.Create(bias[o]), Images<TLanes, TVector>(place.Lanes, lane));
                float* m = sums + lane / TLanes.Lanes * group;
                for (int i = 0; i < Tiles; i++, m += pixel)
                {
                    if (clears) Clear(masks + routes[i], Right | Below, width);
                    MinimalFilterSequence.Outputs<TLanes, TVector>(m, term, out TVector y00, out TVector y01, out TVector y10, out TVector y11);
                    if (bias != null) Offset<TLanes, TVector>(offset, ref y00, ref y01, ref y10, ref y11);
                    RectifiedPoolKernel.Four<TLanes, TVector, TMode>(y00, y01, y10, y11, width, lane, high, map + i * Lanes + lane, TMode.Routes ? masks + routes[i] : null);
                }
            }
    }

    /// <summary>Clears the masks of a tile of which only some bytes will be written, see <see cref="LaneBits.Clear"/>.</summary>
    private static void Clear(ushort* masks, int exist, nint width)
    {
        masks[0] = 0;
        if ((exist & Right) != 0) masks[1] = 0;
        if ((exist & Below) != 0) masks[width] = 0;
        if (exist == (Right | Below)) masks[width + 1] = 0;
    }

    /// <summary>All ones in the lanes from <paramref name="lane"/> on that hold an image: the others get no bias.</summary>
    private static TVector Images<TLanes, TVector>(int count, int lane)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct => TLanes.MaskOf(uint.MaxValue >> (32 - Math.Min(count - lane, Lanes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Offset<TLanes, TVector>(TVector bias, ref TVector y00, ref TVector y01, ref TVector y10, ref TVector y11)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        y00 = TLanes.Add(y00, bias);
        y01 = TLanes.Add(y01, bias);
        y10 = TLanes.Add(y10, bias);
        y11 = TLanes.Add(y11, bias);
    }
}
