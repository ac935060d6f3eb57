// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>16 images in 512 bits.</summary>
internal readonly unsafe struct Lanes512 : ILaneVector<Vector512<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const int ExponentBias = 127;
    private const int SignificandBits = 23;
    private const int SignificandMask = (1 << SignificandBits) - 1;

    public static int Lanes => 16;

    public static Vector512<float> Zero
    {
        [MethodImpl(Inline)]
        get => Vector512<float>.Zero;
    }

    [MethodImpl(Inline)]
    public static Vector512<float> Create(float value) => Vector512.Create(value);

    [MethodImpl(Inline)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector512<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static Vector512<float> FusedMultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector512<float> SquareRoot(Vector512<float> a) => Vector512.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector512<float> RoundToEven(Vector512<float> a) => Vector512.Round(a, MidpointRounding.ToEven);

    // The instruction gives the second operand for not-a-numbers and zeros of both signs.
    [MethodImpl(Inline)]
    public static Vector512<float> Larger(Vector512<float> a, Vector512<float> b) => Avx512F.IsSupported ? Avx512F.Max(a, b) : Select(LessThan(b, a), a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> Smaller(Vector512<float> a, Vector512<float> b) => Avx512F.IsSupported ? Avx512F.Min(a, b) : Select(LessThan(a, b), a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> LessThan(Vector512<float> a, Vector512<float> b) => Vector512.LessThan(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> LessThanOrEqual(Vector512<float> a, Vector512<float> b) => Vector512.LessThanOrEqual(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> IsEqual(Vector512<float> a, Vector512<float> b) => Vector512.Equals(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> And(Vector512<float> a, Vector512<float> b) => a & b;

    [MethodImpl(Inline)]
    public static Vector512<float> AndNot(Vector512<float> a, Vector512<float> b) => Vector512.AndNot(a, b);

    [MethodImpl(Inline)]
    public static Vector512<float> Or(Vector512<float> a, Vector512<float> b) => a | b;

    // By a mask register, where a comparison gave the mask, and not by a vector of bits.
    [MethodImpl(Inline)]
    public static Vector512<float> Select(Vector512<float> mask, Vector512<float> whereTrue, Vector512<float> whereFalse) =>
        Avx512F.IsSupported ? Avx512F.BlendVariable(whereFalse, whereTrue, mask) : Vector512.ConditionalSelect(mask, whereTrue, whereFalse);

    // A choice, because masks are not vectors here.
    [MethodImpl(Inline)]
    public static Vector512<float> ZeroWhere(Vector512<float> mask, Vector512<float> value) =>
        Avx512F.IsSupported ? Avx512F.BlendVariable(value, Vector512<float>.Zero, mask) : Vector512.ConditionalSelect(mask, Vector512<float>.Zero, value);

    [MethodImpl(Inline)]
    public static uint MaskBits(Vector512<float> mask) => (uint)mask.ExtractMostSignificantBits();

    [MethodImpl(Inline)]
    public static Vector512<float> MaskOf(uint bits)
    {
        Vector512<int> lane = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        return Vector512.Equals(Vector512.Create((int)bits) & lane, lane).AsSingle();
    }

    // Both masks by one load into all lanes: a load of two bytes would go to a general register and from there through the unit that the multiply-adds need.
    [MethodImpl(Inline)]
    public static Vector512<float> LacksSecond(ushort* masks, int lane)
    {
        Vector512<int> second = Vector512.Create(0x10000, 0x20000, 0x40000, 0x80000, 0x100000, 0x200000, 0x400000, 0x800000, 0x1000000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, int.MinValue);
        return Vector512.Equals(Vector512.Create(BitConverter.IsLittleEndian ? *(int*)masks : masks[1] << 16) & second, Vector512<int>.Zero).AsSingle();
    }

    [MethodImpl(Inline)]
    public static Vector512<float> Keep(uint bits, Vector512<float> value)
    {
        Vector512<int> lane = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        return Vector512.ConditionalSelect(Vector512.Equals(Vector512.Create((int)bits) & lane, Vector512<int>.Zero).AsSingle(), Vector512<float>.Zero, value);
    }

    [MethodImpl(Inline)]
    public static void KeepTwo(ushort* masks, int lane, ref Vector512<float> first, ref Vector512<float> second) => (first, second) = (Keep(masks[0], first), Keep(masks[1], second));

    [MethodImpl(Inline)]
    public static Vector512<float> PowerOfTwo(Vector512<float> n) => ((Vector512.ConvertToInt32(n) + Vector512.Create(ExponentBias)) << SignificandBits).AsSingle();

    [MethodImpl(Inline)]
    public static Vector512<float> Exponent(Vector512<float> a) => Vector512.ConvertToSingle((a.AsInt32() >>> SignificandBits) - Vector512.Create(ExponentBias));

    [MethodImpl(Inline)]
    public static Vector512<float> Significand(Vector512<float> a) => ((a.AsInt32() & Vector512.Create(SignificandMask)) | Vector512.Create(ExponentBias << SignificandBits)).AsSingle();
}
