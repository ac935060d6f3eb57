// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Sums of squares for activity penalties, and their gradient. The bits are those of <see cref="PenaltyReference"/>.</summary>
internal static unsafe class PenaltyKernel
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Sum of the squares of each image: one float chain for each channel, the channels added in double.</summary>
    public static void SumOfSquares(VectorWidth width, int channels, int pixels, ReadOnlySpan<float> x, int lanes, Span<double> sums)
    {
        if (x.Length < (long)channels * pixels * Lanes || sums.Length < Lanes) throw new ArgumentException($"memory too small for {channels} channels of {pixels} pixels");
        fixed (float* input = x)
        fixed (double* output = sums)
        {
            switch (width)
            {
                case VectorWidth.Vector512: SumOfSquares<Lanes512, Vector512<float>>(channels, pixels, input, lanes, output); break;
                case VectorWidth.Vector256: SumOfSquares<Lanes256, Vector256<float>>(channels, pixels, input, lanes, output); break;
                case VectorWidth.Vector128: SumOfSquares<Lanes128, Vector128<float>>(channels, pixels, input, lanes, output); break;
                default: SumOfSquares<LanesScalar, float>(channels, pixels, input, lanes, output); break;
            }
        }
    }

    /// <summary><c>dx = fma(factor, x, dx)</c> in lanes with an image, where <c>dx</c> counts as +0 unless it accumulates; +0 or unchanged in the others.</summary>
    public static void Backward(VectorWidth width, int pixels, float factor, ReadOnlySpan<float> x, int lanes, bool accumulate, Span<float> dx)
    {
        if (x.Length < (long)pixels * Lanes || dx.Length < (long)pixels * Lanes) throw new ArgumentException($"memory too small for {pixels} values");
        fixed (float* input = x, output = dx)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Backward<Lanes512, Vector512<float>>(pixels, factor, input, lanes, accumulate, output); break;
                case VectorWidth.Vector256: Backward<Lanes256, Vector256<float>>(pixels, factor, input, lanes, accumulate, output); break;
                case VectorWidth.Vector128: Backward<Lanes128, Vector128<float>>(pixels, factor, input, lanes, accumulate, output); break;
                default: Backward<LanesScalar, float>(pixels, factor, input, lanes, accumulate, output); break;
            }
        }
    }

    /// <summary>Penalty on weights: <c>gradient = fma(factor, w, gradient)</c>.</summary>
    public static void AddWeights(float factor, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = MathF.FusedMultiplyAdd(factor, weights[i], gradient[i]);
    }

    /// <summary>Sum of the squares of weights, in double by ascending index.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> weights)
    {
        double sum = 0;
        foreach (float weight in weights) sum += (double)weight * weight;
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOfSquares<TLanes, TVector>(int channels, int pixels, float* x, int lanes, double* sums)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* chains = stackalloc float[Lanes];
        for (int lane = 0; lane < lanes; lane++) sums[lane] = 0;
        for (int c = 0; c < channels; c++, x += (nint)pixels * Lanes)
        {
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
            {
                TVector chain = TLanes.Zero;
                for (int p = 0; p < pixels; p++)
                {
                    TVector value = TLanes.Load(x + (nint)p * Lanes + lane);
                    chain = TLanes.FusedMultiplyAdd(value, value, chain);
                }
                TLanes.Store(chain, chains + lane);
            }
            for (int lane = 0; lane < lanes; lane++) sums[lane] += chains[lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TLanes, TVector>(int pixels, float factor, float* x, int lanes, bool accumulate, float* dx)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        TVector rate = TLanes.Create(factor);
        for (int lane = 0; lane < Lanes; lane += TLanes.Lanes)
        {
            TVector used = TLanes.MaskOf((1u << lanes) - 1 >> lane);
            for (nint i = lane; i < (nint)pixels * Lanes; i += Lanes)
            {
                TVector before = accumulate ? TLanes.Load(dx + i) : TLanes.Zero;
                TVector sum = TLanes.FusedMultiplyAdd(rate, TLanes.Load(x + i), before);
                TLanes.Store(TLanes.Select(used, sum, before), dx + i);
            }
        }
    }
}
