// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>8 images in 256 bits.</summary>
internal readonly unsafe struct Lanes256 : ILaneVector<Vector256<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const int ExponentBias = 127;
    private const int SignificandBits = 23;
    private const int SignificandMask = (1 << SignificandBits) - 1;

    public static int Lanes => 8;

    public static Vector256<float> Zero
    {
        [MethodImpl(Inline)]
        get => Vector256<float>.Zero;
    }

    [MethodImpl(Inline)]
    public static Vector256<float> Create(float value) => Vector256.Create(value);

    [MethodImpl(Inline)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector256<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static Vector256<float> FusedMultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector256<float> SquareRoot(Vector256<float> a) => Vector256.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector256<float> RoundToEven(Vector256<float> a) => Vector256.Round(a, MidpointRounding.ToEven);

    // The instruction gives the second operand for not-a-numbers and zeros of both signs.
    [MethodImpl(Inline)]
    public static Vector256<float> Larger(Vector256<float> a, Vector256<float> b) => Avx.IsSupported ? Avx.Max(a, b) : Select(LessThan(b, a), a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> Smaller(Vector256<float> a, Vector256<float> b) => Avx.IsSupported ? Avx.Min(a, b) : Select(LessThan(a, b), a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> LessThan(Vector256<float> a, Vector256<float> b) => Vector256.LessThan(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> LessThanOrEqual(Vector256<float> a, Vector256<float> b) => Vector256.LessThanOrEqual(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> IsEqual(Vector256<float> a, Vector256<float> b) => Vector256.Equals(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> And(Vector256<float> a, Vector256<float> b) => a & b;

    [MethodImpl(Inline)]
    public static Vector256<float> AndNot(Vector256<float> a, Vector256<float> b) => Vector256.AndNot(a, b);

    [MethodImpl(Inline)]
    public static Vector256<float> Or(Vector256<float> a, Vector256<float> b) => a | b;

    [MethodImpl(Inline)]
    public static Vector256<float> Select(Vector256<float> mask, Vector256<float> whereTrue, Vector256<float> whereFalse) => Vector256.ConditionalSelect(mask, whereTrue, whereFalse);

    [MethodImpl(Inline)]
    public static Vector256<float> ZeroWhere(Vector256<float> mask, Vector256<float> value) => Vector256.AndNot(value, mask);

    [MethodImpl(Inline)]
    public static uint MaskBits(Vector256<float> mask) => mask.ExtractMostSignificantBits();

    [MethodImpl(Inline)]
    public static Vector256<float> MaskOf(uint bits)
    {
        Vector256<int> lane = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.Equals(Vector256.Create((int)bits) & lane, lane).AsSingle();
    }

    [MethodImpl(Inline)]
    public static Vector256<float> LacksSecond(ushort* masks, int lane) =>
        Vector256.Equals(Vector256.Create(masks[1] >> lane) & Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128), Vector256<int>.Zero).AsSingle();

    [MethodImpl(Inline)]
    public static Vector256<float> Keep(uint bits, Vector256<float> value)
    {
        Vector256<int> lane = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.ConditionalSelect(Vector256.Equals(Vector256.Create((int)bits) & lane, Vector256<int>.Zero).AsSingle(), Vector256<float>.Zero, value);
    }

    // Both masks in every lane, so that one load serves two pixels.
    [MethodImpl(Inline)]
    public static void KeepTwo(ushort* masks, int lane, ref Vector256<float> first, ref Vector256<float> second)
    {
        Vector256<int> both = Vector256.Create(LaneBits.Two(masks)), bit = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128) << lane, next = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128) << (LaneLayout.Lanes + lane);
        first = Vector256.ConditionalSelect(Vector256.Equals(both & bit, Vector256<int>.Zero).AsSingle(), Vector256<float>.Zero, first);
        second = Vector256.ConditionalSelect(Vector256.Equals(both & next, Vector256<int>.Zero).AsSingle(), Vector256<float>.Zero, second);
    }

    [MethodImpl(Inline)]
    public static Vector256<float> PowerOfTwo(Vector256<float> n) => ((Vector256.ConvertToInt32(n) + Vector256.Create(ExponentBias)) << SignificandBits).AsSingle();

    [MethodImpl(Inline)]
    public static Vector256<float> Exponent(Vector256<float> a) => Vector256.ConvertToSingle((a.AsInt32() >>> SignificandBits) - Vector256.Create(ExponentBias));

    [MethodImpl(Inline)]
    public static Vector256<float> Significand(Vector256<float> a) => ((a.AsInt32() & Vector256.Create(SignificandMask)) | Vector256.Create(ExponentBias << SignificandBits)).AsSingle();
}
