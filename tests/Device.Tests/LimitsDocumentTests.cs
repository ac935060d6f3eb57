// SPDX-License-Identifier: MIT
using System.Text;
using Ai8x.Device.Limits;

namespace Ai8x.Device.Tests;

/// <summary>docs/limits.md is made from the rules: AI8X_WRITE_DOCS=1 writes it, every other run compares.</summary>
public sealed class LimitsDocumentTests
{
    [Fact]
    public void LimitsDocument_HoldsEveryRuleWithItsSentence()
    {
        string path = Path.Combine(Root(), "docs", "limits.md");
        if (Environment.GetEnvironmentVariable("AI8X_WRITE_DOCS") == "1") File.WriteAllText(path, Document());
        Assert.Equal(Document(), File.ReadAllText(path));
    }

    [Fact]
    public void Rules_HaveUniqueNames_AndFullSentences()
    {
        Assert.Equal(DeviceLimits.All.Length, DeviceLimits.All.Select(rule => rule.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(DeviceLimits.All, rule =>
        {
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", rule.Id);
            Assert.Matches("^[A-Z].*[.]$", rule.Sentence);
        });
    }

    [Fact]
    public void EveryDeclaredRule_IsInTheList()
    {
        LimitRule[] declared = [.. typeof(DeviceLimits).GetProperties().Where(p => p.PropertyType == typeof(LimitRule)).Select(p => (LimitRule)p.GetValue(null)!)];
        Assert.Equal(declared.Order(Comparer<LimitRule>.Create((a, b) => string.CompareOrdinal(a.Id, b.Id))), DeviceLimits.All.Order(Comparer<LimitRule>.Create((a, b) => string.CompareOrdinal(a.Id, b.Id))));
    }

    [Fact]
    public void Violation_SaysWhereRuleActualAndRemedy()
    {
        var violation = new LimitViolation(DeviceLimits.Padding, "layer 3 \"conv\"", "it is 5", "Use 0, 1 or 2.");
        Assert.Equal("layer 3 \"conv\": Padding is 0, 1 or 2 on each side. (padding) Here it is 5. Use 0, 1 or 2.", violation.Message);
        Assert.Contains(violation.Message, new LimitException(violation, violation with { Where = "layer 4" }).Message, StringComparison.Ordinal);
    }

    private static string Document()
    {
        var text = new StringBuilder("""
            # The limits of the MAX78000

            Made from `Ai8x.Device.Limits.DeviceLimits`. Each rule is the sentence that an error shows, with the place, the actual value and a remedy.

            | Rule | Limit | Source |
            | --- | --- | --- |

            """);
        foreach (LimitRule rule in DeviceLimits.All) text.Append("| `").Append(rule.Id).Append("` | ").Append(rule.Sentence).Append(" | ").Append(rule.Source).Append(" |\n");
        return text.ToString();
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}
