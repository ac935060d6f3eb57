// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Normal numbers of a given variance, none further from 0 than two standard deviations of the distribution before it was cut. By the polar method
/// of Marsaglia over our own logarithm: element <c>i</c> tries the uniform numbers of elements <c>2 i</c> and <c>2 i + 1</c> of step 0, 1, 2 and so on.
/// </summary>
internal static class TruncatedNormal
{
    private const float Cut = 2;

    /// <summary>Standard deviation of a unit normal distribution that is cut at two.</summary>
    private const double DeviationWhenCut = 0.87962566103423978;

    public static void Fill(Span<float> values, double variance, in CounterRandom random, int parameterIndex)
    {
        float deviation = (float)(Math.Sqrt(variance) / DeviationWhenCut);
        for (int i = 0; i < values.Length; i++) values[i] = Unit(random, parameterIndex, i) * deviation;
    }

    private static float Unit(in CounterRandom random, int parameterIndex, int element)
    {
        for (long step = 0; ; step++)
        {
            float u = 2f * random.Uniform(parameterIndex, step, 0, 2 * element) - 1f, v = 2f * random.Uniform(parameterIndex, step, 0, 2 * element + 1) - 1f;
            float square = MathF.FusedMultiplyAdd(u, u, v * v);
            if (square is 0 or >= 1) continue;
            float normal = u * MathF.Sqrt(-2f * FloatFunctions.Log(square) / square);
            if (normal is >= -Cut and <= Cut) return normal;
        }
    }
}
