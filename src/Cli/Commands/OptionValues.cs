// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Ai8x.Cli.Commands;

/// <summary>Makes options whose values are read and checked in one place: a refusal names the option, the value and the rule.</summary>
internal static class OptionValues
{
    /// <summary>A whole number with a default.</summary>
    public static Option<int> Integer(string name, string description, int least, int most, int fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback, CustomParser = result => ReadInteger(result, name, least, most) };

    /// <summary>A whole number that may be left out.</summary>
    public static Option<int?> Integer(string name, string description, int least, int most, string shown = "N", bool hexadecimal = false) =>
        new(name) { Description = description, HelpName = shown, CustomParser = result => ReadInteger(result, name, least, most, hexadecimal) };

    /// <summary>A whole number of 64 bits with a default.</summary>
    public static Option<ulong> Unsigned(string name, string description, ulong fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback, CustomParser = result => ReadInteger(result, name, ulong.MinValue, ulong.MaxValue) };

    /// <summary>A number above 0 that is still above 0 in single precision.</summary>
    public static Option<double> Positive(string name, string description, double most, double fallback) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && (float)value > 0 && value <= most) return value;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} '{text}': a number above 0, at most {most}, is needed."));
            return fallback;
        },
    };

    /// <summary>One of a few words or numbers with a default.</summary>
    public static Option<T> Choice<T>(string name, string description, T fallback, params (string Word, T Value)[] choices) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', choices.Select(choice => choice.Word)),
        DefaultValueFactory = _ => fallback,
        CustomParser = result => ReadChoice(result, name, fallback, choices),
    };

    /// <summary>One of a few words with a default.</summary>
    public static Option<string> Choice(string name, string description, string fallback, params string[] words) =>
        Choice(name, description, fallback, [.. words.Select(word => (word, word))]);

    /// <summary>One of a few numbers that may be left out.</summary>
    public static Option<int?> Choice(string name, string description, params int[] numbers)
    {
        (string, int?)[] choices = [.. numbers.Select(number => (number.ToString(CultureInfo.InvariantCulture), (int?)number))];
        return new(name) { Description = description, HelpName = string.Join('|', numbers), CustomParser = result => ReadChoice(result, name, null, choices) };
    }

    private static T ReadInteger<T>(ArgumentResult result, string name, T least, T most, bool hexadecimal = false)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        bool inHexadecimal = hexadecimal && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        NumberStyles style = inHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (T.TryParse(inHexadecimal ? text.AsSpan(2) : text, style, CultureInfo.InvariantCulture, out T value) && value >= least && value <= most) return value;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} '{text}': a whole number from {least} to {most} is needed."));
        return least;
    }

    private static T ReadChoice<T>(ArgumentResult result, string name, T fallback, (string Word, T Value)[] choices)
    {
        string text = result.Tokens[0].Value;
        foreach ((string word, T value) in choices)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        string rule = choices.Length == 1 ? $"only {choices[0].Word} is possible" : $"one of {string.Join(", ", choices.Select(choice => choice.Word))} is needed";
        result.AddError($"{name} '{text}': {rule}.");
        return fallback;
    }
}
