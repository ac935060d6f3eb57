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

    public static Option<string> Json() => new("--json") { Description = "Write the result as JSON to this file.", HelpName = "FILE" };

    public static Option<int> Threads() => OptionValues.Integer("--threads", "Worker threads; the result does not depend on their number.", 1, 1024, Environment.ProcessorCount);

    public static Option<double> Scale() => OptionValues.Positive("--scale", "Factor on all weights and biases before they are rounded.", 1024, 1.0);

    public static Option<int?> InputScale() => OptionValues.Choice("--input-scale", "What the training input was divided by: 128 or 256. Without it the model's own metadata counts.", 128, 256);

    public static Option<bool> KeepFirst() => new("--keep-first") { Description = "Do not halve the first layer's weights of a model with input scale 256." };

    public static Option<string> ConfigFile() => new("--config-file") { Description = "Network description (YAML).", HelpName = "FILE" };

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
}
