// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Compare;

/// <summary>A figure over turns: median, smallest, largest.</summary>
internal sealed record Ratio(double Median, double Least, double Most)
{
    public static Ratio Of(IEnumerable<double> turns)
    {
        double[] sorted = [.. turns.Order()];
        return new(MedianOf(sorted), sorted[0], sorted[^1]);
    }

    public static double MedianOf(IReadOnlyList<double> sorted) => sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"**{Median:F2}** ({Least:F2}–{Most:F2})");
}
