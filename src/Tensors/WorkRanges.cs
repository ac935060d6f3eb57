// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors;

/// <summary>Cuts long arrays into items of work that workers take one by one.</summary>
internal static class WorkRanges
{
    // Large enough that taking a range costs nothing beside it.
    private const int MostElements = 1 << 14;

    /// <summary>The ranges of an array, all but the last of the same length.</summary>
    public static IEnumerable<(int Start, int Length)> Of(int count)
    {
        for (int start = 0; start < count; start += MostElements) yield return (start, Math.Min(MostElements, count - start));
    }
}
