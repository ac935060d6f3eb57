// SPDX-License-Identifier: MIT
namespace Ai8x.Quant;

/// <summary>The roundings and saturations of the chip and of quantization, each once and by name.</summary>
public static class IntegerArithmetic
{
    /// <summary>Units of a weight of 1.0 with eight bits.</summary>
    public const int UnitsPerOne = 128;

    /// <summary>Quantizes a weight or a bias: clamps <c>value * factor</c> to -128..127, then rounds half to even (numerics.md section 13).</summary>
    /// <param name="value">Float weight or bias, not NaN.</param>
    /// <param name="factor">Units per 1.0, 128 times the scale.</param>
    /// <returns>-128..127.</returns>
    public static sbyte ClampThenRoundHalfToEven(float value, double factor) =>
        (sbyte)Math.Round(Math.Clamp(value * factor, sbyte.MinValue, sbyte.MaxValue), MidpointRounding.ToEven);

    /// <summary>Quantizes to a smaller width: clamps <c>value * factor</c> to the range of the bits, then rounds half to even.</summary>
    /// <param name="value">Float weight or bias, not NaN.</param>
    /// <param name="factor">Units per 1.0, for weights two to the power of bits - 1 times the scale.</param>
    /// <param name="bits">1..8.</param>
    /// <returns>-2^(bits - 1) .. 2^(bits - 1) - 1.</returns>
    public static sbyte ClampThenRoundHalfToEven(float value, double factor, int bits) =>
        (sbyte)Math.Round(Math.Clamp(value * factor, -1 << (bits - 1), (1 << (bits - 1)) - 1), MidpointRounding.ToEven);

    /// <summary>
    /// Reduces an accumulator to eight bits: <c>floor(1/2 + accumulator * 2^shift / 128)</c>, saturated (numerics.md section 3). Halves
    /// go up, towards plus infinity.
    /// </summary>
    /// <param name="accumulator">Sum of products plus 128 times the bias.</param>
    /// <param name="shift">Total shift, -15..15.</param>
    /// <returns>-128..127.</returns>
    public static int ShiftRoundHalfUpSaturate(long accumulator, int shift)
    {
        int right = 7 - shift;
        long value = right > 0 ? (accumulator + (1L << (right - 1))) >> right : accumulator << -right;
        return (int)Math.Clamp(value, sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>Mean of a window, cut towards zero (numerics.md section 6).</summary>
    /// <param name="sum">Sum of the window.</param>
    /// <param name="count">Number of elements, at least 1.</param>
    /// <returns>The truncated mean.</returns>
    public static int MeanTowardsZero(int sum, int count) => sum / count;

    /// <summary>Mean of a window, rounded to nearest with halves away from zero (numerics.md section 6).</summary>
    /// <param name="sum">Sum of the window.</param>
    /// <param name="count">Number of elements, at least 1.</param>
    /// <returns>The rounded mean.</returns>
    public static int MeanHalfAwayFromZero(int sum, int count) => Math.Sign(sum) * ((2 * Math.Abs(sum) + count) / (2 * count));
}
