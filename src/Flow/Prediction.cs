// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

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

    /// <summary>Softmax of logits, in float32 by the functions that are the same on every machine.</summary>
    public static float[] Softmax(ReadOnlySpan<float> logits)
    {
        float largest = logits[Of(logits)];
        float[] shares = new float[logits.Length];
        float sum = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = FloatFunctions.Exp(logits[i] - largest);
            sum += shares[i];
        }

        for (int i = 0; i < shares.Length; i++) shares[i] /= sum;
        return shares;
    }

    /// <summary>Index of the first largest value.</summary>
    public static int Of<T>(T[] logits)
        where T : IComparable<T> => Of((ReadOnlySpan<T>)logits);
}
