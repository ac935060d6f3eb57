// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Weight gradient of kernels of one tap over few pixels, dense layers among them, where vectors have eight lanes. A weight then has few multiply-adds, so what comes behind them counts: a tile of two output and three input channels
/// has both lane groups in its twelve accumulators and adds their lanes while they are in registers.
/// </summary>
internal static unsafe class WeightGradientSmallMaps
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Half = Lanes / 2;
    private const int Outputs = 2;
    private const int Inputs = 3;

    // With more, the input passes through the first-level cache once for each two outputs, and a tile of four is better.
    private const int MostPixels = 32;

    /// <summary>Whether a convolution of one tap without padding is for this tile, and the machine has its instructions.</summary>
    public static bool Takes(in ConvolutionShape shape) => Avx.IsSupported && shape is { OutputPixels: <= MostPixels, InputChannels: >= Inputs, OutputChannels: >= Outputs };

    /// <summary>Weight gradient of the lane groups that hold images.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ConvolutionShape shape, float* x, float* dy, int lanes, float* gradient)
    {
        int inputs = shape.InputChannels, outputs = shape.OutputChannels, pixels = shape.OutputPixels;
        nint plane = (nint)pixels * Lanes;
        // The last tile of a row or column moves back where it would reach over the end: some weights are found twice.
        for (int o = 0; o < outputs; o += Outputs)
        {
            int output = Math.Min(o, outputs - Outputs);
            float* row = gradient + (nint)output * inputs;
            for (int i = 0; i < inputs; i += Inputs)
            {
                int input = Math.Min(i, inputs - Inputs);
                Vector256<float> sums = Tile(x + input * plane, dy + output * plane, pixels, plane, lanes > Half);
                Store(sums.GetLower(), row + input);
                Store(sums.GetUpper(), row + inputs + input);
            }
        }
    }

    /// <summary>Sums of a tile: three of the first output and an unused one, then those of the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Tile(float* x, float* dy, int pixels, nint plane, bool hasUpper)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector256<float> c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        for (int pixel = pixels; pixel > 0; pixel--, x += Lanes, dy += Lanes)
        {
            Vector256<float> first = Vector256.Load(dy), second = Vector256.Load(dy + plane);
            Vector256<float> v = Vector256.Load(x);
            a0 = Vector256.FusedMultiplyAdd(v, first, a0);
            b0 = Vector256.FusedMultiplyAdd(v, second, b0);
            v = Vector256.Load(x + plane);
            a1 = Vector256.FusedMultiplyAdd(v, first, a1);
            b1 = Vector256.FusedMultiplyAdd(v, second, b1);
            v = Vector256.Load(x + 2 * plane);
            a2 = Vector256.FusedMultiplyAdd(v, first, a2);
            b2 = Vector256.FusedMultiplyAdd(v, second, b2);
            if (!hasUpper) continue;
            first = Vector256.Load(dy + Half);
            second = Vector256.Load(dy + plane + Half);
            v = Vector256.Load(x + Half);
            c0 = Vector256.FusedMultiplyAdd(v, first, c0);
            d0 = Vector256.FusedMultiplyAdd(v, second, d0);
            v = Vector256.Load(x + plane + Half);
            c1 = Vector256.FusedMultiplyAdd(v, first, c1);
            d1 = Vector256.FusedMultiplyAdd(v, second, d1);
            v = Vector256.Load(x + 2 * plane + Half);
            c2 = Vector256.FusedMultiplyAdd(v, first, c2);
            d2 = Vector256.FusedMultiplyAdd(v, second, d2);
        }

        return AddLanes(a0 + c0, a1 + c1, a2 + c2, b0 + d0, b1 + d1, b2 + d2);
    }

    /// <summary>The levels of the tree behind the first: lanes i and i + 4, i + 2, i + 1. A sum of zero is +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddLanes(Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> b0, Vector256<float> b1, Vector256<float> b2)
    {
        Vector256<float> zeroth = Fold(a0, b0), first = Fold(a1, b1), second = Fold(a2, b2);
        const byte LowPairs = 0x44, HighPairs = 0xEE, Even = 0x88, Odd = 0xDD;
        Vector256<float> pairs = Avx.Shuffle(zeroth, first, LowPairs) + Avx.Shuffle(zeroth, first, HighPairs);
        Vector256<float> pair = Avx.Shuffle(second, second, LowPairs) + Avx.Shuffle(second, second, HighPairs);
        return Avx.Shuffle(pairs, pair, Even) + Avx.Shuffle(pairs, pair, Odd) + Vector256<float>.Zero;
    }

    /// <summary>Lanes i and i + 4 of two vectors, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fold(Vector256<float> a, Vector256<float> b)
    {
        const byte Lower = 0x20, Upper = 0x31;
        return Avx.Permute2x128(a, b, Lower) + Avx.Permute2x128(a, b, Upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> sums, float* target)
    {
        *(double*)target = sums.AsDouble().ToScalar();
        target[2] = sums.GetElement(2);
    }
}
