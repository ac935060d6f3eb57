// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Typed values of YAML nodes; a value of the wrong type or range is reported and null returned.</summary>
internal sealed class Scalars(ErrorList errors)
{
    public string? Text(string key, YamlNode node)
    {
        if (node is YamlScalar { Value.Length: > 0 } scalar) return scalar.Value;
        errors.Add(node, $"{key} must be a text.");
        return null;
    }

    public int? Integer(string key, YamlNode node, int low, int high)
    {
        if (node is YamlScalar { Quoted: false } scalar && TryInteger(scalar.Value, out long value))
        {
            if (value >= low && value <= high) return (int)value;
            errors.Add(node, $"{key} is {value}; it must be {low} to {high}.");
            return null;
        }

        errors.Add(node, $"{key} must be a whole number from {low} to {high}, decimal or hexadecimal with 0x.");
        return null;
    }

    public bool? Flag(string key, YamlNode node)
    {
        if (node is YamlScalar { Quoted: false } scalar)
        {
            switch (scalar.Value.ToUpperInvariant())
            {
                case "TRUE" or "YES" or "ON": return true;
                case "FALSE" or "NO" or "OFF": return false;
            }
        }

        errors.Add(node, $"{key} must be true or false.");
        return null;
    }

    /// <summary>One number for both axes, or a list of two.</summary>
    public (int First, int Second)? Pair(string key, YamlNode node, int low, int high)
    {
        if (node is YamlList { Items.Count: 2 } list)
        {
            int? first = Integer(key, list.Items[0], low, high), second = Integer(key, list.Items[1], low, high);
            return first is int a && second is int b ? (a, b) : null;
        }

        if (node is YamlScalar) return Integer(key, node, low, high) is int both ? (both, both) : null;
        errors.Add(node, $"{key} must be one number or a list of two.");
        return null;
    }

    public ProcessorMap? Map(string key, YamlNode node)
    {
        if (node is YamlScalar scalar && TryMap(scalar.Value, out ulong bits))
        {
            if (bits != 0) return new ProcessorMap(bits);
            errors.Add(node, $"{key} is 0; at least one processor must be enabled.");
            return null;
        }

        errors.Add(node, $"{key} must be a map of the 64 processors, from 1 to 0xffffffffffffffff.");
        return null;
    }

    public T? Choice<T>(string key, YamlNode node, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        string value = node is YamlScalar scalar ? scalar.Value : "";
        if (choices.TryGetValue(value.ToLowerInvariant(), out T choice)) return choice;
        errors.Add(node, $"{key} cannot be {Shown(node)}.{Names.Suggestion(value, choices.Keys)} Known values: {string.Join(", ", choices.Keys)}.");
        return null;
    }

    public static string Shown(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value.Length <= 40 ? $"\"{scalar.Value}\"" : $"\"{scalar.Value[..40]}...\"",
        YamlList => "a list",
        _ => "a mapping",
    };

    private static bool TryInteger(string text, out long value)
    {
        bool negative = text.StartsWith('-');
        string digits = negative || text.StartsWith('+') ? text[1..] : text;
        bool parsed = TryDigits(digits, "_", out ulong magnitude) && magnitude <= int.MaxValue;
        value = parsed ? negative ? -(long)magnitude : (long)magnitude : 0;
        return parsed;
    }

    private static bool TryMap(string text, out ulong bits) => TryDigits(text, "_.", out bits);

    // A leading zero would make a number octal for some readers and decimal for others, so only 0x is taken as a prefix.
    private static bool TryDigits(string text, string separators, out ulong value)
    {
        value = 0;
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        string digits = string.Concat((hexadecimal ? text[2..] : text).Where(c => !separators.Contains(c)));
        if (digits.Length == 0 || digits.Length > 64 || (!hexadecimal && digits.Length > 1 && digits[0] == '0')) return false;
        if (!hexadecimal) return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        digits = digits.TrimStart('0');
        return digits.Length == 0 || ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
