// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>How the inner loop is computed. All ways give the same integers.</summary>
internal enum ConvolutionPath
{
    /// <summary>One product after the other.</summary>
    Scalar,

    /// <summary>Pairs of 16-bit products, eight sums at once.</summary>
    Avx2,

    /// <summary>Pairs of 16-bit products, sixteen sums at once.</summary>
    Avx512,
}

/// <summary>
/// The exact integer sums of a layer. Sums stay below 2^30 in magnitude, which the compiler of the layer has proved, so 32 bits hold them.
/// </summary>
internal static unsafe class Convolution
{
    private const int BlockSlots = ConvolutionPlan.BlockSlots;

    /// <summary>Pixels whose sums are kept in registers at once.</summary>
    private const int BlockPixels = 4;

    /// <summary>The fastest way on this processor.</summary>
    public static ConvolutionPath Best =>
        Avx512BW.IsSupported ? ConvolutionPath.Avx512 : Avx2.IsSupported ? ConvolutionPath.Avx2 : ConvolutionPath.Scalar;

    /// <summary>Computes all sums of a layer.</summary>
    /// <param name="plan">Kernels and biases.</param>
    /// <param name="input">The image, filled.</param>
    /// <param name="rows">Output rows.</param>
    /// <param name="columns">Output columns.</param>
    /// <param name="sums">Result as <c>[row][column][padded slot]</c>.</param>
    /// <param name="path">Way to compute.</param>
    public static void Run(ConvolutionPlan plan, InputPlan input, int rows, int columns, int[] sums, ConvolutionPath path)
    {
        int channels = input.Bases.Length;
        int rowStride = input.Columns * channels;
        int blockWeights = plan.KernelRows * plan.Pairs * BlockSlots * 2;
        if (sums.Length < rows * columns * plan.PaddedSlots || plan.Weights.Length < plan.PaddedSlots / BlockSlots * blockWeights
            || input.Image.Length < ((rows + plan.KernelRows - 2) * input.Columns + columns - 1) * channels + plan.Pairs * 2)
        {
            throw new ArgumentException("The buffers do not fit the layer.");
        }

        fixed (short* image = input.Image, weights = plan.Weights)
        fixed (int* target = sums, bias = plan.Bias)
        {
            for (int block = 0; block < plan.PaddedSlots / BlockSlots; block++)
            {
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column += BlockPixels)
                    {
                        var step = new Step(
                            image + row * rowStride + column * channels, rowStride, channels, Math.Min(BlockPixels, columns - column),
                            weights + block * blockWeights, plan.KernelRows, plan.Pairs, bias + block * BlockSlots,
                            target + (row * columns + column) * plan.PaddedSlots + block * BlockSlots, plan.PaddedSlots);
                        Run(step, path);
                    }
                }
            }
        }
    }

    private static void Run(in Step step, ConvolutionPath path)
    {
        if (path == ConvolutionPath.Avx512)
        {
            if (step.Pixels == BlockPixels)
                Avx512Four(step);
            else
                Avx512One(step);
        }
        else if (path == ConvolutionPath.Avx2)
        {
            Avx2One(step);
        }
        else
        {
            Scalar(step);
        }
    }

    private static void Scalar(in Step s)
    {
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            int* sums = s.Sums + pixel * s.SumStride;
            new ReadOnlySpan<int>(s.Bias, BlockSlots).CopyTo(new Span<int>(sums, BlockSlots));
            short* weights = s.Weights;
            for (int ky = 0; ky < s.KernelRows; ky++)
            {
                short* data = s.Image + pixel * s.PixelStride + ky * s.RowStride;
                for (int pair = 0; pair < s.Pairs; pair++, data += 2, weights += 2 * BlockSlots)
                {
                    for (int slot = 0; slot < BlockSlots; slot++)
                        sums[slot] += data[0] * weights[2 * slot] + data[1] * weights[2 * slot + 1];
                }
            }
        }
    }

    private static void Avx2One(in Step s)
    {
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            int* sums = s.Sums + pixel * s.SumStride;
            Vector256<int> low = Vector256.Load(s.Bias), high = Vector256.Load(s.Bias + 8);
            short* weights = s.Weights;
            for (int ky = 0; ky < s.KernelRows; ky++)
            {
                short* data = s.Image + pixel * s.PixelStride + ky * s.RowStride;
                for (int pair = 0; pair < s.Pairs; pair++, data += 2, weights += 2 * BlockSlots)
                {
                    Vector256<short> values = Vector256.Create(Pair(data)).AsInt16();
                    low += Avx2.MultiplyAddAdjacent(values, Vector256.Load(weights));
                    high += Avx2.MultiplyAddAdjacent(values, Vector256.Load(weights + BlockSlots));
                }
            }

            low.Store(sums);
            high.Store(sums + 8);
        }
    }

    private static void Avx512One(in Step s)
    {
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            Vector512<int> sum = Vector512.Load(s.Bias);
            short* weights = s.Weights;
            for (int ky = 0; ky < s.KernelRows; ky++)
            {
                short* data = s.Image + pixel * s.PixelStride + ky * s.RowStride;
                for (int pair = 0; pair < s.Pairs; pair++, data += 2, weights += 2 * BlockSlots)
                    sum += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data)).AsInt16(), Vector512.Load(weights));
            }

            sum.Store(s.Sums + pixel * s.SumStride);
        }
    }

    private static void Avx512Four(in Step s)
    {
        Vector512<int> sum0 = Vector512.Load(s.Bias), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        short* weights = s.Weights;
        int next = s.PixelStride;
        for (int ky = 0; ky < s.KernelRows; ky++)
        {
            short* data = s.Image + ky * s.RowStride;
            for (int pair = 0; pair < s.Pairs; pair++, data += 2, weights += 2 * BlockSlots)
            {
                Vector512<short> kernel = Vector512.Load(weights);
                sum0 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data)).AsInt16(), kernel);
                sum1 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data + next)).AsInt16(), kernel);
                sum2 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data + 2 * next)).AsInt16(), kernel);
                sum3 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data + 3 * next)).AsInt16(), kernel);
            }
        }

        sum0.Store(s.Sums);
        sum1.Store(s.Sums + s.SumStride);
        sum2.Store(s.Sums + 2 * s.SumStride);
        sum3.Store(s.Sums + 3 * s.SumStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(short* data) => Unsafe.ReadUnaligned<int>(data);

    /// <summary>Up to four neighbouring pixels of one block of slots.</summary>
    private readonly struct Step(
        short* image, int rowStride, int pixelStride, int pixels, short* weights, int kernelRows, int pairs, int* bias, int* sums, int sumStride)
    {
        public readonly short* Image = image;
        public readonly int RowStride = rowStride;
        public readonly int PixelStride = pixelStride;
        public readonly int Pixels = pixels;
        public readonly short* Weights = weights;
        public readonly int KernelRows = kernelRows;
        public readonly int Pairs = pairs;
        public readonly int* Bias = bias;
        public readonly int* Sums = sums;
        public readonly int SumStride = sumStride;
    }
}
