// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Energy;

namespace Ai8x.Max78000Sim.Tests.Fidelity;

/// <summary>The tables in docs/fidelity.md are made here: AI8X_WRITE_DOCS=1 writes them, every other run compares.</summary>
public sealed class FidelityDocumentTests
{
    [Fact]
    public void Document_HoldsTheTablesAsComputed()
    {
        string path = Path.Combine(Root(), "docs", "fidelity.md");
        string text = File.ReadAllText(path);
        string expected = FidelityTables.All.Aggregate(text, (document, table) => Replace(document, table.Key, table.Value));
        if (Environment.GetEnvironmentVariable("AI8X_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void NetworksThatDoNotStream_AreWithinHalfAPercent_WithOneConstantATable()
    {
        Assert.All(FidelityTables.Networks, n => AssertNear(n.Measured, n.Ours.Cycles / 50.0 + FidelityTables.NetworkOverhead));
        for (int i = 0; i < FidelityTables.Cuts.Length; i++)
            AssertNear(FidelityTables.Cuts[i].Microseconds, FidelityTables.CutCycles(i) / 50.0 + FidelityTables.BoardOverhead);
        foreach ((_, double megahertz, double milliseconds) in FidelityTables.Sweep)
            AssertNear(milliseconds, (FidelityTables.CutCycles(FidelityTables.Cuts.Length - 1) / megahertz + FidelityTables.BoardOverhead) / 1000);
    }

    /// <summary>Whatever the depth of the FIFO, which no document gives.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void StreamingNetworks_AreNearerToTheMeasurementThanTheFactor(int depth) => Assert.All(FidelityTables.Streams, s =>
        Assert.True(Math.Abs(FidelityTables.Streamed(s.Layers, depth) - s.Milliseconds) < Math.Abs(FidelityTables.Estimated(s.Layers) - s.Milliseconds), s.Name));

    [Fact]
    public void PublishedEnergies_LieInsideTheErrorOfTheEstimate()
    {
        double before = 0;
        for (int i = 0; i < FidelityTables.Cuts.Length; i++)
        {
            EnergyEstimate estimate = FidelityTables.CutEnergy(i);
            double measured = FidelityTables.Cuts[i].Microjoules - before;
            before += measured;
            Assert.InRange(measured, estimate.Microjoules - estimate.ErrorMicrojoules, estimate.Microjoules + estimate.ErrorMicrojoules);
        }
    }

    private static void AssertNear(double measured, double ours) => Assert.InRange(ours, measured * 0.995, measured * 1.005);

    private static string Replace(string document, string name, string table)
    {
        string begin = $"<!-- table: {name} -->\n", end = "<!-- end -->";
        int from = document.IndexOf(begin, StringComparison.Ordinal);
        Assert.True(from >= 0, $"docs/fidelity.md has no place for the table '{name}'");
        from += begin.Length;
        return string.Concat(document.AsSpan(0, from), table, document.AsSpan(document.IndexOf(end, from, StringComparison.Ordinal)));
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}
