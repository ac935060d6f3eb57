// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>Joins operands (numerics.md section 8): in full precision from left to right, saturated once at the end.</summary>
internal static class ElementwiseReference
{
    public static int[] Join(ElementwiseKind kind, int[][] operands)
    {
        int[] result = [.. operands[0]];
        foreach (int[] operand in operands[1..])
        {
            for (int i = 0; i < result.Length; i++) result[i] = Pair(kind, result[i], operand[i]);
        }

        for (int i = 0; i < result.Length; i++) result[i] = Math.Clamp(result[i], sbyte.MinValue, sbyte.MaxValue);
        return result;
    }

    private static int Pair(ElementwiseKind kind, int left, int right) => kind switch
    {
        ElementwiseKind.Add => left + right,
        ElementwiseKind.Sub => left - right,
        ElementwiseKind.Or => left | right,
        _ => left ^ right,
    };
}
