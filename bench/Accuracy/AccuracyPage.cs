// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ai8x.Bench.Accuracy;

/// <summary>Keeps the rows as lines of JSON and writes the measured part of <c>accuracy.md</c> from them; what stands outside its marks is left alone.</summary>
internal sealed class AccuracyPage
{
    private const string Begin = "<!-- measured, written by bench -->", End = "<!-- end of measured -->";

    private readonly string _page;
    private readonly string _store;
    private List<AccuracyRow> _rows;

    /// <summary>Reads the rows beside the page.</summary>
    /// <param name="folder">The folder <c>bench</c>.</param>
    public AccuracyPage(string folder)
    {
        _page = Path.Combine(folder, "accuracy.md");
        _store = Path.Combine(folder, "accuracy.jsonl");
        _rows = Stored();
    }

    /// <summary>Takes a row in the place of an earlier one with the same network, seed and epochs, and writes the page.</summary>
    public void Add(AccuracyRow row)
    {
        // Another run may have ended in the meantime.
        _rows = Stored();
        _rows.RemoveAll(old => (old.Network, old.Seed, old.Epochs) == (row.Network, row.Seed, row.Epochs));
        _rows.Add(row);
        File.WriteAllLines(_store, _rows.OrderBy(each => each.Network, StringComparer.Ordinal).ThenBy(each => each.Epochs).ThenBy(each => each.Seed).Select(each => JsonSerializer.Serialize(each)));
        Write();
    }

    /// <summary>Writes the page from the rows that are there.</summary>
    public void Write()
    {
        string page = File.ReadAllText(_page);
        int from = page.IndexOf(Begin, StringComparison.Ordinal), to = page.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from) throw new InvalidOperationException($"{_page} has lost the marks \"{Begin}\" and \"{End}\"");
        File.WriteAllText(_page, page[..(from + Begin.Length)] + "\n" + Table() + page[to..]);
    }

    private List<AccuracyRow> Stored() => File.Exists(_store) ? [.. File.ReadLines(_store).Select(line => JsonSerializer.Deserialize<AccuracyRow>(line)!)] : [];

    private static string Command(AccuracyAim aim, ulong seed) => FormattableString.Invariant($"`dotnet run -c Release --project bench -- accuracy {aim.Options} --seed {seed}`");

    private static string Share(double? value) => value is { } share ? (100 * share).ToString("0.00", CultureInfo.InvariantCulture) : "–";

    private string Table()
    {
        var text = new StringBuilder();
        text.Append("| network | seed | epochs | hold-out, float | test, float | test, dequantized | test, integer | wall time |\n|---|---|---:|---:|---:|---:|---:|---:|\n");
        AccuracyAim[] aims = [.. AccuracyAim.All, .. _rows.Select(row => row.Network).Distinct().Except(AccuracyAim.All.Select(aim => aim.Network)).Select(network => new AccuracyAim(network, null, null, null))];
        foreach (AccuracyAim aim in aims)
        {
            if (aim.HoldOut is not null) text.Append(CultureInfo.InvariantCulture, $"| **{aim.Network}** | to reach | 100 | {Share(aim.HoldOut)} | {Share(aim.Float)} | – | {Share(aim.Integer)} | |\n");
            AccuracyRow[] rows = [.. _rows.Where(row => row.Network == aim.Network)];
            foreach (AccuracyRow row in rows)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row.Network} | {row.Seed} | {row.Epochs} | {Share(row.HoldOut)} | {Share(row.Test)} | {Share(row.TestDequantized)} | {Share(row.TestInteger)} | {row.Seconds / 60:0.0} min |\n");
            }

            foreach (IGrouping<int, AccuracyRow> runs in rows.GroupBy(row => row.Epochs).Where(group => group.Count() > 1))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {aim.Network} | median of {runs.Count()} | {runs.Key} | {Share(Median(runs, row => row.HoldOut))} | {Share(Median(runs, row => row.Test))} | {Share(Median(runs, row => row.TestDequantized))} | {Share(Median(runs, row => row.TestInteger))} | |\n");
            }

            ulong[] missing = [.. Enumerable.Range(1, 3).Select(seed => (ulong)seed).Where(seed => rows.All(row => row.Seed != seed || row.Epochs != 100))];
            if (missing.Length > 0) text.Append(CultureInfo.InvariantCulture, $"| {aim.Network} | {string.Join(", ", missing)} | 100 | not run | not run | not run | not run | |\n");
        }

        text.Append("\n| network | one command for each seed |\n|---|---|\n");
        foreach (AccuracyAim aim in aims) text.Append(CultureInfo.InvariantCulture, $"| {aim.Network} | {string.Join("<br>", Enumerable.Range(1, 3).Select(seed => Command(aim, (ulong)seed)))} |\n");
        string[] machines = [.. _rows.Select(row => row.Machine).Distinct()];
        if (machines.Length > 0) text.Append("\nMeasured on: ").AppendJoin("; ", machines).Append(".\n");
        return text.ToString();
    }

    private static double Median(IEnumerable<AccuracyRow> rows, Func<AccuracyRow, double> value)
    {
        double[] sorted = [.. rows.Select(value).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
