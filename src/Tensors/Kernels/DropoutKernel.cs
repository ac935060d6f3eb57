// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
        for (int element = 0; element < shape.Count; element += 4)
        {
            ulong bits = Round8(counter, (uint)element >> 2, low, threshold) | Round8(counter, (uint)element >> 2, high, threshold) << 8;
            for (int i = element; i < Math.Min(element + 4, shape.Count); i++, bits >>= Lanes) masks[Position(shape, i)] = (ushort)(bits & used);
        }
    }

    /// <summary>One Philox block for eight samples; bit <c>16 * word + i</c> says whether sample <c>i</c> keeps the element of a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Round8(in PhiloxCounter counter, uint block, Vector512<ulong> samples, uint threshold)
    {
        Vector512<ulong> word = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> c0 = Vector512.Create((ulong)block), c1 = samples, c2 = Vector512.Create((ulong)counter.Step), c3 = Vector512.Create((ulong)counter.Layer);
        uint key0 = counter.Key0, key1 = counter.Key1;
        for (int round = 0; round < CounterRandom.Rounds; round++)
        {
            Vector512<ulong> product0 = c0 * Vector512.Create((ulong)CounterRandom.Multiplier0);
            Vector512<ulong> product1 = c2 * Vector512.Create((ulong)CounterRandom.Multiplier1);
            c0 = (product1 >>> 32) ^ c1 ^ Vector512.Create((ulong)key0);
            c1 = product1 & word;
            c2 = (product0 >>> 32) ^ c3 ^ Vector512.Create((ulong)key1);
            c3 = product0 & word;
            key0 += CounterRandom.Weyl0;
            key1 += CounterRandom.Weyl1;
        }
        Vector512<ulong> least = Vector512.Create((ulong)threshold);
        return Kept(c0, least) | Kept(c1, least) << Lanes | Kept(c2, least) << 2 * Lanes | Kept(c3, least) << 3 * Lanes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Kept(Vector512<ulong> words, Vector512<ulong> least) => Vector512.GreaterThanOrEqual(words >>> (32 - UniformBits), least).ExtractMostSignificantBits();

    /// <summary>Place of a row-major <c>[H, W, C]</c> element in the order <c>[C][H][W]</c>.</summary>
    private static int Position(SampleShape shape, int element) => element % shape.Channels * shape.Pixels + element / shape.Channels;
}
