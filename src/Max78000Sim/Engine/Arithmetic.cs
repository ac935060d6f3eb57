// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Engine;

/// <summary>Every rounding and saturation of the simulated hardware, each once (machine.md section 1.4, numerics.md sections 3 to 8).</summary>
internal static class Arithmetic
{
    /// <summary>Saturates to a signed byte.</summary>
    public static int Saturate(int value) => Math.Clamp(value, -128, 127);

    /// <summary>
    /// Scales a sum to 8 bits: times two to the power <paramref name="shift"/>, divided by 128, half added, cut downwards, saturated.
    /// </summary>
    /// <param name="sum">Accumulator, at most 2^30 in magnitude.</param>
    /// <param name="shift">-15..15.</param>
    public static int Scale(int sum, int shift)
    {
        int right = 7 - shift;
        if (right > 0)
            return Saturate((sum + (1 << (right - 1))) >> right);

        // What saturates before a shift to the left saturates after it.
        return Saturate(Saturate(sum) << -right);
    }

    /// <summary>Average of a window, cut towards zero.</summary>
    public static int AverageTruncated(int total, int count) => total / count;

    /// <summary>Average of a window, to nearest with halves away from zero.</summary>
    public static int AverageRounded(int total, int count) => Math.Sign(total) * ((2 * Math.Abs(total) + count) / (2 * count));

    /// <summary>ReLU on an 8-bit value.</summary>
    public static int Relu(int value) => Math.Max(value, 0);

    /// <summary>Absolute value on an 8-bit value; -128 becomes 127.</summary>
    public static int Absolute(int value) => Math.Min(Math.Abs(value), 127);

    /// <summary>One step of an element-wise operation, at full width.</summary>
    public static int Combine(ElementWise function, int left, int right) => function switch
    {
        ElementWise.Subtract => left - right,
        ElementWise.Add => left + right,
        ElementWise.Or => left | right,
        _ => left ^ right,
    };

    /// <summary>A kernel value of 1, 2, 4 or 8 bits out of a grid byte, sign extended.</summary>
    public static int Weight(byte packed, int bitOffset, int bits) => packed << (32 - bitOffset - bits) >> (32 - bits);
}
