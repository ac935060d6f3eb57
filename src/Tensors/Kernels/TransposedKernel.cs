// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Transposed convolution of a block. Each pixel has a short list of the taps that meet another pixel, the same for all channels. The bits are those of
/// <see cref="TransposedReference"/>.
/// </summary>
internal static unsafe class TransposedKernel
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Block = 4;

    /// <summary>Biased sums.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">Shape.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="weights">Kernel <c>[O, I, 3, 3]</c>, turned.</param>
    /// <param name="bias">Bias <c>[O]</c>, or empty.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[O][H'][W'][16]</c>.</param>
    public static void Forward(VectorWidth width, in TransposedShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int lanes, Span<float> y)
    {
        shape.Check(x.Length, y.Length, weights.Length);
        fixed (float* input = x, kernel = weights, offset = bias, output = y)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Forward<Lanes512, Vector512<float>>(shape, input, kernel, offset, lanes, output); break;
                case VectorWidth.Vector256: Forward<Lanes256, Vector256<float>>(shape, input, kernel, offset, lanes, output); break;
                case VectorWidth.Vector128: Forward<Lanes128, Vector128<float>>(shape, input, kernel, offset, lanes, output); break;
                default: Forward<LanesScalar, float>(shape, input, kernel, offset, lanes, output); break;
            }
        }
    }

    /// <summary>Input gradient: a chain over output channels and the output pixels that an input pixel reaches, in raster order.</summary>
    public static void InputGradient(VectorWidth width, in TransposedShape shape, ReadOnlySpan<float> dy, ReadOnlySpan<float> weights, int lanes, Span<float> dx)
    {
        shape.Check(dx.Length, dy.Length, weights.Length);
        fixed (float* gradient = dy, kernel = weights, target = dx)
        {
            switch (width)
            {
                case VectorWidth.Vector512: InputGradient<Lanes512, Vector512<float>>(shape, gradient, kernel, lanes, target); break;
                case VectorWidth.Vector256: InputGradient<Lanes256, Vector256<float>>(shape, gradient, kernel, lanes, target); break;
                case VectorWidth.Vector128: InputGradient<Lanes128, Vector128<float>>(shape, gradient, kernel, lanes, target); break;
                default: InputGradient<LanesScalar, float>(shape, gradient, kernel, lanes, target); break;
            }
        }
    }

    /// <summary>Weight gradient of one block: a chain over the input pixels in raster order for each lane, lanes added as a tree.</summary>
    public static void WeightGradient(VectorWidth width, in TransposedShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
    {
        shape.Check(x.Length, dy.Length, gradient.Length);
        fixed (float* input = x, change = dy, target = gradient)
        {
            switch (width)
            {
                case VectorWidth.Vector512: WeightGradient<Lanes512, Vector512<float>>(shape, input, change, lanes, target); break;
                case VectorWidth.Vector256: WeightGradient<Lanes256, Vector256<float>>(shape, input, change, lanes, target); break;
                case VectorWidth.Vector128: WeightGradient<Lanes128, Vector128<float>>(shape, input, change, lanes, target); break;
                default: WeightGradient<LanesScalar, float>(shape, input, change, lanes, target); break;
            }
        }
    }

    private static void Forward<TLanes, TVector>(in TransposedShape shape, float* x, float* weights, float* bias, int lanes, float* y)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TapList taps = default;
        nint map = (nint)shape.InputPixels * Lanes, result = (nint)shape.OutputPixels * Lanes, kernel = (nint)shape.InputChannels * TransposedShape.Taps;
        for (int row = 0; row < shape.OutputHeight; row++)
            for (int column = 0; column < shape.OutputWidth; column++)
            {
                taps.Count = 0;
                for (int tap = 0; tap < TransposedShape.Taps; tap++)
                {
                    int h = shape.Source(row, tap / TransposedShape.Kernel, shape.Height), w = shape.Source(column, tap % TransposedShape.Kernel, shape.Width);
                    if (h >= 0 && w >= 0) taps.Add(tap, (h * shape.Width + w) * Lanes);
                }

                var chain = new Chain(map, shape.InputChannels, TransposedShape.Taps, kernel, result);
                Pixel<TLanes, TVector>(chain, taps, x, weights, bias, shape.OutputChannels, lanes, y + ((nint)row * shape.OutputWidth + column) * Lanes);
            }
    }

    private static void InputGradient<TLanes, TVector>(in TransposedShape shape, float* dy, float* weights, int lanes, float* dx)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TapList taps = default;
        nint map = (nint)shape.OutputPixels * Lanes, result = (nint)shape.InputPixels * Lanes, kernel = (nint)shape.InputChannels * TransposedShape.Taps;
        for (int pixel = 0; pixel < shape.InputPixels; pixel++)
        {
            taps.Count = 0;
            int top = shape.FirstTarget(pixel / shape.Width), left = shape.FirstTarget(pixel % shape.Width);
            for (int step = 0; step < TransposedShape.Taps; step++)
            {
                int row = top + step / TransposedShape.Kernel, column = left + step % TransposedShape.Kernel;
                if ((uint)row < (uint)shape.OutputHeight && (uint)column < (uint)shape.OutputWidth) taps.Add(TransposedShape.Taps - 1 - step, (row * shape.OutputWidth + column) * Lanes);
            }

            var chain = new Chain(map, shape.OutputChannels, kernel, TransposedShape.Taps, result);
            Pixel<TLanes, TVector>(chain, taps, dy, weights, null, shape.InputChannels, lanes, dx + (nint)pixel * Lanes);
        }
    }

    /// <summary>All channels of one pixel, several at a time so that a loaded value serves them all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pixel<TLanes, TVector>(in Chain chain, in TapList taps, float* source, float* weights, float* bias, int channels, int lanes, float* result)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        for (int channel = 0; channel < channels;)
        {
            int size = channels - channel >= Block ? Block : 1;
            float* first = weights + channel * chain.ChannelStep, target = result + channel * chain.ResultStep;
            float* offset = bias == null ? null : bias + channel;
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
            {
                if (size == Block) Four<TLanes, TVector>(chain, taps, source + lane, first, offset, target + lane);
                else One<TLanes, TVector>(chain, taps, source + lane, first, offset, target + lane);
            }

            channel += size;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TLanes, TVector>(in Chain chain, in TapList taps, float* source, float* weights, float* bias, float* result)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
        nint next = chain.ChannelStep;
        for (int k = 0; k < chain.Length; k++, source += chain.MapStep, weights += chain.WeightStep)
            for (int i = 0; i < taps.Count; i++)
            {
                TVector value = TLanes.Load(source + taps.Offset[i]);
                float* w = weights + taps.Tap[i];
                a = TLanes.FusedMultiplyAdd(value, TLanes.Create(w[0]), a);
                b = TLanes.FusedMultiplyAdd(value, TLanes.Create(w[next]), b);
                c = TLanes.FusedMultiplyAdd(value, TLanes.Create(w[2 * next]), c);
                d = TLanes.FusedMultiplyAdd(value, TLanes.Create(w[3 * next]), d);
            }
        if (bias != null)
        {
            a = TLanes.Add(a, TLanes.Create(bias[0]));
            b = TLanes.Add(b, TLanes.Create(bias[1]));
            c = TLanes.Add(c, TLanes.Create(bias[2]));
            d = TLanes.Add(d, TLanes.Create(bias[3]));
        }
        TLanes.Store(a, result);
        TLanes.Store(b, result + chain.ResultStep);
        TLanes.Store(c, result + 2 * chain.ResultStep);
        TLanes.Store(d, result + 3 * chain.ResultStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<TLanes, TVector>(in Chain chain, in TapList taps, float* source, float* weights, float* bias, float* result)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector sum = TLanes.Zero;
        for (int k = 0; k < chain.Length; k++, source += chain.MapStep, weights += chain.WeightStep)
            for (int i = 0; i < taps.Count; i++) sum = TLanes.FusedMultiplyAdd(TLanes.Load(source + taps.Offset[i]), TLanes.Create(weights[taps.Tap[i]]), sum);
        TLanes.Store(bias == null ? sum : TLanes.Add(sum, TLanes.Create(*bias)), result);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightGradient<TLanes, TVector>(in TransposedShape shape, float* x, float* dy, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* chains = stackalloc float[TransposedShape.Taps * Lanes];
        for (int o = 0; o < shape.OutputChannels; o++)
            for (int c = 0; c < shape.InputChannels; c++, gradient += TransposedShape.Taps)
            {
                new Span<float>(chains, TransposedShape.Taps * Lanes).Clear();
                float* input = x + (nint)c * shape.InputPixels * Lanes, change = dy + (nint)o * shape.OutputPixels * Lanes;
                for (int step = 0; step < TransposedShape.Taps; step++)
                    for (int lane = 0; lane < lanes; lane += TLanes.Lanes) Along<TLanes, TVector>(shape, step, input + lane, change + lane, chains + step * Lanes + lane);
                for (int step = 0; step < TransposedShape.Taps; step++)
                {
                    var sums = new Span<float>(chains + step * Lanes, Lanes);
                    sums[lanes..].Clear();
                    gradient[TransposedShape.Taps - 1 - step] = ConvolutionReference.AddLanes(sums);
                }
            }
    }

    /// <summary>The chain of one tap over the input pixels whose target lies inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Along<TLanes, TVector>(in TransposedShape shape, int step, float* x, float* dy, float* sum)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int down = step / TransposedShape.Kernel, right = step % TransposedShape.Kernel;
        TVector chain = TLanes.Zero;
        for (int h = 0; h < shape.Height; h++)
        {
            int row = shape.FirstTarget(h) + down;
            if ((uint)row >= (uint)shape.OutputHeight) continue;
            for (int w = 0; w < shape.Width; w++)
            {
                int column = shape.FirstTarget(w) + right;
                if ((uint)column >= (uint)shape.OutputWidth) continue;
                chain = TLanes.FusedMultiplyAdd(TLanes.Load(x + ((nint)h * shape.Width + w) * Lanes), TLanes.Load(dy + ((nint)row * shape.OutputWidth + column) * Lanes), chain);
            }
        }
        TLanes.Store(chain, sum);
    }

    /// <summary>Distances in floats: from map to map and from weight to weight along a chain, and from channel to channel of the result.</summary>
    private readonly record struct Chain(nint MapStep, int Length, nint WeightStep, nint ChannelStep, nint ResultStep);

    /// <summary>The taps of one pixel: which weight, and where in a map its value lies.</summary>
    private struct TapList
    {
        public fixed int Tap[TransposedShape.Taps];
        public fixed int Offset[TransposedShape.Taps];
        public int Count;

        public void Add(int tap, int offset)
        {
            Tap[Count] = tap;
            Offset[Count++] = offset;
        }
    }
}
