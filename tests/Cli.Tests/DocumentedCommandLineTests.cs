// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Text.RegularExpressions;

namespace Ai8x.Cli.Tests;

/// <summary>Every command line that a page or a help text prints is accepted as printed.</summary>
public sealed partial class DocumentedCommandLineTests
{
    public static TheoryData<string> Lines => [.. Pages().Concat(Helps()).SelectMany(Commands).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Lines))]
    public void CommandLine_IsAcceptedAsPrinted(string line) => Assert.Empty(Root().Parse(line["ai8x ".Length..]).Errors.Select(error => error.Message));

    [Fact]
    public void EveryCommand_IsShownOnAPage()
    {
        string[] shown = [.. Pages().SelectMany(Commands).Select(line => line.Split(' ')[1]).Distinct(StringComparer.Ordinal)];
        Assert.All(Root().Subcommands.Where(command => command.Name != "demo"), command => Assert.Contains(command.Name, shown));
    }

    private static RootCommand Root() => Ai8xCommand.Create(new Terminal(TextWriter.Null, TextWriter.Null, null));

    private static IEnumerable<string> Pages()
    {
        string root = Repository();
        return Directory.EnumerateFiles(root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md"))
            .Append(Path.Combine(root, "samples", "README.md")).Append(Path.Combine(root, "samples", "ci", "verify.yml")).Select(File.ReadAllText);
    }

    private static IEnumerable<string> Helps() => Root().Subcommands.Select(command => command.Description!);

    /// <summary>Lines that begin with the command, and texts in backticks that do; a backslash joins a line with the next one. Words in capitals stand for something.</summary>
    private static IEnumerable<string> Commands(string text) =>
        CommandLine().Matches(text.Replace("\r", "", StringComparison.Ordinal)).Select(match => Blanks().Replace(match.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal), " ").Trim())
            .Where(line => !line.Contains('…', StringComparison.Ordinal) && !line.Split(' ').Any(word => word.Length > 1 && word.All(char.IsAsciiLetterUpper)));

    private static string Repository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }

    [GeneratedRegex(@"(?:^[ -]+(?:run: )?|`)(ai8x [a-z]+ (?:[^`\n\\]|\\\n)+)", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
