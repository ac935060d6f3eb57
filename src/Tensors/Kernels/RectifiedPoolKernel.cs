// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Maximum pooling behind a rectifier and a clamp, for windows that tile the map, done the other way round: neither part of such a chain changes the order of numbers, so what
/// the largest value of a window becomes is the largest of what all become, and a quarter of the values goes through the chain. In training it notes for each input pixel the
/// lanes in which the gradient reaches it, as <see cref="RoutedPoolKernel"/> does. The bits are those of chain and pooling in the network's order.
/// </summary>
internal static unsafe class RectifiedPoolKernel
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Whether a chain is a rectifier with a clamp that leaves its zero, or without. Without a rectifier, a bound of zero would make one of two zeros of different signs.</summary>
    public static bool Takes(in Activation chain) => chain is { Rectify: true, Scale: 1, Low: <= 0, High: > 0 };

    /// <summary>What the first largest value of each window is behind the chain.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">Windows that tile the map exactly.</param>
    /// <param name="chain">A chain that <see cref="Takes"/> allows.</param>
    /// <param name="x">Input <c>[C][H][W][16]</c>, in front of the chain.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[C][H'][W'][16]</c>.</param>
    /// <param name="routes">Receives for each input pixel the lanes in which it wins its window and passes the chain; empty in inference.</param>
    public static void Forward(VectorWidth width, in PoolingShape shape, in Activation chain, ReadOnlySpan<float> x, int lanes, Span<float> y, Span<ushort> routes)
    {
        shape.Check(x.Length, y.Length);
        if (!shape.TilesExactly) throw new ArgumentException($"the windows of {shape} do not tile the map");
        if (!Takes(chain)) throw new ArgumentException($"{chain} may change the order of values");
        if (!routes.IsEmpty && routes.Length < shape.Channels * shape.InputPixels) throw new ArgumentException($"too few masks for the pooling {shape}");
        LaneBits.Clear(width, lanes, routes.IsEmpty ? routes : routes[..(shape.Channels * shape.InputPixels)]);
        fixed (float* input = x, output = y)
        fixed (ushort* bits = routes)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Run<Lanes512, Vector512<float>>(shape, chain.High, input, lanes, output, bits); break;
                case VectorWidth.Vector256: Run<Lanes256, Vector256<float>>(shape, chain.High, input, lanes, output, bits); break;
                case VectorWidth.Vector128: Run<Lanes128, Vector128<float>>(shape, chain.High, input, lanes, output, bits); break;
                default: Run<LanesScalar, float>(shape, chain.High, input, lanes, output, bits); break;
            }
        }
    }

    private static void Run<TLanes, TVector>(in PoolingShape shape, float high, float* x, int lanes, float* y, ushort* routes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        if (routes == null) Run<TLanes, TVector, PoolInference>(shape, high, x, lanes, y, routes);
        else Run<TLanes, TVector, PoolTraining>(shape, high, x, lanes, y, routes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TMode>(in PoolingShape shape, float high, float* x, int lanes, float* y, ushort* routes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TMode : struct, IPoolMode
    {
        nint width = shape.Width;
        int rows = shape.Rows, columns = shape.Columns, lines = shape.Channels * shape.OutputHeight, outputWidth = shape.OutputWidth;
        TVector bound = TLanes.Create(high);
        for (int line = 0; line < lines; line++, x += rows * width * Lanes, routes += TMode.Routes ? rows * width : 0)
            for (int ox = 0; ox < outputWidth; ox++, y += Lanes)
                for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                {
                    float* window = x + (nint)ox * columns * Lanes + lane;
                    ushort* bits = TMode.Routes ? routes + ox * columns : null;
                    if (rows == 2 && columns == 2) Four<TLanes, TVector, TMode>(
                            TLanes.Load(window), TLanes.Load(window + Lanes), TLanes.Load(window + width * Lanes), TLanes.Load(window + (width + 1) * Lanes), width, lane, bound, y + lane, bits);
                    else Window<TLanes, TVector, TMode>(window, rows, columns, width, lane, bound, y + lane, bits);
                }
    }

    /// <summary>The window of nearly all networks, two by two pixels, without loops.</summary>
    /// <param name="a">First pixel, in front of the chain; the others follow row by row.</param>
    /// <param name="b">Second pixel.</param>
    /// <param name="c">Third pixel.</param>
    /// <param name="d">Fourth pixel.</param>
    /// <param name="width">Pixels in a row of the map.</param>
    /// <param name="lane">First image of the vectors.</param>
    /// <param name="high">Upper bound of the chain.</param>
    /// <param name="y">Where the pooled value goes.</param>
    /// <param name="routes">Routes of the window's first pixel.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four<TLanes, TVector, TMode>(TVector a, TVector b, TVector c, TVector d, nint width, int lane, TVector high, float* y, ushort* routes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TMode : struct, IPoolMode
    {
        // The first of two equals stays.
        TVector best = TLanes.Larger(d, TLanes.Larger(c, TLanes.Larger(b, a)));
        TVector top = Finish<TLanes, TVector>(best, high, y);
        if (!TMode.Routes) return;
        if (TLanes.Lanes < Lanes)
        {
            Routes<TLanes, TVector>(a, b, c, d, top, width, lane, routes);
            return;
        }

        routes[0] = (ushort)Route<TLanes, TVector>(a, ref top);
        routes[1] = (ushort)Route<TLanes, TVector>(b, ref top);
        routes[width] = (ushort)Route<TLanes, TVector>(c, ref top);
        routes[width + 1] = (ushort)TLanes.MaskBits(TLanes.IsEqual(d, top));
    }

    /// <summary>
    /// The routes of a window where masks are vectors: lanes that a pixel has taken are taken out of the next ones' masks, which any unit of a Zen 3 does, where a choice as in <see cref="Route"/> is for those of the multiply-adds.
    /// Without a branch for windows that lie below the bound: in a trained network the two kinds follow each other as they like.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Routes<TLanes, TVector>(TVector a, TVector b, TVector c, TVector d, TVector top, nint width, int lane, ushort* routes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector routeA = TLanes.IsEqual(a, top), taken = TLanes.LessThanOrEqual(top, a);
        TVector routeB = TLanes.AndNot(TLanes.IsEqual(b, top), taken);
        taken = TLanes.Or(taken, TLanes.LessThanOrEqual(top, b));
        TVector routeC = TLanes.AndNot(TLanes.IsEqual(c, top), taken);
        taken = TLanes.Or(taken, TLanes.LessThanOrEqual(top, c));
        TVector routeD = TLanes.AndNot(TLanes.IsEqual(d, top), taken);
        LaneBits.Write<TLanes, TVector>(lane, routeA, routeB, routeC, routeD, routes, width);
    }

    private static void Window<TLanes, TVector, TMode>(float* window, int rows, int columns, nint width, int lane, TVector high, float* y, ushort* routes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TMode : struct, IPoolMode
    {
        TVector best = TLanes.Load(window);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) best = TLanes.Larger(TLanes.Load(window + (i * width + j) * Lanes), best);
        TVector top = Finish<TLanes, TVector>(best, high, y);
        if (!TMode.Routes) return;
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) LaneBits.Write<TLanes, TVector>(lane, Route<TLanes, TVector>(TLanes.Load(window + (i * width + j) * Lanes), ref top), routes + i * width + j);
    }

    /// <summary>Stores what a window's largest value is behind the chain.</summary>
    /// <param name="best">The value.</param>
    /// <param name="high">The chain's upper bound.</param>
    /// <param name="y">Where to.</param>
    /// <returns>The value, or the bound if that is less: what a pixel must reach to win. No number in lanes in which the rectifier lets no gradient pass, because nothing reaches that.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Finish<TLanes, TVector>(TVector best, TVector high, float* y)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        // A number that is none stays one, and no pixel reaches it. All ones are no number.
        TVector top = TLanes.Smaller(high, best), off = TLanes.LessThanOrEqual(best, TLanes.Zero);
        TLanes.Store(TLanes.ZeroWhere(off, top), y);
        return TLanes.Lanes < Lanes ? TLanes.Or(off, top) : TLanes.Select(off, TLanes.Create(float.NaN), top);
    }

    /// <summary>
    /// Where a pixel gets the gradient: it is the first of its window that reaches the top, and passes the clamp, that is, it does not lie above the top.
    /// </summary>
    /// <param name="value">The pixel.</param>
    /// <param name="top">What it must reach; no number in lanes in which the gradient has found its pixel, or there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Route<TLanes, TVector>(TVector value, ref TVector top)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        uint routed = TLanes.MaskBits(TLanes.IsEqual(value, top));
        top = TLanes.Select(TLanes.LessThanOrEqual(top, value), TLanes.Create(float.NaN), top);
        return routed;
    }
}

/// <summary>Whether a pooling notes the pixels that get the gradient, as a type.</summary>
internal interface IPoolMode
{
    /// <summary>Whether they are noted.</summary>
    static abstract bool Routes { get; }
}

/// <summary>Only values are wanted.</summary>
internal readonly struct PoolInference : IPoolMode
{
    public static bool Routes => false;
}

/// <summary>The pixels that get the gradient are noted.</summary>
internal readonly struct PoolTraining : IPoolMode
{
    public static bool Routes => true;
}
