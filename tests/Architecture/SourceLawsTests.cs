// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Ai8x.Architecture;

/// <summary>Laws that hold for every source file.</summary>
public sealed partial class SourceLawsTests
{
    [Fact]
    public void EverySourceFile_StartsWithTheLicenceLine()
    {
        string[] missing = [.. AllFiles().Where(file => !File.ReadLines(file).First().StartsWith("// SPDX-License-Identifier: MIT", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Fact]
    public void UnsafeCodeAndIntrinsics_LiveOnlyWhereTheyMay()
    {
        string[] homes = ["src/Tensors/", "src/Quant/", "src/Max78000Sim/", "src/Autograd/"];
        string[] strangers =
        [
            .. Repository.SourceFiles("src")
                .Where(file => !homes.Any(home => Relative(file).StartsWith(home, StringComparison.Ordinal)))
                .Where(file => Hot().IsMatch(File.ReadAllText(file)))
                .Select(Relative),
        ];
        Assert.Empty(strangers);
    }

    [Fact]
    public void Libraries_NeitherPrintNorExitNorReadTheClock()
    {
        string[] offenders =
        [
            .. Repository.SourceFiles("src")
                .Where(file => !Relative(file).StartsWith("src/Cli/", StringComparison.Ordinal))
                .Where(file => Talkative().IsMatch(File.ReadAllText(file)))
                .Select(Relative),
        ];
        Assert.Empty(offenders);
    }

    [Fact]
    public void Repository_NamesNoMachine()
    {
        string[] offenders =
        [
            .. AllFiles().Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
                .Where(file => Path.GetFileName(file) != nameof(SourceLawsTests) + ".cs")
                .Where(file => MachinePath().IsMatch(File.ReadAllText(file)))
                .Select(Relative),
        ];
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> AllFiles() => Repository.SourceFiles("src").Concat(Repository.SourceFiles("tests")).Concat(Repository.SourceFiles("bench"));

    private static string Relative(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    [GeneratedRegex(@"\bunsafe\b|System\.Runtime\.Intrinsics|MemoryMarshal\.GetReference|Unsafe\.")]
    private static partial Regex Hot();

    [GeneratedRegex(@"\bConsole\.(Write|Error|Out)|Environment\.Exit|DateTime\.Now|new Random\(\)|DateTimeOffset\.Now")]
    private static partial Regex Talkative();

    [GeneratedRegex(@"(?<![\w.<])/(work|root|farm)/")]
    private static partial Regex MachinePath();
}
