// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Yaml;

/// <summary>Finds the known word that a misspelt one most likely stands for.</summary>
internal static class KeySuggestion
{
    private const int LongestWord = 40;

    /// <summary>A sentence that names the nearest known word, or lists where to look if none is near.</summary>
    public static string For(string word, IEnumerable<string> known, string otherwise) => Nearest(word, known) is string near ? $"Did you mean {near}?" : otherwise;

    /// <summary>The nearest known word, ignoring case; null if more than about a third of the letters differ.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > LongestWord) return null;
        string lower = word.ToLowerInvariant();
        (string Word, int Distance)? best = null;
        foreach (string candidate in known)
        {
            int distance = Distance(lower, candidate.ToLowerInvariant());
            if (distance <= Math.Max(1, Math.Min(word.Length, candidate.Length) / 3) && (best is null || distance < best.Value.Distance)) best = (candidate, distance);
        }

        return best?.Word;
    }

    /// <summary>Fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the other.</summary>
    public static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int best = Math.Min(change, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                cost[i, j] = swapped ? Math.Min(best, cost[i - 2, j - 2] + 1) : best;
            }
        }

        return cost[a.Length, b.Length];
    }
}
