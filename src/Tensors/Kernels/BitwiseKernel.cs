// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Bitwise operations of the chip on the bytes that activations become: <c>q = clamp(round_half_even(128 x), -128, 127)</c>, the operation on two's complement
/// bytes, and division by 128 (numerics.md section 8). Every step is exact or correctly rounded, so there is one result for every width.
/// Not-a-number passes through, so a diverged run is seen in the loss.
/// </summary>
internal static class BitwiseKernel
{
    private const float BytesPerOne = 128;

    /// <summary><c>y = x or operand</c>; <paramref name="y"/> may be the same memory as either operand.</summary>
    public static void Or(ReadOnlySpan<float> x, ReadOnlySpan<float> operand, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = float.IsNaN(x[i] + operand[i]) ? float.NaN : (sbyte)(Byte(x[i]) | Byte(operand[i])) / BytesPerOne;
    }

    /// <summary><c>y = x xor operand</c>; <paramref name="y"/> may be the same memory as either operand.</summary>
    public static void Xor(ReadOnlySpan<float> x, ReadOnlySpan<float> operand, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = float.IsNaN(x[i] + operand[i]) ? float.NaN : (sbyte)(Byte(x[i]) ^ Byte(operand[i])) / BytesPerOne;
    }

    private static int Byte(float value) => (int)Math.Clamp(MathF.Round(value * BytesPerOne, MidpointRounding.ToEven), sbyte.MinValue, sbyte.MaxValue);
}
