// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Brings sixteen samples into the lanes, sixteen bytes of each at a time, and divides them. Conversion and division are correctly rounded, so the values are
/// those of <c>(float)byte / divisor</c> on every machine.
/// </summary>
internal static unsafe class TransposeKernel
{
    private const int Lanes = LaneLayout.Lanes;

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
        if (!Sse2.IsSupported && !AdvSimd.Arm64.IsSupported) return 0;
        if (samples.Length < (long)count * size || block.Length < (long)size * Lanes) throw new ArgumentException($"memory too small for {count} samples of {shape}");
        Vector128<byte>* rows = stackalloc Vector128<byte>[2 * Lanes];
        fixed (sbyte* bytes = samples)
        fixed (float* values = block)
        {
            int channel = 0, pixel = 0;
            for (int element = 0; element < whole; element += Lanes)
            {
                for (int lane = 0; lane < Lanes; lane++) rows[lane] = lane < count ? Vector128.Load((byte*)bytes + (nint)lane * size + element) : Vector128<byte>.Zero;
                Transpose(rows);
                for (int i = 0; i < Lanes; i++)
                {
                    Divide(rows[i].AsSByte(), divisor, values + ((nint)channel * shape.Pixels + pixel) * Lanes);
                    if (++channel == shape.Channels) (channel, pixel) = (0, pixel + 1);
                }
            }
        }

        return whole;
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
        fixed (sbyte* bytes = samples)
        fixed (float* quotients = values)
        {
            for (int i = 0; i < whole; i += Lanes) Divide(Vector128.Load(bytes + i), divisor, quotients + i);
        }

        return whole;
    }

    /// <summary>Rows and columns of 16x16 bytes are exchanged by interleaving row i with row i + 8 four times: each turns the eight bits of an address by one.</summary>
    private static void Transpose(Vector128<byte>* rows)
    {
        Vector128<byte>* from = rows, to = rows + Lanes;
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < Lanes / 2; i++)
            {
                to[2 * i] = InterleaveLow(from[i], from[i + Lanes / 2]);
                to[2 * i + 1] = InterleaveHigh(from[i], from[i + Lanes / 2]);
            }

            Vector128<byte>* next = from;
            from = to;
            to = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> InterleaveLow(Vector128<byte> a, Vector128<byte> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> InterleaveHigh(Vector128<byte> a, Vector128<byte> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Divide(Vector128<sbyte> bytes, float divisor, float* values)
    {
        if (Avx512F.IsSupported)
        {
            (Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(bytes)) / divisor).Store(values);
            return;
        }

        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(bytes);
        (Vector128<int> first, Vector128<int> second) = Vector128.Widen(low);
        (Vector128<int> third, Vector128<int> fourth) = Vector128.Widen(high);
        (Vector128.ConvertToSingle(first) / divisor).Store(values);
        (Vector128.ConvertToSingle(second) / divisor).Store(values + 4);
        (Vector128.ConvertToSingle(third) / divisor).Store(values + 8);
        (Vector128.ConvertToSingle(fourth) / divisor).Store(values + 12);
    }
}
