// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Ai8x.Optim;

/// <summary>How often a true class was taken for each class: rows are true classes, columns predicted ones.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;

    /// <summary>Makes an empty matrix.</summary>
    /// <param name="classNames">Names of the classes, at least one.</param>
    public ConfusionMatrix(ImmutableArray<string> classNames)
    {
        ArgumentOutOfRangeException.ThrowIfZero(classNames.Length);
        ClassNames = classNames;
        _counts = new long[classNames.Length * classNames.Length];
    }

    /// <summary>Names of the classes.</summary>
    public ImmutableArray<string> ClassNames { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => ClassNames.Length;

    /// <summary>Number of samples counted.</summary>
    public long Total { get; private set; }

    /// <summary>Number of samples on the diagonal.</summary>
    public long Correct { get; private set; }

    /// <summary>Share of samples on the diagonal, 0..1; 0 when nothing was counted.</summary>
    public double Accuracy => Total == 0 ? 0 : (double)Correct / Total;

    /// <summary>How many samples of one class were taken for another.</summary>
    /// <param name="label">True class.</param>
    /// <param name="predicted">Predicted class.</param>
    public long this[int label, int predicted] => _counts[Index(label, predicted)];

    /// <summary>Counts a sample.</summary>
    /// <param name="label">True class.</param>
    /// <param name="predicted">Predicted class.</param>
    public void Add(int label, int predicted)
    {
        _counts[Index(label, predicted)]++;
        Total++;
        if (label == predicted) Correct++;
    }

    /// <summary>Precision, recall and F1 of each class.</summary>
    /// <returns>One score for each class, in order.</returns>
    public ImmutableArray<ClassScore> Scores() =>
    [
        .. Enumerable.Range(0, Classes).Select(c => new ClassScore(
            ClassNames[c],
            Enumerable.Range(0, Classes).Sum(predicted => this[c, predicted]),
            Enumerable.Range(0, Classes).Sum(label => this[label, c]),
            this[c, c])),
    ];

    /// <summary>The matrix as text: a header with the predicted classes, then one line per true class. Lines end with a line feed.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        int nameWidth = ClassNames.Max(name => name.Length);
        int width = Math.Max(nameWidth, _counts.Max().ToString(CultureInfo.InvariantCulture).Length);
        var text = new StringBuilder();
        text.Append(' ', nameWidth);
        foreach (string name in ClassNames) text.Append("  ").Append(name.PadLeft(width));
        text.Append('\n');
        for (int label = 0; label < Classes; label++)
        {
            text.Append(ClassNames[label].PadRight(nameWidth));
            for (int predicted = 0; predicted < Classes; predicted++)
            {
                text.Append("  ").Append(this[label, predicted].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private int Index(int label, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Classes);
        ArgumentOutOfRangeException.ThrowIfNegative(predicted);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, Classes);
        return label * Classes + predicted;
    }
}
