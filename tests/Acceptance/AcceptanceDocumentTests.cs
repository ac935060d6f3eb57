// SPDX-License-Identifier: MIT
using System.Text.RegularExpressions;

namespace Ai8x.Acceptance;

/// <summary>docs/acceptance.md names for every promise the tests that hold it; a test that was renamed or removed would leave a promise unchecked.</summary>
public sealed partial class AcceptanceDocumentTests
{
    private static readonly string[] Rooms = ["flow", "engine", "training", "generator", "simulator", "planner"];

    [Fact]
    public void EveryRoom_HasItsPromises() =>
        Assert.Equal(Rooms, Document().Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]));

    [Fact]
    public void EveryPromise_NamesChecksThatExist()
    {
        string[] promises = [.. Document().Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| promise", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))];
        Assert.True(promises.Length > 30);
        Assert.All(promises, promise => Assert.NotEmpty(Check().Matches(promise)));
        Assert.All(promises.SelectMany(promise => Check().Matches(promise)), check => Assert.True(Exists(check.Groups["project"].Value, check.Groups["name"].Value), check.Value));
    }

    [Fact]
    public void EveryClassOfThisProject_HoldsAPromise()
    {
        string document = string.Join('\n', Document());
        IEnumerable<string> classes = Directory.EnumerateFiles(Path.Combine(Locations.Repository, "tests", "Acceptance"), "*Tests.cs").Select(Path.GetFileNameWithoutExtension)!;
        Assert.All(classes.Where(name => name != nameof(AcceptanceDocumentTests)), name => Assert.Contains($"`Acceptance/{name}`", document, StringComparison.Ordinal));
    }

    private static string[] Document() => File.ReadAllLines(Path.Combine(Locations.Repository, "docs", "acceptance.md"));

    private static bool Exists(string project, string name)
    {
        if (project == "bench") return Directory.Exists(Path.Combine(Locations.Repository, "bench", name)) || File.Exists(Path.Combine(Locations.Repository, "bench", name + ".cs"));
        string[] parts = name.Split('.');
        string folder = Path.Combine(Locations.Repository, "tests", project);
        if (!Directory.Exists(folder)) return false;
        string? file = Directory.EnumerateFiles(folder, parts[0] + ".cs", SearchOption.AllDirectories).SingleOrDefault();
        if (file is null) return false;
        string text = File.ReadAllText(file);
        if (TestAttribute().IsMatch(text)) return parts.Length == 1 || text.Contains($" {parts[1]}(", StringComparison.Ordinal);
        // Classes that differ in a parameter have their tests from one that they share.
        string shared = BaseClass().Match(text).Groups["name"].Value;
        return shared.Length > 0 && Exists(project, string.Join('.', [shared, .. parts[1..]]));
    }

    [GeneratedRegex(@"\bclass \w+\(\) : (?<name>\w+)\(")]
    private static partial Regex BaseClass();

    [GeneratedRegex(@"`(?<project>[\w.]+)/(?<name>[\w.]+)`")]
    private static partial Regex Check();

    [GeneratedRegex(@"\[(Fact|Theory)\b")]
    private static partial Regex TestAttribute();
}
