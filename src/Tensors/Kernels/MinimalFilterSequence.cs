// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>The sums and differences of <see cref="MinimalFilter"/> on vectors, of images or of channels.</summary>
internal static unsafe class MinimalFilterSequence
{
    /// <summary>Four terms of a row.</summary>
    /// <param name="d0">The row's first column, of two rows of the input.</param>
    /// <param name="d1">Its second.</param>
    /// <param name="d2">Its third.</param>
    /// <param name="d3">Its fourth.</param>
    /// <param name="terms">Receives the first term.</param>
    /// <param name="term">From a term to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Terms<TLanes, TVector>(TVector d0, TVector d1, TVector d2, TVector d3, float* terms, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TLanes.Store(TLanes.Subtract(d0, d2), terms);
        TLanes.Store(TLanes.Add(d1, d2), terms + term);
        TLanes.Store(TLanes.Subtract(d2, d1), terms + 2 * term);
        TLanes.Store(TLanes.Subtract(d1, d3), terms + 3 * term);
    }

    /// <summary>Sixteen terms of kernels of nine weights: <see cref="MinimalFilter.Transform"/>.</summary>
    /// <param name="weights">The first weight.</param>
    /// <param name="tap">From a weight to the next.</param>
    /// <param name="terms">Receives the first term.</param>
    /// <param name="term">From a term to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights<TLanes, TVector>(float* weights, nint tap, float* terms, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        const int Side = MinimalFilter.Side, Columns = Side - 1;
        Four<TLanes, TVector>(TLanes.Load(weights), TLanes.Load(weights + Columns * tap), TLanes.Load(weights + 2 * Columns * tap), out TVector a0, out TVector a1, out TVector a2, out TVector a3);
        Four<TLanes, TVector>(TLanes.Load(weights + tap), TLanes.Load(weights + (Columns + 1) * tap), TLanes.Load(weights + (2 * Columns + 1) * tap), out TVector b0, out TVector b1, out TVector b2, out TVector b3);
        Four<TLanes, TVector>(TLanes.Load(weights + 2 * tap), TLanes.Load(weights + (Columns + 2) * tap), TLanes.Load(weights + (2 * Columns + 2) * tap), out TVector c0, out TVector c1, out TVector c2, out TVector c3);
        StoreFour<TLanes, TVector>(a0, b0, c0, terms, term);
        StoreFour<TLanes, TVector>(a1, b1, c1, terms + Side * term, term);
        StoreFour<TLanes, TVector>(a2, b2, c2, terms + 2 * Side * term, term);
        StoreFour<TLanes, TVector>(a3, b3, c3, terms + 3 * Side * term, term);
    }

    /// <summary>Four outputs of sixteen sums.</summary>
    /// <param name="m">The first sum.</param>
    /// <param name="term">From a sum to the next.</param>
    /// <param name="y00">First row, first column.</param>
    /// <param name="y01">First row, second column.</param>
    /// <param name="y10">Second row, first column.</param>
    /// <param name="y11">Second row, second column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs<TLanes, TVector>(float* m, nint term, out TVector y00, out TVector y01, out TVector y10, out TVector y11)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        const int Side = MinimalFilter.Side;
        Columns<TLanes, TVector>(m, term, out y00, out y01);
        Columns<TLanes, TVector>(m + Side * term, term, out y10, out y11);
        y00 = TLanes.Add(y00, y10);
        y01 = TLanes.Add(y01, y11);
        Columns<TLanes, TVector>(m + 2 * Side * term, term, out TVector c0, out TVector c1);
        y00 = TLanes.Add(y00, c0);
        y01 = TLanes.Add(y01, c1);
        y10 = TLanes.Subtract(y10, c0);
        y11 = TLanes.Subtract(y11, c1);
        Columns<TLanes, TVector>(m + 3 * Side * term, term, out c0, out c1);
        y10 = TLanes.Subtract(y10, c0);
        y11 = TLanes.Subtract(y11, c1);
    }

    /// <summary>Nine gradients of a kernel of sixteen sums, in their place.</summary>
    /// <param name="s">The first sum; receives the first gradient.</param>
    /// <param name="term">From a sum, or gradient, to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel<TLanes, TVector>(float* s, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        const int Side = MinimalFilter.Side, Columns = Side - 1;
        for (int row = 0; row < Side; row++) Three<TLanes, TVector>(s + row * Side * term, term, s + row * Columns * term, term);
        for (int column = 0; column < Columns; column++) Three<TLanes, TVector>(s + column * term, Columns * term, s + column * term, Columns * term);
    }

    /// <summary>Three gradients of four sums, which may lie in the same memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Three<TLanes, TVector>(float* s, nint step, float* result, nint resultStep)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector s0 = TLanes.Load(s), s1 = TLanes.Load(s + step), s2 = TLanes.Load(s + 2 * step), s3 = TLanes.Load(s + 3 * step), half = TLanes.Create(0.5f), mean = TLanes.Multiply(TLanes.Add(s1, s2), half);
        TLanes.Store(TLanes.Add(s0, mean), result);
        TLanes.Store(TLanes.Multiply(TLanes.Subtract(s1, s2), half), result + resultStep);
        TLanes.Store(TLanes.Subtract(mean, s3), result + 2 * resultStep);
    }

    /// <summary>Four terms of three weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four<TLanes, TVector>(TVector first, TVector second, TVector third, out TVector t0, out TVector t1, out TVector t2, out TVector t3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector half = TLanes.Create(0.5f);
        t0 = first;
        t1 = TLanes.Multiply(TLanes.Add(TLanes.Add(first, second), third), half);
        t2 = TLanes.Multiply(TLanes.Add(TLanes.Subtract(first, second), third), half);
        t3 = third;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour<TLanes, TVector>(TVector first, TVector second, TVector third, float* terms, nint term)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        Four<TLanes, TVector>(first, second, third, out TVector t0, out TVector t1, out TVector t2, out TVector t3);
        TLanes.Store(t0, terms);
        TLanes.Store(t1, terms + term);
        TLanes.Store(t2, terms + 2 * term);
        TLanes.Store(t3, terms + 3 * term);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns<TLanes, TVector>(float* m, nint term, out TVector c0, out TVector c1)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector m1 = TLanes.Load(m + term), m2 = TLanes.Load(m + 2 * term);
        c0 = TLanes.Add(TLanes.Add(TLanes.Load(m), m1), m2);
        c1 = TLanes.Subtract(TLanes.Subtract(m1, m2), TLanes.Load(m + 3 * term));
    }
}
