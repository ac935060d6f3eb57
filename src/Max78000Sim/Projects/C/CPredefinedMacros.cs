// SPDX-License-Identifier: MIT
using System.Collections.Frozen;
using System.Globalization;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Macros that the compiler and the C library define: the position, and the formats of <c>inttypes.h</c> for a 32-bit target.</summary>
internal static class CPredefinedMacros
{
    private static readonly FrozenDictionary<string, string> Formats = (
        from size in (string[])["8", "16", "32", "64", "PTR", "MAX", "LEAST8", "LEAST16", "LEAST32", "LEAST64", "FAST8", "FAST16", "FAST32", "FAST64"]
        from letter in "diouxX"
        select KeyValuePair.Create($"PRI{letter}{size}", size.EndsWith("64", StringComparison.Ordinal) || size == "MAX" ? $"ll{letter}" : $"{letter}"))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a name stands for, or null if it is none of these macros.</summary>
    public static CToken? Find(CToken name) => name.Text switch
    {
        "__LINE__" => new CToken(CTokenKind.Number, string.Empty, name.At.Line, CType.Int, name.At, name.Spaced),
        "__FILE__" => new CToken(CTokenKind.Text, name.At.File, 0, null, name.At, name.Spaced),
        _ when Formats.TryGetValue(name.Text, out string? format) => new CToken(CTokenKind.Text, format, 0, null, name.At, name.Spaced),
        _ => null,
    };
}
