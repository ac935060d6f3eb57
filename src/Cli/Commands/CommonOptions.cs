// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Ai8x.Cli.Commands;

/// <summary>Options that several commands share, so that one name means one thing everywhere.</summary>
internal static class CommonOptions
{
    public static Option<string> DataDir() => new("--data-dir") { Description = "Folder with the data set's files; without it the usual places are searched, then it is downloaded.", HelpName = "DIR" };

    public static Option<bool> SeedSplits() => new("--seed-splits") { Description = "Swap the roles of valid and test, as the published figures of the seed did." };

    public static Option<string> CacheDir() => new("--cache-dir") { Description = "Folder for downloads and processed data; without it, the user's folder for application data.", HelpName = "DIR" };

    public static Option<long?> MemoryLimit() => new("--memory-limit")
    {
        Description = "The most memory for the samples of the data set, for example 512M or 2G; a larger data set is read from disk.",
        HelpName = "BYTES",
        CustomParser = ParseBytes,
    };

    public static Option<FileInfo> Json() => new("--json") { Description = "Write the result as JSON to this file.", HelpName = "FILE" };

    public static Option<int> Threads() => Positive("--threads", "Worker threads; the result does not depend on their number.", Environment.ProcessorCount, 1024);

    public static Option<double> Scale()
    {
        var option = new Option<double>("--scale") { Description = "Factor on all weights and biases before they are rounded.", DefaultValueFactory = _ => 1.0, CustomParser = ParseNumber };
        option.Validators.Add(result => Check(result, () => result.GetValue(option) is > 0 and <= 1024, "--scale is a number above 0, at most 1024."));
        return option;
    }

    public static Option<int?> InputScale()
    {
        var option = new Option<int?>("--input-scale") { Description = "What the training input was divided by: 128 or 256. Without it the model's own metadata counts.", HelpName = "128|256" };
        option.Validators.Add(result => Check(result, () => result.GetValue(option) is null or 128 or 256, "--input-scale is 128 or 256."));
        return option;
    }

    public static Option<bool> KeepFirst() => new("--keep-first") { Description = "Do not halve the first layer's weights of a model with input scale 256." };

    public static Option<string> ConfigFile() => new("--config-file") { Description = "Network description (YAML).", HelpName = "FILE" };

    public static Option<int> Positive(string name, string description, int fallback, int maximum)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.Validators.Add(result => Check(result, () => result.GetValue(option) is int value && value >= 1 && value <= maximum, string.Create(CultureInfo.InvariantCulture, $"{name} is 1 to {maximum}.")));
        return option;
    }

    public static double ParseNumber(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) return value;
        result.AddError($"'{result.Tokens[0].Value}' is not a number.");
        return 0;
    }

    /// <summary>Reads a number of bytes, with K, M or G for 2^10, 2^20 or 2^30 of them.</summary>
    private static long? ParseBytes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        int power = text.Length == 0 ? -1 : "KMG".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        string digits = power < 0 ? text : text[..^1];
        long unit = 1L << (10 * (power + 1));
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count <= long.MaxValue / unit) return count * unit;
        result.AddError($"--memory-limit '{text}' is not a number of bytes. Give for example 1000000, 512M or 2G.");
        return null;
    }

    /// <summary>Adds the rule as an error where it does not hold; text that is no value of the option's type gets the parser's own message.</summary>
    public static void Check(SymbolResult result, Func<bool> holds, string rule)
    {
        if (result.Errors.Any()) return;
        try
        {
            if (!holds()) result.AddError(rule);
        }
        catch (InvalidOperationException notAValue)
        {
            // The parser offers no other way to ask whether the text converts.
            result.AddError(notAValue.Message);
        }
    }
}
