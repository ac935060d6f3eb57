// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Tensors.Kernels;

/// <summary>4 images in 128 bits.</summary>
internal readonly unsafe struct Lanes128 : ILaneVector<Vector128<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const int ExponentBias = 127;
    private const int SignificandBits = 23;
    private const int SignificandMask = (1 << SignificandBits) - 1;

    public static int Lanes => 4;

    public static Vector128<float> Zero
    {
        [MethodImpl(Inline)]
        get => Vector128<float>.Zero;
    }

    [MethodImpl(Inline)]
    public static Vector128<float> Create(float value) => Vector128.Create(value);

    [MethodImpl(Inline)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector128<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static Vector128<float> FusedMultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector128<float> SquareRoot(Vector128<float> a) => Vector128.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector128<float> RoundToEven(Vector128<float> a) => Vector128.Round(a, MidpointRounding.ToEven);

    // The instructions of x86 give the second operand for not-a-numbers and zeros of both signs; those of Arm64 do not.
    [MethodImpl(Inline)]
    public static Vector128<float> Larger(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.Max(a, b) : Select(LessThan(b, a), a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> Smaller(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.Min(a, b) : Select(LessThan(a, b), a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> LessThan(Vector128<float> a, Vector128<float> b) => Vector128.LessThan(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> LessThanOrEqual(Vector128<float> a, Vector128<float> b) => Vector128.LessThanOrEqual(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> IsEqual(Vector128<float> a, Vector128<float> b) => Vector128.Equals(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> And(Vector128<float> a, Vector128<float> b) => a & b;

    [MethodImpl(Inline)]
    public static Vector128<float> AndNot(Vector128<float> a, Vector128<float> b) => Vector128.AndNot(a, b);

    [MethodImpl(Inline)]
    public static Vector128<float> Or(Vector128<float> a, Vector128<float> b) => a | b;

    [MethodImpl(Inline)]
    public static Vector128<float> Select(Vector128<float> mask, Vector128<float> whereTrue, Vector128<float> whereFalse) => Vector128.ConditionalSelect(mask, whereTrue, whereFalse);

    [MethodImpl(Inline)]
    public static Vector128<float> ZeroWhere(Vector128<float> mask, Vector128<float> value) => Vector128.AndNot(value, mask);

    [MethodImpl(Inline)]
    public static uint MaskBits(Vector128<float> mask) => mask.ExtractMostSignificantBits();

    [MethodImpl(Inline)]
    public static Vector128<float> MaskOf(uint bits)
    {
        Vector128<int> lane = Vector128.Create(1, 2, 4, 8);
        return Vector128.Equals(Vector128.Create((int)bits) & lane, lane).AsSingle();
    }

    [MethodImpl(Inline)]
    public static Vector128<float> LacksSecond(ushort* masks, int lane) =>
        Vector128.Equals(Vector128.Create(masks[1] >> lane) & Vector128.Create(1, 2, 4, 8), Vector128<int>.Zero).AsSingle();

    [MethodImpl(Inline)]
    public static Vector128<float> Keep(uint bits, Vector128<float> value)
    {
        Vector128<int> lane = Vector128.Create(1, 2, 4, 8);
        return Vector128.ConditionalSelect(Vector128.Equals(Vector128.Create((int)bits) & lane, Vector128<int>.Zero).AsSingle(), Vector128<float>.Zero, value);
    }

    // Both masks in every lane, so that one load serves two pixels.
    [MethodImpl(Inline)]
    public static void KeepTwo(ushort* masks, int lane, ref Vector128<float> first, ref Vector128<float> second)
    {
        Vector128<int> both = Vector128.Create(LaneBits.Two(masks)), bit = Vector128.Create(1, 2, 4, 8) << lane, next = Vector128.Create(1, 2, 4, 8) << (LaneLayout.Lanes + lane);
        first = Vector128.ConditionalSelect(Vector128.Equals(both & bit, Vector128<int>.Zero).AsSingle(), Vector128<float>.Zero, first);
        second = Vector128.ConditionalSelect(Vector128.Equals(both & next, Vector128<int>.Zero).AsSingle(), Vector128<float>.Zero, second);
    }

    [MethodImpl(Inline)]
    public static Vector128<float> PowerOfTwo(Vector128<float> n) => ((Vector128.ConvertToInt32(n) + Vector128.Create(ExponentBias)) << SignificandBits).AsSingle();

    [MethodImpl(Inline)]
    public static Vector128<float> Exponent(Vector128<float> a) => Vector128.ConvertToSingle((a.AsInt32() >>> SignificandBits) - Vector128.Create(ExponentBias));

    [MethodImpl(Inline)]
    public static Vector128<float> Significand(Vector128<float> a) => ((a.AsInt32() & Vector128.Create(SignificandMask)) | Vector128.Create(ExponentBias << SignificandBits)).AsSingle();
}
