// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Brings sixteen samples into the lanes, sixteen bytes of each at a time, and divides them. Conversion and division are correctly rounded, so the values are
/// those of <c>(float)byte / divisor</c> on every machine.
/// </summary>
internal static unsafe class TransposeKernel
{
    private const int Lanes = LaneLayout.Lanes;

    private const int CacheLine = 64;
    private const int GroupsOfLine = CacheLine / Lanes;
    private const int Ahead = 2 * CacheLine;

    /// <summary>Whether the machine has byte interleaving.</summary>
    public static bool IsSupported => Interleave.IsSupported;

    /// <summary>Handles as many elements of each sample as fill groups of sixteen.</summary>
    /// <param name="samples">Samples <c>[count][H][W][C]</c>.</param>
    /// <param name="count">Number of samples, 1..16; the other lanes become +0.</param>
    /// <param name="shape">Shape of a sample.</param>
    /// <param name="divisor">Divisor, above 0.</param>
    /// <param name="block">Receives <c>[C][H][W][16]</c>.</param>
    /// <returns>Elements of each sample that are done; 0 where the machine has no byte interleaving.</returns>
    public static int Run(ReadOnlySpan<sbyte> samples, int count, SampleShape shape, float divisor, Span<float> block)
    {
        int size = shape.Count, whole = size / Lanes * Lanes;
        if (!IsSupported) return 0;
        if (samples.Length < (long)count * size || block.Length < (long)size * Lanes) throw new ArgumentException($"memory too small for {count} samples of {shape}");
        var quotient = new Quotient(divisor);
        Vector128<byte>* rows = stackalloc Vector128<byte>[(GroupsOfLine + 1) * Lanes];
        fixed (sbyte* bytes = samples)
        fixed (float* values = block)
        {
            int channel = 0, pixel = 0;
            for (int element = 0; element < whole; element += CacheLine)
            {
                int groups = Math.Min(GroupsOfLine, (whole - element) / Lanes);
                Load((byte*)bytes + element, size, count, groups, Ahead, rows);
                for (int group = 0; group < groups; group++)
                {
                    Transpose(rows + group * Lanes, rows + GroupsOfLine * Lanes);
                    for (int i = 0; i < Lanes; i++)
                    {
                        Divide((sbyte*)(rows + group * Lanes + i), quotient, values + ((nint)channel * shape.Pixels + pixel) * Lanes);
                        if (++channel == shape.Channels) (channel, pixel) = (0, pixel + 1);
                    }
                }
            }
        }

        return whole;
    }

    /// <summary>Whether <see cref="RunPatch"/> can be called: there is byte interleaving, and groups of sixteen are of one pixel.</summary>
    /// <param name="shape">Shape of a sample.</param>
    public static bool TakesPatch(SampleShape shape) => IsSupported && shape.Channels % Lanes == 0 && shape.Pixels >= ConvolutionTile.Pixels;

    /// <summary>Brings four pixels of all channels into the order of an <see cref="InputPatch"/>.</summary>
    /// <param name="samples">Samples <c>[count][H][W][C]</c>.</param>
    /// <param name="count">Number of samples, 1..16; the other lanes become +0.</param>
    /// <param name="shape">Shape of a sample, a multiple of sixteen channels.</param>
    /// <param name="divisor">Divisor, above 0.</param>
    /// <param name="pixel">First of the pixels.</param>
    /// <param name="width">Width of the vectors that read the patch.</param>
    /// <param name="patch">Receives <c>[lane groups][C][4][lanes]</c>.</param>
    public static void RunPatch(ReadOnlySpan<sbyte> samples, int count, SampleShape shape, float divisor, int pixel, VectorWidth width, Span<float> patch)
    {
        const int Pixels = ConvolutionTile.Pixels;
        int size = shape.Count, channels = shape.Channels, step = (int)width, plane = Pixels * step;
        if (!TakesPatch(shape) || width == VectorWidth.Scalar || pixel < 0 || pixel > shape.Pixels - Pixels) throw new ArgumentException($"no patch from pixel {pixel} on of samples of {shape}");
        if (samples.Length < (long)count * size || patch.Length < (long)channels * Pixels * Lanes) throw new ArgumentException($"memory too small for {count} samples of {shape}");
        var quotient = new Quotient(divisor);
        Vector128<byte>* rows = stackalloc Vector128<byte>[(GroupsOfLine + 1) * Lanes];
        fixed (sbyte* bytes = samples)
        fixed (float* values = patch)
        {
            // All pixels of as many channels as a cache line has: what they become lies on the same lines.
            for (int channel = 0; channel < channels; channel += CacheLine)
                for (int i = 0; i < Pixels; i++)
                {
                    int groups = Math.Min(GroupsOfLine, (channels - channel) / Lanes);
                    Load((byte*)bytes + (nint)(pixel + i) * channels + channel, size, count, groups, (nint)Pixels * channels, rows);
                    float* to = values + (nint)channel * plane + i * step;
                    for (int group = 0; group < groups; group++)
                    {
                        Transpose(rows + group * Lanes, rows + GroupsOfLine * Lanes);
                        for (int c = 0; c < Lanes; c++, to += plane) Divide((sbyte*)(rows + group * Lanes + c), quotient, to, step, (nint)channels * plane);
                    }
                }
        }
    }

