// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Planning;

namespace Ai8x.Golden;

/// <summary>The table in docs/planner.md is made here: AI8X_WRITE_DOCS=1 writes it, every other run compares.</summary>
public sealed class PlannerDocumentTests
{
    private const string Begin = "<!-- by hand and planned -->\n";
    private const string End = "<!-- end -->";

    [Fact]
    public void Document_HoldsTheCyclesByHandAndPlanned()
    {
        Assert.SkipWhen(GeneratorCase.Root is null, "The reference vectors (../shared/golden) are not there.");
        string path = Path.Combine(Root(), "docs", "planner.md"), text = File.ReadAllText(path);
        int from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = text.IndexOf(End, from, StringComparison.Ordinal);
        Assert.True(from >= Begin.Length && to >= 0, "docs/planner.md has no place for the table");
        string expected = text[..from] + Table() + text[to..];
        if (Environment.GetEnvironmentVariable("AI8X_WRITE_DOCS") == "1") File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string Table()
    {
        StringBuilder table = new("| Network | By hand | Planned | Least |\n| --- | ---: | ---: | ---: |\n");
        foreach (string name in GeneratorCase.Names("tf-models").Concat(GeneratorCase.Names("ops")))
        {
            GeneratorCase reference = GeneratorCase.Open(name);
            if (PlannedNetworkTests.NotPlanned(reference) is not null) continue;
            long byHand = CycleEstimate.Of(Placer.Place(reference.Quantized(), reference.SynthesisOptions())).Total;
            NetworkPlan plan = Planner.Plan(reference.Description(), reference.Quantized, cancellation: TestContext.Current.CancellationToken);
            table.Append(CultureInfo.InvariantCulture, $"| {name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]} | {byHand:N0} | {plan.Cycles:N0} | {plan.LeastCycles:N0} |\n");
        }

        return table.ToString();
    }

    private static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
