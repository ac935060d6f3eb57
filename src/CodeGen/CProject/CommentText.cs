// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.CodeGen.CProject;

/// <summary>
/// Words from outside (names of layers and files, labels) made safe to stand in a C comment: they may neither end it nor open another,
/// nor join lines, nor carry bytes outside printable ASCII.
/// </summary>
internal static class CommentText
{
    /// <summary>Separates a layer's name from its description in the header comment.</summary>
    public const string NameEnd = " - ";

    /// <summary>Replaces what may not stand in a comment by underscores.</summary>
    public static string Clean(string words)
    {
        var clean = new StringBuilder(words.Length);
        foreach (char c in words)
        {
            char previous = clean.Length > 0 ? clean[^1] : ' ';
            bool pair = (previous, c) is ('*', '/') or ('/', '*') or ('?', '?');
            clean.Append(c is < ' ' or > '~' or '\\' || pair ? '_' : c);
        }

        return clean.ToString().Trim();
    }

    /// <summary>A layer's name; it never holds the separator that follows it.</summary>
    public static string CleanName(string name)
    {
        string clean = Clean(name);
        while (clean.Contains(NameEnd, StringComparison.Ordinal)) clean = clean.Replace(NameEnd, "-", StringComparison.Ordinal);
        return clean.Length == 0 ? "layer" : clean;
    }
}
