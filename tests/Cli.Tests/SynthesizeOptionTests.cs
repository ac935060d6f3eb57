// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Text.RegularExpressions;
using Ai8x.Cli.Commands;
using Ai8x.Cli.Commands.Synthesis;

namespace Ai8x.Cli.Tests;

/// <summary>docs/synthesize.md and the command name the same options; what is refused is refused with its reason. AI8X_WRITE_DOCS=1 writes the table of refusals.</summary>
public sealed partial class SynthesizeOptionTests
{
    private const string Begin = "<!-- refused options -->\n";

    private const string End = "<!-- end of refused options -->\n";

    public static TheoryData<string> Refused => [.. RefusedOptions.All.Select(option => option.Name)];

    [Fact]
    public void SupportedOptions_AreTheOnesOfTheDocument()
    {
        string text = Section(File.ReadAllText(DocumentPath()), "<!-- supported options -->", "<!-- end of supported options -->");
        string[] documented = [.. OptionName().Matches(text).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
        Terminal terminal = new(TextWriter.Null, TextWriter.Null, null);
        string[] offered = [.. SynthesizeCommand.Create(terminal).Options.Where(option => !option.Hidden).Select(option => option.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(offered, documented);
    }

    [Fact]
    public void RefusedOptions_AreTheOnesOfTheDocument()
    {
        string path = DocumentPath(), text = File.ReadAllText(path);
        int from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = text.IndexOf(End, StringComparison.Ordinal);
        string expected = text[..from] + Table() + text[to..];
        if (Environment.GetEnvironmentVariable("AI8X_WRITE_DOCS") == "1") File.WriteAllText(path, text = expected);
        Assert.Equal(expected, text);
    }

    [Fact]
    public void NoOption_IsBothSupportedAndRefused()
    {
        Terminal terminal = new(TextWriter.Null, TextWriter.Null, null);
        string[] names = [.. SynthesizeCommand.Create(terminal).Options.SelectMany(option => option.Aliases.Append(option.Name))];
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task RefusedOption_IsAnErrorWithItsReason(string name)
    {
        using var error = new StringWriter();
        Terminal terminal = new(TextWriter.Null, error, null);
        int code = await Ai8xCommand.RunAsync(["synthesize", "--checkpoint-file", "m", "--config-file", "c", "--sample-input", "s", "--prefix", "p", name, "1"], terminal, CancellationToken.None);
        Assert.Equal(2, code);
        Assert.Contains(name + ": ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(RefusedOptions.All.First(option => option.Name == name).Reason, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--timer", "4")]
    [InlineData("--timer", "1", "--no-timer")]
    [InlineData("--boost", "2")]
    [InlineData("--boost", "4.1")]
    [InlineData("--boost", "1.32")]
    [InlineData("--board-name", "other")]
    [InlineData("--top-level", "net")]
    [InlineData("--stop-after", "32")]
    [InlineData("--output-width", "16")]
    [InlineData("--input-offset", "0x10000")]
    [InlineData("--input-offset", "many")]
    [InlineData("--mexpress", "--no-mexpress")]
    [InlineData("--old-kernel-loader", "--new-kernel-loader")]
    [InlineData("--max-proc", "0")]
    [InlineData("--override-delta1", "0x20")]
    [InlineData("--ready-sel", "4")]
    [InlineData("--no-bias", "one")]
    [InlineData("--streaming-layers")]
    [InlineData("--all")]
    [InlineData("--export-dir", "d")]
    public async Task BadValue_IsOneMessageAndExitCodeTwo(params string[] arguments)
    {
        using var error = new StringWriter();
        Terminal terminal = new(TextWriter.Null, error, null);
        Assert.Equal(2, await Ai8xCommand.RunAsync(["synthesize", "--checkpoint-file", "m", "--config-file", "c", "--sample-input", "s", "--prefix", "p", .. arguments], terminal, CancellationToken.None));
        Assert.NotEqual("", error.ToString().Trim());
    }

    [Theory]
    [InlineData("--sofmax", "--softmax")]
    [InlineData("--chekpoint-file", "--checkpoint-file")]
    public async Task MisspeltOption_IsAnErrorThatNamesTheNearest(string typed, string meant)
    {
        using var error = new StringWriter();
        Terminal terminal = new(TextWriter.Null, error, null);
        Assert.Equal(2, await Ai8xCommand.RunAsync(["synthesize", typed], terminal, CancellationToken.None));
        Assert.Contains($"Did you mean {meant}?", error.ToString(), StringComparison.Ordinal);
    }

    private static string Table() =>
        "| Option | | Why |\n| --- | --- | --- |\n"
        + string.Concat(RefusedOptions.All
            .GroupBy(option => (option.Refusal, option.Reason))
            .Select(group => $"| {string.Join(", ", group.Select(option => $"`{option.Name}`"))} | {(group.Key.Refusal == Refusal.NotForThisChip ? "not for this chip" : "left out")} | {group.Key.Reason} |\n"));

    private static string Section(string text, string begin, string end)
    {
        int from = text.IndexOf(begin, StringComparison.Ordinal), to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= 0 && to > from, begin);
        return text[from..to];
    }

    private static string DocumentPath()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return Path.Combine(folder.FullName, "docs", "synthesize.md");
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }

    [GeneratedRegex(@"^\| `(--[a-z0-9-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionName();
}
