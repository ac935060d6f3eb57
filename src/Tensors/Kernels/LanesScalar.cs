// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>One image at a time. <c>MathF.FusedMultiplyAdd</c> is exact with and without hardware support.</summary>
internal readonly unsafe struct LanesScalar : ILaneVector<float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const int ExponentBias = 127;
    private const int SignificandBits = 23;
    private const uint SignificandMask = (1u << SignificandBits) - 1;

    public static int Lanes => 1;

    public static float Zero
    {
        [MethodImpl(Inline)]
        get => 0f;
    }

    [MethodImpl(Inline)]
    public static float Create(float value) => value;

    [MethodImpl(Inline)]
    public static float Load(float* source) => *source;

    [MethodImpl(Inline)]
    public static void Store(float value, float* destination) => *destination = value;

    [MethodImpl(Inline)]
    public static float FusedMultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(Inline)]
    public static float Subtract(float a, float b) => a - b;

    [MethodImpl(Inline)]
    public static float Multiply(float a, float b) => a * b;

    [MethodImpl(Inline)]
    public static float Divide(float a, float b) => a / b;

    [MethodImpl(Inline)]
    public static float SquareRoot(float a) => MathF.Sqrt(a);

    [MethodImpl(Inline)]
    public static float RoundToEven(float a) => MathF.Round(a, MidpointRounding.ToEven);

    [MethodImpl(Inline)]
    public static float Larger(float a, float b) => a > b ? a : b;

    [MethodImpl(Inline)]
    public static float Smaller(float a, float b) => a < b ? a : b;

    [MethodImpl(Inline)]
    public static float LessThan(float a, float b) => Mask(a < b);

    [MethodImpl(Inline)]
    public static float LessThanOrEqual(float a, float b) => Mask(a <= b);

    [MethodImpl(Inline)]
    public static float IsEqual(float a, float b) => Mask(a == b);

    [MethodImpl(Inline)]
    public static float And(float a, float b) => FromBits(Bits(a) & Bits(b));

    [MethodImpl(Inline)]
    public static float AndNot(float a, float b) => FromBits(Bits(a) & ~Bits(b));

    [MethodImpl(Inline)]
    public static float Or(float a, float b) => FromBits(Bits(a) | Bits(b));

    [MethodImpl(Inline)]
    public static float Select(float mask, float whereTrue, float whereFalse) => Bits(mask) != 0 ? whereTrue : whereFalse;

    [MethodImpl(Inline)]
    public static float ZeroWhere(float mask, float value) => AndNot(value, mask);

    [MethodImpl(Inline)]
    public static uint MaskBits(float mask) => Bits(mask) >> 31;

    [MethodImpl(Inline)]
    public static float MaskOf(uint bits) => Mask((bits & 1) != 0);

    [MethodImpl(Inline)]
    public static float LacksSecond(ushort* masks, int lane) => Mask(((uint)masks[1] >> lane & 1) == 0);

    [MethodImpl(Inline)]
    public static float Keep(uint bits, float value) => (bits & 1) != 0 ? value : 0;

    [MethodImpl(Inline)]
    public static void KeepTwo(ushort* masks, int lane, ref float first, ref float second) => (first, second) = (Keep((uint)masks[0] >> lane, first), Keep((uint)masks[1] >> lane, second));

    [MethodImpl(Inline)]
    public static float PowerOfTwo(float n) => FromBits((uint)((int)n + ExponentBias) << SignificandBits);

    [MethodImpl(Inline)]
    public static float Exponent(float a) => (int)(Bits(a) >> SignificandBits) - ExponentBias;

    [MethodImpl(Inline)]
    public static float Significand(float a) => FromBits((Bits(a) & SignificandMask) | ((uint)ExponentBias << SignificandBits));

    [MethodImpl(Inline)]
    private static float Mask(bool value) => FromBits(value ? uint.MaxValue : 0);

    [MethodImpl(Inline)]
    private static uint Bits(float a) => BitConverter.SingleToUInt32Bits(a);

    [MethodImpl(Inline)]
    private static float FromBits(uint bits) => BitConverter.UInt32BitsToSingle(bits);
}
