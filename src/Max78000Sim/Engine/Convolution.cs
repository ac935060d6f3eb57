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
    private const int GroupSlots = ConvolutionPlan.GroupSlots;

    /// <summary>Pixels whose sums are kept in registers at once: with all sixteen slots, and with eight.</summary>
    private const int WholePixels = 4, HalfPixels = 8;

    /// <summary>Most pixels that are computed at once; the image is read up to so many pixels behind its end.</summary>
    public const int MaximumPixels = HalfPixels;

    /// <summary>The fastest way on this processor.</summary>
    public static ConvolutionPath Best =>
        Avx512BW.IsSupported ? ConvolutionPath.Avx512 : Avx2.IsSupported ? ConvolutionPath.Avx2 : ConvolutionPath.Scalar;

    /// <summary>Computes and writes a layer.</summary>
    /// <param name="plan">Sizes, kernels and biases.</param>
    /// <param name="image">The input, filled, with room behind it (<see cref="InputPlan.CreateImage"/>).</param>
    /// <param name="output">Takes the sums.</param>
    /// <param name="memory">Data memory and buffers.</param>
    /// <param name="path">Way to compute.</param>
    public static void Run(ConvolutionPlan plan, short[] image, OutputStage output, byte[] memory, ConvolutionPath path)
    {
        int groupWeights = plan.KernelRows * plan.Pairs * GroupSlots * 2;
        long lastRead = (long)(plan.Rows + plan.KernelRows - 2) * plan.RowStride + (plan.Columns + MaximumPixels - 2L) * plan.PixelStride + plan.Pairs * 2;
        if (plan.Weights.Length < plan.Groups * groupWeights || (plan.Columns > 1 && image.Length < lastRead))
            throw new ArgumentException("The buffers do not fit the layer.");
        int* sums = stackalloc int[MaximumPixels * GroupSlots];
        fixed (short* source = image, weights = plan.Weights)
        fixed (int* bias = plan.Bias)
        fixed (byte* target = memory)
        {
            for (int group = 0; group < plan.Groups; group++)
            {
                bool half = path == ConvolutionPath.Avx2 && (plan.Blocks - group * GroupSlots / OutputPlan.BlockSlots) * OutputPlan.BlockSlots <= GroupSlots / 2;
                int atOnce = half ? HalfPixels : WholePixels;
                for (int row = 0; row < plan.Rows; row++)
                {
                    for (int column = 0; column < plan.Columns; column += atOnce)
                    {
                        int pixels = Math.Min(atOnce, plan.Columns - column);
                        var step = new Step(
                            source + (long)row * plan.RowStride + (long)column * plan.PixelStride, plan.RowStride, plan.PixelStride, pixels,
                            weights + (long)group * groupWeights, plan.KernelRows, plan.Pairs, bias + group * GroupSlots, sums);
                        Run(step, path, half);
                        output.Store(sums, pixels, row * plan.Columns + column, group, target);
                    }
                }
            }
        }
    }

    private static void Run(in Step step, ConvolutionPath path, bool half)
    {
        switch (path)
        {
            case ConvolutionPath.Avx512 when step.Pixels == 1:
                Avx512One(step);
                break;
            case ConvolutionPath.Avx512:
                Avx512Four(step);
                break;
            case ConvolutionPath.Avx2 when step.Pixels == 1:
                Avx2One(step);
                break;
            case ConvolutionPath.Avx2 when half && step.Pixels > WholePixels:
                Avx2Eight(step);
                break;
            case ConvolutionPath.Avx2:
                Avx2Four(step);
                break;
            default:
                Scalar(step);
                break;
        }
    }

    private static void Scalar(in Step s)
    {
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            int* sums = s.Sums + pixel * GroupSlots;
            new ReadOnlySpan<int>(s.Bias, GroupSlots).CopyTo(new Span<int>(sums, GroupSlots));
            short* weights = s.Weights;
            for (int ky = 0; ky < s.KernelRows; ky++)
            {
                short* data = s.Image + pixel * s.PixelStride + ky * s.RowStride;
                for (int pair = 0; pair < s.Pairs; pair++, data += 2, weights += 2 * GroupSlots)
                {
                    for (int slot = 0; slot < GroupSlots; slot++)
                        sums[slot] += data[0] * weights[2 * slot] + data[1] * weights[2 * slot + 1];
                }
            }
        }
    }

    private static void Avx2One(in Step s)
    {
        Vector256<int> low = Vector256.Load(s.Bias), high = Vector256.Load(s.Bias + 8);
        short* weights = s.Weights;
        for (int ky = 0; ky < s.KernelRows; ky++)
        {
            short* data = s.Image + ky * s.RowStride;
            short* end = data + 2 * s.Pairs;
            for (; data < end; data += 2, weights += 2 * GroupSlots)
            {
                Vector256<short> values = Spread(data);
                low += Avx2.MultiplyAddAdjacent(values, Vector256.Load(weights));
                high += Avx2.MultiplyAddAdjacent(values, Vector256.Load(weights + GroupSlots));
            }
        }

        low.Store(s.Sums);
        high.Store(s.Sums + 8);
    }

    /// <summary>Eight pixels of the first eight slots; the sums of the others are not written.</summary>
    private static void Avx2Eight(in Step s)
    {
        Vector256<int> sum0 = Vector256.Load(s.Bias), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0, sum6 = sum0, sum7 = sum0;
        short* weights = s.Weights;
        nint next = s.PixelStride;
        for (int ky = 0; ky < s.KernelRows; ky++)
        {
            short* data = s.Image + ky * s.RowStride;
            short* end = data + 2 * s.Pairs;
            for (; data < end; data += 2, weights += 2 * GroupSlots)
            {
                Vector256<short> kernel = Vector256.Load(weights);
                short* fifth = data + 4 * next;
                sum0 += Avx2.MultiplyAddAdjacent(Spread(data), kernel);
                sum1 += Avx2.MultiplyAddAdjacent(Spread(data + next), kernel);
                sum2 += Avx2.MultiplyAddAdjacent(Spread(data + 2 * next), kernel);
                sum3 += Avx2.MultiplyAddAdjacent(Spread(data + 3 * next), kernel);
                sum4 += Avx2.MultiplyAddAdjacent(Spread(fifth), kernel);
                sum5 += Avx2.MultiplyAddAdjacent(Spread(fifth + next), kernel);
                sum6 += Avx2.MultiplyAddAdjacent(Spread(fifth + 2 * next), kernel);
                sum7 += Avx2.MultiplyAddAdjacent(Spread(fifth + 3 * next), kernel);
            }
        }

        sum0.Store(s.Sums);
        sum1.Store(s.Sums + GroupSlots);
        sum2.Store(s.Sums + 2 * GroupSlots);
        sum3.Store(s.Sums + 3 * GroupSlots);
        sum4.Store(s.Sums + 4 * GroupSlots);
        sum5.Store(s.Sums + 5 * GroupSlots);
        sum6.Store(s.Sums + 6 * GroupSlots);
        sum7.Store(s.Sums + 7 * GroupSlots);
    }

    private static void Avx2Four(in Step s)
    {
        Vector256<int> low0 = Vector256.Load(s.Bias), high0 = Vector256.Load(s.Bias + 8);
        Vector256<int> low1 = low0, low2 = low0, low3 = low0, high1 = high0, high2 = high0, high3 = high0;
        short* weights = s.Weights;
        nint next = s.PixelStride;
        for (int ky = 0; ky < s.KernelRows; ky++)
        {
            short* data = s.Image + ky * s.RowStride;
            short* end = data + 2 * s.Pairs;
            for (; data < end; data += 2, weights += 2 * GroupSlots)
            {
                Vector256<short> left = Vector256.Load(weights), right = Vector256.Load(weights + GroupSlots);
                Vector256<short> values = Spread(data);
                low0 += Avx2.MultiplyAddAdjacent(values, left);
                high0 += Avx2.MultiplyAddAdjacent(values, right);
                values = Spread(data + next);
                low1 += Avx2.MultiplyAddAdjacent(values, left);
                high1 += Avx2.MultiplyAddAdjacent(values, right);
                values = Spread(data + 2 * next);
                low2 += Avx2.MultiplyAddAdjacent(values, left);
                high2 += Avx2.MultiplyAddAdjacent(values, right);
                values = Spread(data + 3 * next);
                low3 += Avx2.MultiplyAddAdjacent(values, left);
                high3 += Avx2.MultiplyAddAdjacent(values, right);
            }
        }

        low0.Store(s.Sums);
        high0.Store(s.Sums + 8);
        low1.Store(s.Sums + GroupSlots);
        high1.Store(s.Sums + GroupSlots + 8);
        low2.Store(s.Sums + 2 * GroupSlots);
        high2.Store(s.Sums + 2 * GroupSlots + 8);
        low3.Store(s.Sums + 3 * GroupSlots);
        high3.Store(s.Sums + 3 * GroupSlots + 8);
    }

    private static void Avx512One(in Step s)
    {
        Vector512<int> sum = Vector512.Load(s.Bias);
        short* weights = s.Weights;
        for (int ky = 0; ky < s.KernelRows; ky++)
        {
            short* data = s.Image + ky * s.RowStride;
            for (int pair = 0; pair < s.Pairs; pair++, data += 2, weights += 2 * GroupSlots)
                sum += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data)).AsInt16(), Vector512.Load(weights));
        }

        sum.Store(s.Sums);
    }

    private static void Avx512Four(in Step s)
    {
        Vector512<int> sum0 = Vector512.Load(s.Bias), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        short* weights = s.Weights;
        nint next = s.PixelStride;
        for (int ky = 0; ky < s.KernelRows; ky++)
        {
            short* data = s.Image + ky * s.RowStride;
            for (int pair = 0; pair < s.Pairs; pair++, data += 2, weights += 2 * GroupSlots)
            {
                Vector512<short> kernel = Vector512.Load(weights);
                sum0 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data)).AsInt16(), kernel);
                sum1 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data + next)).AsInt16(), kernel);
                sum2 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data + 2 * next)).AsInt16(), kernel);
                sum3 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(Pair(data + 3 * next)).AsInt16(), kernel);
            }
        }

        sum0.Store(s.Sums);
        sum1.Store(s.Sums + GroupSlots);
        sum2.Store(s.Sums + 2 * GroupSlots);
        sum3.Store(s.Sums + 3 * GroupSlots);
    }

    /// <summary>A pair of values in all lanes, by one load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Spread(short* data) => Avx2.BroadcastScalarToVector256((int*)data).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(short* data) => Unsafe.ReadUnaligned<int>(data);

    /// <summary>Some neighbouring pixels of one group of slots. Those behind the last one that counts are computed from whatever follows the image.</summary>
    private readonly struct Step(
        short* image, int rowStride, int pixelStride, int pixels, short* weights, int kernelRows, int pairs, int* bias, int* sums)
    {
        public readonly short* Image = image;
        public readonly int RowStride = rowStride;
        public readonly int PixelStride = pixelStride;
        public readonly int Pixels = pixels;
        public readonly short* Weights = weights;
        public readonly int KernelRows = kernelRows;
        public readonly int Pairs = pairs;
        public readonly int* Bias = bias;

        /// <summary>Result as <c>[pixel][16]</c>.</summary>
        public readonly int* Sums = sums;
    }
}
