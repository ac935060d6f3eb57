// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Yaml;

/// <summary>Finds what a misspelt name was meant to be.</summary>
internal static class Names
{
    private const int LongestName = 40;

    /// <summary>A sentence that suggests the nearest known name, or nothing if none is near.</summary>
    public static string Suggestion(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > LongestName) return "";
        (string nearest, int distance) = known.Select(k => (k, Distance(name.ToLowerInvariant(), k))).OrderBy(c => c.Item2).ThenBy(c => c.k, StringComparer.Ordinal).First();
        return distance <= Math.Max(2, name.Length / 3) ? $" Did you mean {nearest}?" : "";
    }

    // Number of inserted, removed and changed letters.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
