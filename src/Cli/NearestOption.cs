// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Ai8x.Cli;

/// <summary>Finds the option that a misspelt one was meant to be.</summary>
internal static class NearestOption
{
    private const int MostEdits = 3;

    /// <summary>The nearest name among a command's visible options, or null where none is near.</summary>
    public static string? Of(string typed, Command command)
    {
        if (!typed.StartsWith("--", StringComparison.Ordinal) || typed.Length > 64) return null;
        (string Name, int Edits)[] near =
        [
            .. command.Options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name)).Select(name => (name, Edits(typed, name))).OrderBy(pair => pair.Item2),
        ];
        return near.Length > 0 && near[0].Edits <= Math.Min(MostEdits, typed.Length / 3) ? near[0].Name : null;
    }

    /// <summary>Letters to insert, delete or replace to come from one text to the other.</summary>
    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
