// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>Dropout of one block: element <c>(h * W + w) * C + c</c> of a sample survives where its uniform number is at least the rate.</summary>
internal static class DropoutKernel
{
    private const int Lanes = LaneLayout.Lanes;

    // A uniform number k * 2^-24 is at least the rate exactly where k is at least the rate times 2^24, rounded up.
    private const int UniformBits = 24;

    /// <summary>Writes one mask for each pixel of <c>[C][H][W]</c>; bit <c>i</c> says whether image <c>i</c> keeps the value, 0 for lanes without an image.</summary>
    public static void Draw(VectorWidth width, in CounterRandom random, int layer, long step, ReadOnlySpan<int> samples, SampleShape shape, float rate, Span<ushort> masks)
    {
        uint threshold = (uint)Math.Ceiling((double)rate * (1 << UniformBits));
        var counter = random.CounterOf(layer, step);
        if (width == VectorWidth.Vector512) DrawWide(counter, samples, shape, threshold, masks);
        else DrawPlain(counter, samples, shape, threshold, masks);
    }

    private static void DrawPlain(in PhiloxCounter counter, ReadOnlySpan<int> samples, SampleShape shape, uint threshold, Span<ushort> masks)
    {
        masks[..shape.Count].Clear();
        for (int lane = 0; lane < samples.Length; lane++)
            for (int element = 0; element < shape.Count; element += 4)
            {
                (uint a, uint b, uint c, uint d) = CounterRandom.Block((uint)element >> 2, (uint)samples[lane], counter.Step, counter.Layer, counter.Key0, counter.Key1);
                Keep(a, threshold, lane, shape, element, masks);
                Keep(b, threshold, lane, shape, element + 1, masks);
                Keep(c, threshold, lane, shape, element + 2, masks);
                Keep(d, threshold, lane, shape, element + 3, masks);
            }
    }

    private static void Keep(uint bits, uint threshold, int lane, SampleShape shape, int element, Span<ushort> masks)
    {
        if (element < shape.Count && bits >> (32 - UniformBits) >= threshold) masks[Position(shape, element)] |= (ushort)(1 << lane);
    }

    /// <summary>Two times eight images at once, each 32-bit word of the generator in 64 bits so that products fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawWide(in PhiloxCounter counter, ReadOnlySpan<int> samples, SampleShape shape, uint threshold, Span<ushort> masks)
    {
        Span<ulong> indices = stackalloc ulong[Lanes];
        indices.Clear();
        for (int lane = 0; lane < samples.Length; lane++) indices[lane] = (uint)samples[lane];
        Vector512<ulong> low = Vector512.Create<ulong>(indices), high = Vector512.Create<ulong>(indices[8..]);
        uint used = (1u << samples.Length) - 1;
        // The place of an element is counted along, because divisions would take as long as the generator.
        int channel = 0, pixel = 0;
        for (int element = 0; element < shape.Count; element += 4)
        {
            ulong bits = Round16(counter, (uint)element >> 2, low, high, threshold);
            for (int i = element; i < Math.Min(element + 4, shape.Count); i++, bits >>= Lanes)
            {
                masks[channel * shape.Pixels + pixel] = (ushort)(bits & used);
                if (++channel < shape.Channels) continue;
                channel = 0;
                pixel++;
            }
        }
    }

    /// <summary>
    /// One Philox block for sixteen samples; bit <c>16 * word + i</c> says whether sample <c>i</c> keeps the element of a word. Multiplications read the lower halves of 64 bits
    /// only, so what the upper halves hold does not matter until the end; the two groups of eight hide each other's latency.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Round16(in PhiloxCounter counter, uint block, Vector512<ulong> low, Vector512<ulong> high, uint threshold)
    {
        Vector512<uint> multiplier0 = Vector512.Create((ulong)CounterRandom.Multiplier0).AsUInt32(), multiplier1 = Vector512.Create((ulong)CounterRandom.Multiplier1).AsUInt32();
        Vector512<ulong> a0 = Vector512.Create((ulong)block), a1 = low, a2 = Vector512.Create((ulong)counter.Step), a3 = Vector512.Create((ulong)counter.Layer);
        Vector512<ulong> b0 = a0, b1 = high, b2 = a2, b3 = a3;
        uint key0 = counter.Key0, key1 = counter.Key1;
        for (int round = 0; round < CounterRandom.Rounds; round++)
        {
            Vector512<ulong> first = Vector512.Create((ulong)key0), second = Vector512.Create((ulong)key1);
            Vector512<ulong> a = Avx512F.Multiply(a0.AsUInt32(), multiplier0), b = Avx512F.Multiply(b0.AsUInt32(), multiplier0);
            Vector512<ulong> c = Avx512F.Multiply(a2.AsUInt32(), multiplier1), d = Avx512F.Multiply(b2.AsUInt32(), multiplier1);
            (a0, a1, a2, a3) = ((c >>> 32) ^ a1 ^ first, c, (a >>> 32) ^ a3 ^ second, a);
            (b0, b1, b2, b3) = ((d >>> 32) ^ b1 ^ first, d, (b >>> 32) ^ b3 ^ second, b);
            key0 += CounterRandom.Weyl0;
            key1 += CounterRandom.Weyl1;
        }
        Vector512<ulong> least = Vector512.Create((ulong)threshold);
        return Kept(a0, b0, least) | Kept(a1, b1, least) << Lanes | Kept(a2, b2, least) << 2 * Lanes | Kept(a3, b3, least) << 3 * Lanes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Kept(Vector512<ulong> low, Vector512<ulong> high, Vector512<ulong> least) =>
        Vector512.GreaterThanOrEqual(low << 32 >>> (64 - UniformBits), least).ExtractMostSignificantBits()
        | Vector512.GreaterThanOrEqual(high << 32 >>> (64 - UniformBits), least).ExtractMostSignificantBits() << 8;

    /// <summary>Place of a row-major <c>[H, W, C]</c> element in the order <c>[C][H][W]</c>.</summary>
    private static int Position(SampleShape shape, int element) => element % shape.Channels * shape.Pixels + element / shape.Channels;
}
