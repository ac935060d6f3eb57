// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.CodeGen.Output;

/// <summary>The soft-max to base 2 that the generated program computes, in the same integers (machine.md section 16.5).</summary>
public static class FixedPointSoftmax
{
    /// <summary>Computes the soft-max.</summary>
    /// <param name="values">Logits in Q17.14, at least one.</param>
    /// <param name="shift">Left shift of each logit first: 8 minus the weight bits of the last layer.</param>
    /// <returns>Probabilities in Q15, 0..32767.</returns>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static ImmutableArray<int> Compute(ReadOnlySpan<int> values, int shift)
    {
        if (values.IsEmpty) throw new ArgumentException("There are no values.", nameof(values));
        int[] logits = [.. values.ToArray().Select(value => unchecked(value << shift))];
        long floor = (long)logits.Max() - (16 << 14);
        long sum = 0;
        foreach (int logit in logits)
        {
            if (logit > floor) sum += 1L << (int)((8192 + logit - floor) >> 14);
        }

        long reciprocal = (1L << 32) / sum;
        return [.. logits.Select(logit => logit > floor ? (int)Math.Min(short.MaxValue, reciprocal >> (17 + (int)((8191 + floor - logit) >> 14))) : 0)];
    }
}
