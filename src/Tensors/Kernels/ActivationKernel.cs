// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Element-wise chains over a block. The bits are those of <see cref="ActivationReference"/>.</summary>
internal static unsafe class ActivationKernel
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Applies a chain; <paramref name="y"/> may be the same memory as <paramref name="x"/>.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="activation">The chain.</param>
    /// <param name="x">Input, <paramref name="pixels"/> times 16 values.</param>
    /// <param name="pixels">Values of one image.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output.</param>
    /// <param name="masks">Receives for each pixel the lanes in which the gradient passes; empty in inference.</param>
    public static void Forward(VectorWidth width, in Activation activation, ReadOnlySpan<float> x, int pixels, int lanes, Span<float> y, Span<ushort> masks)
    {
        if (x.Length < (long)pixels * Lanes || y.Length < (long)pixels * Lanes || (!masks.IsEmpty && masks.Length < pixels)) throw new ArgumentException($"memory too small for {pixels} values");
        fixed (float* input = x, output = y)
        fixed (ushort* bits = masks)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Forward<Lanes512, Vector512<float>>(activation, input, pixels, lanes, output, bits); break;
                case VectorWidth.Vector256: Forward<Lanes256, Vector256<float>>(activation, input, pixels, lanes, output, bits); break;
                case VectorWidth.Vector128: Forward<Lanes128, Vector128<float>>(activation, input, pixels, lanes, output, bits); break;
                default: Forward<LanesScalar, float>(activation, input, pixels, lanes, output, bits); break;
            }
        }
    }

    /// <summary><c>dx = passes ? dy * scale : +0</c>; <paramref name="dx"/> may be the same memory as <paramref name="dy"/>.</summary>
    public static void Backward(VectorWidth width, float scale, ReadOnlySpan<float> dy, ReadOnlySpan<ushort> masks, int pixels, int lanes, Span<float> dx)
    {
        if (dy.Length < (long)pixels * Lanes || dx.Length < (long)pixels * Lanes || masks.Length < pixels) throw new ArgumentException($"memory too small for {pixels} values");
        fixed (float* input = dy, output = dx)
        fixed (ushort* bits = masks)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Backward<Lanes512, Vector512<float>>(scale, input, bits, pixels, lanes, output); break;
                case VectorWidth.Vector256: Backward<Lanes256, Vector256<float>>(scale, input, bits, pixels, lanes, output); break;
                case VectorWidth.Vector128: Backward<Lanes128, Vector128<float>>(scale, input, bits, pixels, lanes, output); break;
                default: Backward<LanesScalar, float>(scale, input, bits, pixels, lanes, output); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TLanes, TVector>(in Activation activation, float* x, int pixels, int lanes, float* y, ushort* masks)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector scale = TLanes.Create(activation.Scale);
        TVector low = TLanes.Create(activation.Low);
        TVector high = TLanes.Create(activation.High);
        bool rectify = activation.Rectify;
        for (int pixel = 0; pixel < pixels; pixel++, x += Lanes, y += Lanes)
        {
            uint passes = 0;
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
            {
                TVector input = TLanes.Load(x + lane);
                TVector output = Apply<TLanes, TVector>(input, rectify, scales: true, below: true, scale, low, high, out uint bits);
                TLanes.Store(output, y + lane);
                passes |= bits << lane;
            }
            if (masks != null) masks[pixel] = (ushort)passes;
        }
    }

    /// <summary>The chain on one vector. Its parts are chosen so that each is one or two instructions; the bits are those of the comparisons in the reference.</summary>
    /// <param name="value">Input.</param>
    /// <param name="rectify">Whether there is a rectifier.</param>
    /// <param name="scales">Whether the scale can change anything: it is not one.</param>
    /// <param name="below">Whether the lower bound can change anything: false behind a rectifier where it is not above zero.</param>
    /// <param name="scale">Scale, above zero.</param>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound, not below the lower.</param>
    /// <param name="passes">Lanes in which the gradient passes: the input is above zero where there is a rectifier, and the clamp changes nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TLanes, TVector>(TVector value, bool rectify, bool scales, bool below, TVector scale, TVector low, TVector high, out uint passes)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector unclamped = scales ? TLanes.Multiply(value, scale) : value;
        if (rectify) unclamped = TLanes.ZeroWhere(TLanes.LessThanOrEqual(value, TLanes.Zero), unclamped);
        TVector clamped = TLanes.Smaller(high, unclamped);
        if (below) clamped = TLanes.Larger(low, clamped);
        // Combining masks of the widest vectors costs more than combining their bits; of the others it costs less.
        if (!rectify) passes = TLanes.MaskBits(TLanes.IsEqual(unclamped, clamped));
        else if (TLanes.Lanes < Lanes) passes = TLanes.MaskBits(TLanes.ZeroWhere(TLanes.LessThanOrEqual(value, TLanes.Zero), TLanes.IsEqual(unclamped, clamped)));
        else passes = TLanes.MaskBits(TLanes.IsEqual(unclamped, clamped)) & ~TLanes.MaskBits(TLanes.LessThanOrEqual(value, TLanes.Zero));
        return clamped;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TLanes, TVector>(float scale, float* dy, ushort* masks, int pixels, int lanes, float* dx)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector factor = TLanes.Create(scale);
        for (int pixel = 0; pixel < pixels; pixel++, dy += Lanes, dx += Lanes)
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                TLanes.Store(TLanes.Keep((uint)masks[pixel] >> lane, TLanes.Multiply(TLanes.Load(dy + lane), factor)), dx + lane);
    }
}
