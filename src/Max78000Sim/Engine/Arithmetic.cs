// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Every rounding and saturation of the simulated hardware, each once (machine.md section 1.4, numerics.md sections 3 to 8).</summary>
internal static class Arithmetic
{
    /// <summary>Saturates to signed bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Saturate(Vector128<short> values) =>
        Vector128.Min(Vector128.Max(values, Vector128.Create<short>(-128)), Vector128.Create<short>(127));

    /// <summary>
    /// Scales sixteen sums to 8 bits: times two to the power <paramref name="shift"/>, divided by 128, half added, cut downwards, saturated.
    /// </summary>
    /// <param name="v0">Accumulators 0 to 3, at most 2^30 in magnitude.</param>
    /// <param name="v1">Accumulators 4 to 7.</param>
    /// <param name="v2">Accumulators 8 to 11.</param>
    /// <param name="v3">Accumulators 12 to 15.</param>
    /// <param name="shift">-15..15.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Scale(Vector128<int> v0, Vector128<int> v1, Vector128<int> v2, Vector128<int> v3, int shift)
    {
        int right = 7 - shift;
        if (right > 0)
        {
            Vector128<int> half = Vector128.Create(1 << (right - 1));
            v0 = (v0 + half) >> right;
            v1 = (v1 + half) >> right;
            v2 = (v2 + half) >> right;
            v3 = (v3 + half) >> right;
        }
        else
        {
            // What saturates before a shift to the left saturates after it.
            Vector128<int> low = Vector128.Create(-128), high = Vector128.Create(127);
            v0 = Vector128.Min(Vector128.Max(v0, low), high) << -right;
            v1 = Vector128.Min(Vector128.Max(v1, low), high) << -right;
            v2 = Vector128.Min(Vector128.Max(v2, low), high) << -right;
            v3 = Vector128.Min(Vector128.Max(v3, low), high) << -right;
        }

        return Vector128.NarrowWithSaturation(Vector128.NarrowWithSaturation(v0, v1), Vector128.NarrowWithSaturation(v2, v3));
    }

    /// <summary>
    /// Averages of windows, cut towards zero, or rounded to nearest with halves away from zero. The quotients are computed in single precision: numerators below 2^17 over at most
    /// 512 are further from the next integer than its rounding reaches.
    /// </summary>
    /// <param name="sums">Sums of bytes; lanes 0 to 3 count.</param>
    /// <param name="count">Values in a window, 1..256.</param>
    /// <param name="round">Round instead of cutting.</param>
    public static Vector128<short> Average(Vector128<short> sums, int count, bool round)
    {
        Vector128<int> numerator = Vector128.WidenLower(sums);
        if (round)
        {
            Vector128<int> half = Vector128.ConditionalSelect(Vector128.LessThan(numerator, default), Vector128.Create(-count), Vector128.Create(count));
            numerator = 2 * numerator + half;
            count *= 2;
        }

        Vector128<int> quotient = Vector128.ConvertToInt32(Vector128.ConvertToSingle(numerator) / Vector128.Create((float)count));
        return Vector128.Narrow(quotient, default);
    }

    /// <summary>One step of an element-wise operation; sixteen operands of 8 bits stay within 16 bits.</summary>
    public static Vector128<short> Combine(ElementWise function, Vector128<short> left, Vector128<short> right) => function switch
    {
        ElementWise.Subtract => left - right,
        ElementWise.Add => left + right,
        ElementWise.Or => left | right,
        _ => left ^ right,
    };

    /// <summary>ReLU on 8-bit values.</summary>
    public static Vector128<sbyte> Relu(Vector128<sbyte> values) => Vector128.Max(values, default);

    /// <summary>Absolute value on 8-bit values; -128 becomes 127.</summary>
    public static Vector128<sbyte> Absolute(Vector128<sbyte> values) => Vector128.Max(values, Vector128.SubtractSaturate(default, values));

    /// <summary>A kernel value of 1, 2, 4 or 8 bits out of a grid byte, sign extended.</summary>
    public static int Weight(byte packed, int bitOffset, int bits) => packed << (32 - bitOffset - bits) >> (32 - bits);
}
