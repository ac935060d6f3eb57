// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Which text may stand in a description, and how pieces of it are shown in messages.</summary>
internal static class DescriptionText
{
    public const int MaximumLength = 128;

    /// <summary>Whether text can be shown in messages and in comments of generated sources: one line, printable, bounded, no blank at its ends.</summary>
    public static bool IsAllowed(string text)
    {
        if (text.Length is 0 or > MaximumLength || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])) return false;
        return text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && IsPrintable(Rune.GetUnicodeCategory(rune)));
    }

    /// <summary>The text as it may stand in a message: bounded, without control characters.</summary>
    public static string Excerpt(string text, int most = 40)
    {
        string start = text.Length <= most ? text : text[..(most - 3)] + "...";
        return string.Concat(start.Select(c => IsPrintable(char.GetUnicodeCategory(c)) ? c : '?'));
    }

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Hex(long value) => "0x" + value.ToString("x4", CultureInfo.InvariantCulture);

    private static bool IsPrintable(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
