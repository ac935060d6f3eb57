// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>Which class a list of logits stands for.</summary>
internal static class Prediction
{
    /// <summary>Index of the first largest value.</summary>
    public static int Of<T>(ReadOnlySpan<T> logits)
        where T : IComparable<T>
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i].CompareTo(logits[best]) > 0) best = i;
        }

        return best;
    }

    /// <summary>Index of the first largest value.</summary>
    public static int Of<T>(T[] logits)
        where T : IComparable<T> => Of((ReadOnlySpan<T>)logits);
}
