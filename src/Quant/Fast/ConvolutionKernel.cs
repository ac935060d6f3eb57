// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Quant.Fast;

/// <summary>
/// The multiply-accumulate loop: four neighbouring output pixels times one or four vectors of output channels stay in registers while
/// taps and channel pairs pass by. Sums are exact 32-bit integers, so their order does not matter.
/// </summary>
internal static unsafe class ConvolutionKernel<TVector, TLanes>
    where TVector : unmanaged
    where TLanes : struct, ILanes<TVector>
{
    /// <summary>Convolves the pooled, padded map into the output buffer.</summary>
    /// <param name="layer">The prepared layer.</param>
    /// <param name="input">The map, <c>[WorkRows][RowPixels][PixelValues]</c>.</param>
    /// <param name="output">16-bit values <c>[H][W][OutputStride]</c>, or 32-bit accumulators for a wide layer.</param>
    public static void Run(FastLayer layer, short* input, void* output)
    {
        int rows = layer.Layer.Output.Rows, columns = layer.Layer.Output.Columns;
        int vectors = layer.OutputStride / TLanes.Count;
        fixed (short* weights = layer.Weights)
        fixed (int* bias = layer.Bias)
        {
            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x += FastLayer.PixelBlock)
                {
                    short* corner = input + ((long)y * layer.RowPixels + x) * layer.PixelValues;
                    long pixel = (long)y * columns + x;
                    int pixels = Math.Min(FastLayer.PixelBlock, columns - x);
                    int vector = 0;
                    for (; vector + 4 <= vectors; vector += 4) Block4(layer, corner, (int*)weights, bias, output, pixel, pixels, vector * TLanes.Count);
                    for (; vector < vectors; vector++) Block1(layer, corner, (int*)weights, bias, output, pixel, pixels, vector * TLanes.Count);
                }
            }
        }
    }

    private static void Block4(FastLayer layer, short* corner, int* weights, int* bias, void* output, long pixel, int pixels, int first)
    {
        int pixelPairs = layer.PixelValues / 2, rowPairs = layer.RowPixels * pixelPairs, pairs = layer.Pairs, side = layer.KernelSide, stride = layer.OutputStride;
        int lanes = TLanes.Count;
        TVector a0 = TLanes.Load(bias + first), a1 = TLanes.Load(bias + first + lanes), a2 = TLanes.Load(bias + first + 2 * lanes), a3 = TLanes.Load(bias + first + 3 * lanes);
        TVector b0 = a0, b1 = a1, b2 = a2, b3 = a3, c0 = a0, c1 = a1, c2 = a2, c3 = a3, d0 = a0, d1 = a1, d2 = a2, d3 = a3;
        int* w = weights + first;
        for (int ky = 0; ky < side; ky++)
        {
            for (int kx = 0; kx < side; kx++)
            {
                int* p = (int*)corner + ky * rowPairs + kx * pixelPairs;
                for (int pair = 0; pair < pairs; pair++, p++, w += stride)
                {
                    TVector w0 = TLanes.Load(w), w1 = TLanes.Load(w + lanes), w2 = TLanes.Load(w + 2 * lanes), w3 = TLanes.Load(w + 3 * lanes);
                    TVector x = TLanes.Broadcast(p[0]);
                    a0 = TLanes.MultiplyAdd(a0, x, w0);
                    a1 = TLanes.MultiplyAdd(a1, x, w1);
                    a2 = TLanes.MultiplyAdd(a2, x, w2);
                    a3 = TLanes.MultiplyAdd(a3, x, w3);
                    x = TLanes.Broadcast(p[pixelPairs]);
                    b0 = TLanes.MultiplyAdd(b0, x, w0);
                    b1 = TLanes.MultiplyAdd(b1, x, w1);
                    b2 = TLanes.MultiplyAdd(b2, x, w2);
                    b3 = TLanes.MultiplyAdd(b3, x, w3);
                    x = TLanes.Broadcast(p[2 * pixelPairs]);
                    c0 = TLanes.MultiplyAdd(c0, x, w0);
                    c1 = TLanes.MultiplyAdd(c1, x, w1);
                    c2 = TLanes.MultiplyAdd(c2, x, w2);
                    c3 = TLanes.MultiplyAdd(c3, x, w3);
                    x = TLanes.Broadcast(p[3 * pixelPairs]);
                    d0 = TLanes.MultiplyAdd(d0, x, w0);
                    d1 = TLanes.MultiplyAdd(d1, x, w1);
                    d2 = TLanes.MultiplyAdd(d2, x, w2);
                    d3 = TLanes.MultiplyAdd(d3, x, w3);
                }
            }
        }

        Store4(layer, output, pixel, first, a0, a1, a2, a3);
        if (pixels > 1) Store4(layer, output, pixel + 1, first, b0, b1, b2, b3);
        if (pixels > 2) Store4(layer, output, pixel + 2, first, c0, c1, c2, c3);
        if (pixels > 3) Store4(layer, output, pixel + 3, first, d0, d1, d2, d3);
    }

    private static void Block1(FastLayer layer, short* corner, int* weights, int* bias, void* output, long pixel, int pixels, int first)
    {
        int pixelPairs = layer.PixelValues / 2, rowPairs = layer.RowPixels * pixelPairs, pairs = layer.Pairs, side = layer.KernelSide, stride = layer.OutputStride;
        TVector a = TLanes.Load(bias + first), b = a, c = a, d = a;
        int* w = weights + first;
        for (int ky = 0; ky < side; ky++)
        {
            for (int kx = 0; kx < side; kx++)
            {
                int* p = (int*)corner + ky * rowPairs + kx * pixelPairs;
                for (int pair = 0; pair < pairs; pair++, p++, w += stride)
                {
                    TVector weight = TLanes.Load(w);
                    a = TLanes.MultiplyAdd(a, TLanes.Broadcast(p[0]), weight);
                    b = TLanes.MultiplyAdd(b, TLanes.Broadcast(p[pixelPairs]), weight);
                    c = TLanes.MultiplyAdd(c, TLanes.Broadcast(p[2 * pixelPairs]), weight);
                    d = TLanes.MultiplyAdd(d, TLanes.Broadcast(p[3 * pixelPairs]), weight);
                }
            }
        }

        Store(layer, output, pixel, first, a);
        if (pixels > 1) Store(layer, output, pixel + 1, first, b);
        if (pixels > 2) Store(layer, output, pixel + 2, first, c);
        if (pixels > 3) Store(layer, output, pixel + 3, first, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4(FastLayer layer, void* output, long pixel, int first, TVector v0, TVector v1, TVector v2, TVector v3)
    {
        Store(layer, output, pixel, first, v0);
        Store(layer, output, pixel, first + TLanes.Count, v1);
        Store(layer, output, pixel, first + 2 * TLanes.Count, v2);
        Store(layer, output, pixel, first + 3 * TLanes.Count, v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(FastLayer layer, void* output, long pixel, int channel, TVector accumulator)
    {
        long position = pixel * layer.OutputStride + channel;
        if (layer.Reduction.Wide) TLanes.StoreInts(accumulator, (int*)output + position);
        else TLanes.StoreShorts(TLanes.Reduce(accumulator, layer.Reduction), (short*)output + position);
    }
}
