// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Maximum pooling behind an element-wise chain, with dropout between the two or without, for windows that tile the map. Forwards it notes for each input pixel the lanes in
/// which the gradient reaches it: it is its window's first largest value, was not dropped, and passes the chain. Backwards these sixteen bits take the place of the map. The
/// bits are those of <see cref="MaximumPoolKernel"/> and <see cref="ActivationKernel"/>, one after the other.
/// </summary>
internal static unsafe class RoutedPoolKernel
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>First largest value of each window.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">Windows that tile the map exactly.</param>
    /// <param name="x">Input <c>[C][H][W][16]</c>, behind the chain.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[C][H'][W'][16]</c>.</param>
    /// <param name="routes">For each input pixel the lanes that pass the chain; those that do not win are taken out.</param>
    public static void Forward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> x, int lanes, Span<float> y, Span<ushort> routes) =>
        Forward<Kept>(width, shape, x, [], 1, lanes, y, routes);

    /// <summary>First largest value of each window of the map behind dropout: <c>kept ? x * factor : +0</c>.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">Windows that tile the map exactly.</param>
    /// <param name="x">Input <c>[C][H][W][16]</c>, behind the chain.</param>
    /// <param name="kept">For each input pixel the lanes that dropout keeps.</param>
    /// <param name="factor">What dropout multiplies by.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[C][H'][W'][16]</c>.</param>
    /// <param name="routes">For each input pixel the lanes that pass the chain; those that are dropped or do not win are taken out.</param>
    public static void Forward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> x, ReadOnlySpan<ushort> kept, float factor, int lanes, Span<float> y, Span<ushort> routes)
    {
        if (kept.Length < shape.Channels * shape.InputPixels) throw new ArgumentException($"too few masks for the pooling {shape}");
        Forward<Dropped>(width, shape, x, kept, factor, lanes, y, routes);
    }

    private static void Forward<TDropout>(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> x, ReadOnlySpan<ushort> kept, float factor, int lanes, Span<float> y, Span<ushort> routes)
        where TDropout : struct, IDropout
    {
        Check(shape, x.Length, y.Length, routes.Length);
        fixed (float* input = x, output = y)
        fixed (ushort* bits = routes, keep = kept)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Forward<Lanes512, Vector512<float>, TDropout>(shape, input, keep, factor, lanes, output, bits); break;
                case VectorWidth.Vector256: Forward<Lanes256, Vector256<float>, TDropout>(shape, input, keep, factor, lanes, output, bits); break;
                case VectorWidth.Vector128: Forward<Lanes128, Vector128<float>, TDropout>(shape, input, keep, factor, lanes, output, bits); break;
                default: Forward<LanesScalar, float, TDropout>(shape, input, keep, factor, lanes, output, bits); break;
            }
        }
    }

    /// <summary>Gradient in front of the chain: <c>dx = routed ? (+0 + dy) * scale : +0</c>.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">Windows that tile the map exactly.</param>
    /// <param name="scale">Scale of the chain.</param>
    /// <param name="dy">Output gradient <c>[C][H'][W'][16]</c>.</param>
    /// <param name="routes">From the forward pass.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="dx">Receives the gradient <c>[C][H][W][16]</c>.</param>
    public static void Backward(VectorWidth width, in PoolingShape shape, float scale, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> routes, int lanes, Span<float> dx)
    {
        Check(shape, dx.Length, dy.Length, routes.Length);
        fixed (float* gradient = dy, target = dx)
        fixed (ushort* bits = routes)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Backward<Lanes512, Vector512<float>>(shape, scale, gradient, bits, lanes, target); break;
                case VectorWidth.Vector256: Backward<Lanes256, Vector256<float>>(shape, scale, gradient, bits, lanes, target); break;
                case VectorWidth.Vector128: Backward<Lanes128, Vector128<float>>(shape, scale, gradient, bits, lanes, target); break;
                default: Backward<LanesScalar, float>(shape, scale, gradient, bits, lanes, target); break;
            }
        }
    }

    /// <summary>The same for windows two columns wide, with one vector for the two pixels of a window's row, at most one of which has a gradient in each lane.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">Windows that tile the map exactly, of two columns.</param>
    /// <param name="scale">Scale of the chain.</param>
    /// <param name="dy">Output gradient <c>[C][H'][W'][16]</c>.</param>
    /// <param name="routes">From the forward pass.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="pairs">Receives the gradient <c>[C][H][W/2][16]</c>.</param>
    public static void BackwardPairs(VectorWidth width, in PoolingShape shape, float scale, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> routes, int lanes, Span<float> pairs)
    {
        if (shape.Columns != 2) throw new ArgumentException($"the windows of {shape} are not two columns wide");
        Check(shape, checked(2 * pairs.Length), dy.Length, routes.Length);
        fixed (float* gradient = dy, target = pairs)
        fixed (ushort* bits = routes)
        {
            switch (width)
            {
                case VectorWidth.Vector512: BackwardPairs<Lanes512, Vector512<float>>(shape, scale, gradient, bits, lanes, target); break;
                case VectorWidth.Vector256: BackwardPairs<Lanes256, Vector256<float>>(shape, scale, gradient, bits, lanes, target); break;
                case VectorWidth.Vector128: BackwardPairs<Lanes128, Vector128<float>>(shape, scale, gradient, bits, lanes, target); break;
                default: BackwardPairs<LanesScalar, float>(shape, scale, gradient, bits, lanes, target); break;
            }
        }
    }

    private static void Check(in PoolingShape shape, int input, int output, int routes)
    {
        shape.Check(input, output);
        if (!shape.TilesExactly) throw new ArgumentException($"the windows of {shape} do not tile the map");
        if (routes < shape.Channels * shape.InputPixels) throw new ArgumentException($"too few masks for the pooling {shape}");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TLanes, TVector, TDropout>(in PoolingShape shape, float* x, ushort* kept, float factor, int lanes, float* y, ushort* routes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TDropout : struct, IDropout
    {
        nint width = shape.Width;
        int rows = shape.Rows, columns = shape.Columns, lines = shape.Channels * shape.OutputHeight, outputWidth = shape.OutputWidth;
        TVector scale = TLanes.Create(factor);
        for (int line = 0; line < lines; line++, x += rows * width * Lanes, routes += rows * width, kept += TDropout.Drops ? rows * width : 0)
            for (int ox = 0; ox < outputWidth; ox++, y += Lanes)
                for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                {
                    float* window = x + (nint)ox * columns * Lanes + lane;
                    ushort* bits = routes + ox * columns, keep = TDropout.Drops ? kept + ox * columns : null;
                    if (rows == 2 && columns == 2) TLanes.Store(Four<TLanes, TVector, TDropout>(window, keep, scale, width, lane, bits), y + lane);
                    else TLanes.Store(Window<TLanes, TVector, TDropout>(window, keep, scale, rows, columns, width, lane, bits), y + lane);
                }
    }

    /// <summary>The value at a pixel, behind dropout if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TLanes, TVector, TDropout>(float* window, ushort* kept, TVector scale, nint pixel, int lane)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TDropout : struct, IDropout
    {
        TVector value = TLanes.Load(window + pixel * Lanes);
        return TDropout.Drops ? TLanes.Keep((uint)kept[pixel] >> lane, TLanes.Multiply(value, scale)) : value;
    }

    /// <summary>The window of nearly all networks, without loops.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Four<TLanes, TVector, TDropout>(float* window, ushort* kept, TVector scale, nint width, int lane, ushort* bits)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TDropout : struct, IDropout
    {
        TVector a = Load<TLanes, TVector, TDropout>(window, kept, scale, 0, lane), b = Load<TLanes, TVector, TDropout>(window, kept, scale, 1, lane);
        TVector c = Load<TLanes, TVector, TDropout>(window, kept, scale, width, lane), d = Load<TLanes, TVector, TDropout>(window, kept, scale, width + 1, lane);
        // The first of two equals stays.
        TVector best = TLanes.Larger(d, TLanes.Larger(c, TLanes.Larger(b, a)));
        uint winsA = TLanes.MaskBits(TLanes.IsEqual(a, best)), winsB = TLanes.MaskBits(TLanes.IsEqual(b, best)), winsC = TLanes.MaskBits(TLanes.IsEqual(c, best)), winsD = TLanes.MaskBits(TLanes.IsEqual(d, best));
        Keep<TLanes, TVector, TDropout>(bits, kept, 0, winsA, lane);
        Keep<TLanes, TVector, TDropout>(bits, kept, 1, winsB & ~winsA, lane);
        Keep<TLanes, TVector, TDropout>(bits, kept, width, winsC & ~(winsA | winsB), lane);
        Keep<TLanes, TVector, TDropout>(bits, kept, width + 1, winsD & ~(winsA | winsB | winsC), lane);
        return best;
    }

    private static TVector Window<TLanes, TVector, TDropout>(float* window, ushort* kept, TVector scale, int rows, int columns, nint width, int lane, ushort* bits)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TDropout : struct, IDropout
    {
        TVector best = Load<TLanes, TVector, TDropout>(window, kept, scale, 0, lane);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) best = TLanes.Larger(Load<TLanes, TVector, TDropout>(window, kept, scale, i * width + j, lane), best);
        uint before = 0;
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
            {
                uint wins = TLanes.MaskBits(TLanes.IsEqual(Load<TLanes, TVector, TDropout>(window, kept, scale, i * width + j, lane), best));
                Keep<TLanes, TVector, TDropout>(bits, kept, i * width + j, wins & ~before, lane);
                before |= wins;
            }
        return best;
    }

    /// <summary>Leaves at a pixel, of the lanes from <paramref name="lane"/> on, only some, and of those what dropout keeps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep<TLanes, TVector, TDropout>(ushort* bits, ushort* kept, nint pixel, uint some, int lane)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TDropout : struct, IDropout
    {
        if (TDropout.Drops) some &= (uint)kept[pixel] >> lane;
        if (TLanes.Lanes == Lanes) bits[pixel] &= (ushort)some;
        else bits[pixel] &= (ushort)(some << lane | ~(((1u << TLanes.Lanes) - 1) << lane));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TLanes, TVector>(in PoolingShape shape, float scale, float* dy, ushort* routes, int lanes, float* dx)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        nint width = shape.Width;
        int rows = shape.Rows, columns = shape.Columns, lines = shape.Channels * shape.OutputHeight, outputWidth = shape.OutputWidth;
        TVector factor = TLanes.Create(scale);
        for (int line = 0; line < lines; line++, dx += rows * width * Lanes, routes += rows * width)
            for (int ox = 0; ox < outputWidth; ox++, dy += Lanes)
            {
                float* window = dx + (nint)ox * columns * Lanes;
                ushort* bits = routes + ox * columns;
                if (rows == 2 && columns == 2)
                {
                    for (int lane = 0; lane < lanes; lane += TLanes.Lanes) BackwardFour<TLanes, TVector>(dy, factor, bits, width, lane, window);
                    continue;
                }

                for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                {
                    TVector gradient = Gradient<TLanes, TVector>(dy + lane, factor);
                    for (int i = 0; i < rows; i++)
                        for (int j = 0; j < columns; j++)
                            TLanes.Store(TLanes.Keep((uint)bits[i * width + j] >> lane, gradient), window + (i * width + j) * Lanes + lane);
                }
            }
    }

    /// <summary>The window of nearly all networks, without loops.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BackwardFour<TLanes, TVector>(float* dy, TVector factor, ushort* bits, nint width, int lane, float* window)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector a = Gradient<TLanes, TVector>(dy + lane, factor), b = a, c = a, d = a;
        TLanes.KeepTwo(bits, lane, ref a, ref b);
        TLanes.KeepTwo(bits + width, lane, ref c, ref d);
        TLanes.Store(a, window + lane);
        TLanes.Store(b, window + Lanes + lane);
        TLanes.Store(c, window + width * Lanes + lane);
        TLanes.Store(d, window + (width + 1) * Lanes + lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Gradient<TLanes, TVector>(float* dy, TVector factor)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct =>
        TLanes.Multiply(TLanes.Add(TLanes.Zero, TLanes.Load(dy)), factor);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardPairs<TLanes, TVector>(in PoolingShape shape, float scale, float* dy, ushort* routes, int lanes, float* pairs)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        nint width = shape.Width;
        int rows = shape.Rows, lines = shape.Channels * shape.OutputHeight, outputWidth = shape.OutputWidth;
        TVector factor = TLanes.Create(scale);
        for (int line = 0; line < lines; line++, pairs += rows * outputWidth * Lanes, routes += rows * width)
            for (int ox = 0; ox < outputWidth; ox++, dy += Lanes)
                for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                {
                    TVector gradient = TLanes.Multiply(TLanes.Add(TLanes.Zero, TLanes.Load(dy + lane)), factor);
                    float* pair = pairs + (nint)ox * Lanes + lane;
                    ushort* bits = routes + 2 * ox;
                    for (int i = 0; i < rows; i++, pair += (nint)outputWidth * Lanes, bits += width) TLanes.Store(TLanes.Keep((uint)(bits[0] | bits[1]) >> lane, gradient), pair);
                }
    }

    /// <summary>Whether there is dropout in front of the pooling, as a type.</summary>
    private interface IDropout
    {
        static abstract bool Drops { get; }
    }

    private readonly struct Kept : IDropout
    {
        public static bool Drops => false;
    }

    private readonly struct Dropped : IDropout
    {
        public static bool Drops => true;
    }
}
