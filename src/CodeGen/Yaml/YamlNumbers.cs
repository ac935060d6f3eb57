// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Numerics;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Numbers and truth values as YAML 1.1 writes them, as far as descriptions use them (network-yaml.md section 1).</summary>
internal static class YamlNumbers
{
    private const int LongestNumber = 40;

    /// <summary>Reads a decimal or 0x-hexadecimal integer of any size up to 40 characters; underscores between digits are ignored.</summary>
    public static bool TryInteger(string text, out BigInteger value)
    {
        value = default;
        if (text.Length is 0 or > LongestNumber) return false;
        bool negative = text[0] == '-';
        string digits = text[0] is '-' or '+' ? text[1..] : text;
        bool hexadecimal = digits.StartsWith("0x", StringComparison.Ordinal) || digits.StartsWith("0X", StringComparison.Ordinal);
        if (hexadecimal) digits = digits[2..];
        if (digits.Length == 0 || digits[0] == '_') return false;
        digits = digits.Replace("_", "", StringComparison.Ordinal);
        if (!(hexadecimal ? digits.All(char.IsAsciiHexDigit) : digits.All(char.IsAsciiDigit))) return false;
        value = hexadecimal
            ? BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (negative) value = -value;
        return true;
    }

    /// <summary>Whether a decimal number starts with a zero, which YAML 1.1 reads as octal and YAML 1.2 as decimal.</summary>
    public static bool IsAmbiguous(string text)
    {
        string digits = text.TrimStart('-', '+');
        return digits.Length > 1 && digits[0] == '0' && digits.All(c => char.IsAsciiDigit(c) || c == '_') && digits.Any(c => c is not ('0' or '_'));
    }

    /// <summary>Reads true, yes, on and their opposites in any case.</summary>
    public static bool TryBoolean(string text, out bool value)
    {
        string lower = text.Length > 5 ? "" : text.ToLowerInvariant();
        value = lower is "true" or "yes" or "on";
        return value || lower is "false" or "no" or "off";
    }

    /// <summary>Reads a 64-bit map: an integer, or hexadecimal text in which points and underscores are ignored.</summary>
    public static bool TryMap(string text, bool quoted, out BigInteger value)
    {
        value = default;
        if (text.Length > LongestNumber) return false;
        string digits = text.Replace(".", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        bool hexadecimal = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if ((quoted || digits.Length != text.Replace("_", "", StringComparison.Ordinal).Length) && !hexadecimal) return false;
        return TryInteger(digits, out value) && !IsAmbiguous(digits);
    }
}