    /// <summary>Converts and divides as many bytes as fill vectors, in their order.</summary>
    /// <param name="samples">Bytes.</param>
    /// <param name="divisor">Divisor, above 0.</param>
    /// <param name="values">Receives the quotients.</param>
    /// <returns>Bytes that are done; 0 where the machine has no vectors.</returns>
    public static int Divide(ReadOnlySpan<sbyte> samples, float divisor, Span<float> values)
    {
        if (!Vector128.IsHardwareAccelerated) return 0;
        int whole = samples.Length / Lanes * Lanes;
        if (values.Length < whole) throw new ArgumentException($"room for {values.Length} values, {samples.Length} are converted");
        var quotient = new Quotient(divisor);
        fixed (sbyte* bytes = samples)
        fixed (float* quotients = values)
        {
            for (int i = 0; i < whole; i += Lanes) Divide(bytes + i, quotient, quotients + i);
        }

        return whole;
    }

    /// <summary>
    /// Loads some groups of every sample: samples often lie a power of two apart and then share a place of the first-level cache, where sixteen lines do not stay from one group to the next. They are also more streams than
    /// a processor foresees, so what comes next is asked for.
    /// </summary>
    /// <param name="bytes">Groups of the first sample.</param>
    /// <param name="size">From a sample to the next.</param>
    /// <param name="count">Samples; the rows of the others become zero.</param>
    /// <param name="groups">Groups.</param>
    /// <param name="ahead">How far behind them what comes next lies.</param>
    /// <param name="rows">Receives <c>[groups][16 samples]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(byte* bytes, nint size, int count, int groups, nint ahead, Vector128<byte>* rows)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            byte* sample = bytes + lane * size;
            if (lane < count && Sse.IsSupported) Sse.Prefetch1(sample + ahead);
            for (int group = 0; group < groups; group++) rows[group * Lanes + lane] = lane < count ? Vector128.Load(sample + group * Lanes) : Vector128<byte>.Zero;
        }
    }

    /// <summary>Rows and columns of 16x16 bytes are exchanged by interleaving row i with row i + 8 four times: each turns the eight bits of an address by one.</summary>
    private static void Transpose(Vector128<byte>* rows, Vector128<byte>* scratch)
    {
        Vector128<byte>* from = rows, to = scratch;
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < Lanes / 2; i++)
            {
                to[2 * i] = Interleave.Low(from[i], from[i + Lanes / 2]);
                to[2 * i + 1] = Interleave.High(from[i], from[i + Lanes / 2]);
            }

            Vector128<byte>* next = from;
            from = to;
            to = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Divide(sbyte* bytes, in Quotient quotient, float* values)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> converted = Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(bytes)));
            quotient.Of(converted).Store(values);
            return;
        }

        if (Avx2.IsSupported)
        {
            Vector256<float> left = Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(bytes)), right = Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(bytes + 8));
            quotient.Of(left).Store(values);
            quotient.Of(right).Store(values + 8);
            return;
        }

        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Load(bytes));
        Divide(low, quotient, values, values + 4);
        Divide(high, quotient, values + 8, values + 12);
    }

    /// <summary>The same for lane groups that lie apart.</summary>
    /// <param name="bytes">Sixteen bytes.</param>
    /// <param name="quotient">The divisor.</param>
    /// <param name="values">Receives the first lane group's quotients.</param>
    /// <param name="lanes">Lanes of a group: 4, 8 or 16.</param>
    /// <param name="group">From a lane group to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Divide(sbyte* bytes, in Quotient quotient, float* values, int lanes, nint group)
    {
        if (lanes == Lanes)
        {
            Divide(bytes, quotient, values);
            return;
        }

        if (lanes == Vector256<float>.Count && Avx2.IsSupported)
        {
            quotient.Of(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(bytes))).Store(values);
            quotient.Of(Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(bytes + lanes))).Store(values + group);
            return;
        }

        bool pairs = lanes == Vector256<float>.Count;
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Load(bytes));
        Divide(low, quotient, values, values + (pairs ? 4 : group));
        values += pairs ? group : 2 * group;
        Divide(high, quotient, values, values + (pairs ? 4 : group));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Divide(Vector128<short> words, in Quotient quotient, float* first, float* second)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(words);
        quotient.Of(Vector128.ConvertToSingle(low)).Store(first);
        quotient.Of(Vector128.ConvertToSingle(high)).Store(second);
    }

    /// <summary>A divisor, and where it is a power of two the factor that gives the same bits: it is not rounded, so quotient and product are the same number before their one rounding.</summary>
    private readonly struct Quotient
    {
        private const uint MantissaBits = 0x7FFFFF;

        public Quotient(float divisor)
        {
            (Divisor, Factor) = (divisor, 1 / divisor);
            IsExact = (BitConverter.SingleToUInt32Bits(divisor) & MantissaBits) == 0 && float.IsNormal(divisor) && float.IsNormal(Factor);
        }

        public float Divisor { get; }

        public float Factor { get; }

        public bool IsExact { get; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Of(Vector512<float> values) => IsExact ? values * Factor : values / Divisor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Of(Vector256<float> values) => IsExact ? values * Factor : values / Divisor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<float> Of(Vector128<float> values) => IsExact ? values * Factor : values / Divisor;
    }
}
