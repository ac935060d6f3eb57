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
        ArgumentOutOfRangeException.ThrowIfZero(samples.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples.Length, Lanes);
        uint threshold = (uint)Math.Ceiling((double)rate * (1 << UniformBits));
        var counter = random.CounterOf(layer, step);
        if (width == VectorWidth.Vector512) DrawWide<Words512, Vector512<ulong>>(counter, samples, shape, threshold, masks);
        else if (width == VectorWidth.Vector256 && Avx2.IsSupported) DrawWide<Words256, Vector256<ulong>>(counter, samples, shape, threshold, masks);
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

    /// <summary>Two vectors of images at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawWide<TWords, TVector>(in PhiloxCounter counter, ReadOnlySpan<int> samples, SampleShape shape, uint threshold, Span<ushort> masks)
        where TWords : struct, IWordVector<TVector>
        where TVector : struct
    {
        Span<ulong> indices = stackalloc ulong[Lanes];
        indices.Clear();
        for (int lane = 0; lane < samples.Length; lane++) indices[lane] = (uint)samples[lane];
        uint used = (1u << samples.Length) - 1;
        for (int first = 0; first < samples.Length; first += 2 * TWords.Count)
        {
            TVector low = TWords.Load(indices[first..]), high = TWords.Load(indices[(first + TWords.Count)..]);
            uint usedHere = used >> first & ((1u << (2 * TWords.Count)) - 1);
            // The place of an element is counted along, because divisions would take as long as the generator.
            int channel = 0, pixel = 0;
            for (int element = 0; element < shape.Count; element += 4)
            {
                ulong bits = DrawBlock<TWords, TVector>(counter, (uint)element >> 2, low, high, threshold);
                for (int i = element; i < Math.Min(element + 4, shape.Count); i++, bits >>= Lanes)
                {
                    ref ushort mask = ref masks[channel * shape.Pixels + pixel];
                    mask = (ushort)((first == 0 ? 0u : mask) | ((uint)bits & usedHere) << first);
                    if (++channel < shape.Channels) continue;
                    channel = 0;
                    pixel++;
                }
            }
        }
    }

    /// <summary>
    /// One Philox block for two vectors of samples; bit <c>16 * word + i</c> says whether sample <c>i</c> keeps the element of a word. Multiplications read the lower halves of 64 bits
    /// only, so what the upper halves hold does not matter until the end; the two vectors hide each other's latency.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong DrawBlock<TWords, TVector>(in PhiloxCounter counter, uint block, TVector low, TVector high, uint threshold)
        where TWords : struct, IWordVector<TVector>
        where TVector : struct
    {
        TVector multiplier0 = TWords.Create(CounterRandom.Multiplier0), multiplier1 = TWords.Create(CounterRandom.Multiplier1);
        TVector a0 = TWords.Create(block), a1 = low, a2 = TWords.Create(counter.Step), a3 = TWords.Create(counter.Layer);
        TVector b0 = a0, b1 = high, b2 = a2, b3 = a3;
        uint key0 = counter.Key0, key1 = counter.Key1;
        for (int round = 0; round < CounterRandom.Rounds; round++)
        {
            TVector first = TWords.Create(key0), second = TWords.Create(key1);
            TVector a = TWords.Multiply(a0, multiplier0), b = TWords.Multiply(b0, multiplier0);
            TVector c = TWords.Multiply(a2, multiplier1), d = TWords.Multiply(b2, multiplier1);
            (a0, a1, a2, a3) = (TWords.Xor(TWords.Xor(TWords.Upper(c), a1), first), c, TWords.Xor(TWords.Xor(TWords.Upper(a), a3), second), a);
            (b0, b1, b2, b3) = (TWords.Xor(TWords.Xor(TWords.Upper(d), b1), first), d, TWords.Xor(TWords.Xor(TWords.Upper(b), b3), second), b);
            key0 += CounterRandom.Weyl0;
            key1 += CounterRandom.Weyl1;
        }

        TVector least = TWords.Create(threshold);
        return Kept<TWords, TVector>(a0, b0, least) | Kept<TWords, TVector>(a1, b1, least) << Lanes | Kept<TWords, TVector>(a2, b2, least) << (2 * Lanes) | Kept<TWords, TVector>(a3, b3, least) << (3 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Kept<TWords, TVector>(TVector low, TVector high, TVector least)
        where TWords : struct, IWordVector<TVector>
        where TVector : struct =>
        TWords.AtLeast(low, least, UniformBits) | (ulong)TWords.AtLeast(high, least, UniformBits) << TWords.Count;

    /// <summary>Place of a row-major <c>[H, W, C]</c> element in the order <c>[C][H][W]</c>.</summary>
    private static int Position(SampleShape shape, int element) => element % shape.Channels * shape.Pixels + element / shape.Channels;
}
