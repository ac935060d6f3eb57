// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Cross-entropy of the softmax of one image's logits, in float32: with <c>m</c> the largest logit and <c>s</c> the sum of <c>exp(l - m)</c> from +0
/// by ascending class, the loss is <c>log(s) - (l[label] - m)</c> and the gradient <c>(exp(l - m) / s - [class = label]) / count</c>.
/// </summary>
internal static class SoftmaxCrossEntropy
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Loss of one lane, and the rank of its label: how many classes stand before it when larger logits, and among equal ones lower classes, come first.</summary>
    public static (float Loss, int Rank) Forward(ReadOnlySpan<float> logits, int classes, int lane, int label)
    {
        int best = FirstMaximum(logits, classes, lane);
        float maximum = logits[best * Lanes + lane];
        float sum = SumOfExponentials(logits, classes, lane, maximum);
        return (FloatFunctions.Log(sum) - (logits[label * Lanes + lane] - maximum), Rank(logits, classes, lane, label));
    }

    /// <summary>Gradient of one lane's share of the mean loss over <paramref name="count"/> images.</summary>
    public static void Backward(ReadOnlySpan<float> logits, int classes, int lane, int label, int count, Span<float> gradient)
    {
        float maximum = logits[FirstMaximum(logits, classes, lane) * Lanes + lane];
        float sum = SumOfExponentials(logits, classes, lane, maximum);
        for (int c = 0; c < classes; c++)
        {
            float probability = FloatFunctions.Exp(logits[c * Lanes + lane] - maximum) / sum;
            gradient[c * Lanes + lane] = (c == label ? probability - 1 : probability) / count;
        }
    }

    private static int FirstMaximum(ReadOnlySpan<float> logits, int classes, int lane)
    {
        int best = 0;
        for (int c = 1; c < classes; c++)
            if (logits[c * Lanes + lane] > logits[best * Lanes + lane]) best = c;
        return best;
    }

    private static int Rank(ReadOnlySpan<float> logits, int classes, int lane, int label)
    {
        float own = logits[label * Lanes + lane];
        int rank = 0;
        for (int c = 0; c < classes; c++)
        {
            float other = logits[c * Lanes + lane];
            if (other > own || (other == own && c < label)) rank++;
        }

        return rank;
    }

    private static float SumOfExponentials(ReadOnlySpan<float> logits, int classes, int lane, float maximum)
    {
        float sum = 0;
        for (int c = 0; c < classes; c++) sum += FloatFunctions.Exp(logits[c * Lanes + lane] - maximum);
        return sum;
    }
}
