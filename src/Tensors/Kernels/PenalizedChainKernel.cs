// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// An activity penalty on a map and the chain that reads the same map, in one pass each way. The bits are those of <see cref="PenaltyKernel"/> and
/// <see cref="ActivationKernel"/> one after the other.
/// </summary>
internal static unsafe class PenalizedChainKernel
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Applies the chain and adds the squares of its input.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="activation">The chain.</param>
    /// <param name="channels">Channels of the map.</param>
    /// <param name="pixels">Pixels of a channel.</param>
    /// <param name="x">Input, <c>[channels][pixels][16]</c>.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output of the chain.</param>
    /// <param name="masks">Receives for each value the lanes in which the gradient passes the chain; empty in inference.</param>
    /// <param name="sums">Receives for each image the sum of squares.</param>
    public static void Forward(VectorWidth width, in Activation activation, int channels, int pixels, ReadOnlySpan<float> x, int lanes, Span<float> y, Span<ushort> masks, Span<double> sums)
    {
        long values = (long)channels * pixels;
        if (x.Length < values * Lanes || y.Length < values * Lanes || (!masks.IsEmpty && masks.Length < values) || sums.Length < Lanes) throw new ArgumentException($"memory too small for {channels} channels of {pixels} pixels");
        sums[..lanes].Clear();
        LaneBits.Clear(width, lanes, masks.IsEmpty ? masks : masks[..(int)values]);
        fixed (float* input = x, output = y)
        fixed (ushort* bits = masks)
        fixed (double* squares = sums)
        {
            for (int c = 0; c < channels; c++)
            {
                nint first = (nint)c * pixels;
                ushort* mask = bits == null ? null : bits + first;
                switch (width)
                {
                    case VectorWidth.Vector512: Forward<Lanes512, Vector512<float>>(activation, pixels, input + first * Lanes, lanes, output + first * Lanes, mask, squares); break;
                    case VectorWidth.Vector256: Forward<Lanes256, Vector256<float>>(activation, pixels, input + first * Lanes, lanes, output + first * Lanes, mask, squares); break;
                    case VectorWidth.Vector128: Forward<Lanes128, Vector128<float>>(activation, pixels, input + first * Lanes, lanes, output + first * Lanes, mask, squares); break;
                    default: Forward<LanesScalar, float>(activation, pixels, input + first * Lanes, lanes, output + first * Lanes, mask, squares); break;
                }
            }
        }
    }

    /// <summary>
    /// Gradient of the chain's input: <c>fma(factor, x, passes ? dy * scale : +0)</c>, in lanes without an image without the penalty; and where the input is the output of
    /// a rectifier, that of the rectifier's input: +0 unless <c>x &gt; 0</c>.
    /// </summary>
    /// <param name="width">Vector width.</param>
    /// <param name="scale">Scale of the chain.</param>
    /// <param name="factor">Factor of the penalty.</param>
    /// <param name="rectified">Whether the input is the output of a rectifier.</param>
    /// <param name="x">Input of the chain.</param>
    /// <param name="dy">Gradient of its output.</param>
    /// <param name="masks">What <see cref="Forward"/> gave.</param>
    /// <param name="values">Values of one image.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="dx">Receives the gradient.</param>
    public static void Backward(VectorWidth width, float scale, float factor, bool rectified, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> masks, int values, int lanes, Span<float> dx)
    {
        if (x.Length < (long)values * Lanes || dy.Length < (long)values * Lanes || dx.Length < (long)values * Lanes || masks.Length < values) throw new ArgumentException($"memory too small for {values} values");
        fixed (float* input = x, gradient = dy, output = dx)
        fixed (ushort* bits = masks)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Backward<Lanes512, Vector512<float>>(scale, factor, rectified, input, gradient, bits, values, lanes, output); break;
                case VectorWidth.Vector256: Backward<Lanes256, Vector256<float>>(scale, factor, rectified, input, gradient, bits, values, lanes, output); break;
                case VectorWidth.Vector128: Backward<Lanes128, Vector128<float>>(scale, factor, rectified, input, gradient, bits, values, lanes, output); break;
                default: Backward<LanesScalar, float>(scale, factor, rectified, input, gradient, bits, values, lanes, output); break;
            }
        }
    }

    /// <summary>One channel: the squares are one chain of multiply-adds over its pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TLanes, TVector>(in Activation activation, int pixels, float* x, int lanes, float* y, ushort* masks, double* sums)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* channel = stackalloc float[Lanes];
        TVector scale = TLanes.Create(activation.Scale), low = TLanes.Create(activation.Low), high = TLanes.Create(activation.High);
        bool rectify = activation.Rectify;
        for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
        {
            TVector chain = TLanes.Zero;
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                nint at = (nint)pixel * Lanes + lane;
                TVector input = TLanes.Load(x + at);
                chain = TLanes.FusedMultiplyAdd(input, input, chain);
                TVector output = ActivationKernel.Apply<TLanes, TVector>(input, rectify, scales: true, below: true, scale, low, high, out uint bits);
                TLanes.Store(output, y + at);
                if (masks == null) continue;
                LaneBits.Write<TLanes, TVector>(lane, bits, masks + pixel);
            }

            TLanes.Store(chain, channel + lane);
        }

        for (int lane = 0; lane < lanes; lane++) sums[lane] += channel[lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TLanes, TVector>(float scale, float factor, bool rectified, float* x, float* dy, ushort* masks, int values, int lanes, float* dx)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector slope = TLanes.Create(scale), rate = TLanes.Create(factor), allPass = TLanes.IsEqual(TLanes.Zero, TLanes.Zero);
        for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
        {
            TVector used = TLanes.MaskOf((1u << lanes) - 1 >> lane);
            for (int value = 0; value < values; value++)
            {
                nint at = (nint)value * Lanes + lane;
                TVector input = TLanes.Load(x + at);
                TVector chain = TLanes.Keep((uint)masks[value] >> lane, TLanes.Multiply(TLanes.Load(dy + at), slope));
                TVector sum = TLanes.Select(used, TLanes.FusedMultiplyAdd(rate, input, chain), chain);
                TLanes.Store(TLanes.And(rectified ? TLanes.LessThan(TLanes.Zero, input) : allPass, sum), dx + at);
            }
        }
    }
}
