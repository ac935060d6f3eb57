// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;

namespace Ai8x.Compare;

/// <summary>Writes the measured part of <c>RESULTS.md</c>, or on a machine without 512-bit vectors of <c>RESULTS-256.md</c> or <c>RESULTS-128.md</c>; what stands outside its marks is left alone.</summary>
internal sealed class ResultsPage
{
    private const string Begin = "<!-- comparison, written by bench/Compare -->";
    private const string End = "<!-- end of comparison -->";
    /// <summary>Machines of different vectors have files of their own: a figure says little without them.</summary>
    public static string Suffix { get; } = Machine.VectorBits == 512 ? "" : $"-{Machine.VectorBits}";

    private const string Ours = "Ai8x.Managed";
    private readonly IReadOnlyList<Result> _results;
    private readonly StringBuilder _text = new();

    private ResultsPage(IReadOnlyList<Result> results) => _results = results;

    public static void Write(string folder, IReadOnlyList<Result> results, string? torchReason)
    {
        string path = Path.Combine(folder, $"RESULTS{Suffix}.md");
        string page = File.Exists(path) ? File.ReadAllText(path) : $"# Measured\n\n{Begin}\n{End}\n";
        int from = page.IndexOf(Begin, StringComparison.Ordinal), to = page.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from) throw new InvalidOperationException($"{path} has lost the marks \"{Begin}\" and \"{End}\"");
        File.WriteAllText(path, page[..(from + Begin.Length)] + "\n" + new ResultsPage(results).Render(torchReason) + page[to..]);
    }

    private string Render(string? torchReason)
    {
        Line($"{Machine.Describe()}.");
        Line($"Measured {_results.Min(result => result.Time):yyyy-MM-dd HH:mm} to {_results.Max(result => result.Time):HH:mm} UTC. Versions: {string.Join("; ", _results.Select(result => $"{result.Value.Engine} {result.Value.Version}").Distinct())}.");
        Line($"Samples: {string.Join(", ", _results.Where(result => result.Value.Engine == Ours).Select(result => $"{result.Value.Model} from {result.Value.Data}").Distinct())}.");
        if (torchReason is not null) Line($"TorchSharp did not load: {torchReason}");
        Line($"Ratios are ours against the better peer of the same round: median (least–most) of {_results.Max(result => result.Round)} rounds. A percentage is of the highest FP32 peak that a process of this comparison measured with as many threads.");
        foreach (int threads in _results.Select(result => result.Value.Threads).Distinct().OrderDescending())
        {
            Table(threads, EngineRunner.Train, $"Training, batch 256, {threads} thread{(threads > 1 ? "s" : "")}, images per second", aims => (threads > 1 ? 1 : Aims.OneThread) * aims.Train);
            Table(threads, EngineRunner.Infer, $"Inference, batch 256, {threads} thread{(threads > 1 ? "s" : "")}, images per second", aims => threads > 1 ? aims.Infer : null);
            Table(threads, EngineRunner.Single, $"Inference of one image, {threads} thread{(threads > 1 ? "s" : "")}, milliseconds", aims => threads > 1 ? aims.Single : null);
        }

        Scaling();
        Agreement();
        return _text.ToString();
    }

    private void Table(int threads, string work, string title, Func<Aims, double?> aim)
    {
        bool single = work == EngineRunner.Single, train = work == EngineRunner.Train;
        Line($"\n### {title}\n");
        Line($"| model | ours | % of peak | TorchSharp | {(train ? "" : "ONNX Runtime | ")}ratio | aim | |");
        Line($"|---|---:|---:|---:|{(train ? "" : "---:|")}---|---:|---|");
        foreach (BenchmarkModel model in PublishedModels.All)
        {
            Result[] rows = [.. _results.Where(result => result.Value.Model == model.Name && result.Value.Threads == threads && result.Value.Work == work)];
            Result[] ours = [.. rows.Where(row => row.Value.Engine == Ours)];
            if (ours.Length == 0) continue;
            double share = Ratio.Of(ours.Select(row => 100 * row.Value.ImagesPerSecond * (train ? model.TrainingFlops : model.InferenceFlops) / 1e9 / Peak(threads)))!.Median;
            double? wantedShare = train && threads > 1 ? Aims.Of(model.Name)?.PeakPercent : null;
            Ratio? ratio = Ratio.Of(Rounds(rows));
            double? wanted = Aims.Of(model.Name) is Aims aims ? aim(aims) : null;
            Line($"| {model.Name} | {Figure(rows, Ours, single)} | {Share(share, wantedShare)} | {Figure(rows, "TorchSharp", single)} | {(train ? "" : Figure(rows, "ONNX Runtime", single) + " | ")}{ratio?.ToString() ?? "–"} | {wanted:F2} | {Verdict(ratio?.Median, wanted)} |");
        }
    }

    private static string Verdict(double? figure, double? wanted) =>
        wanted is null || figure is null ? "" : figure >= wanted ? "met" : string.Create(CultureInfo.InvariantCulture, $"missed by {100 * (1 - figure.Value / wanted.Value):F0} %");

    /// <summary>A share of the peak, with the one that is wanted.</summary>
    private static string Share(double share, double? wanted) =>
        string.Create(CultureInfo.InvariantCulture, $"{share:F0}{(wanted is null ? "" : $" (of {wanted}: {Verdict(share, wanted)})")}");

    /// <summary>The highest peak that any process measured: each starts from what those before it found, so the first ones know less.</summary>
    private double Peak(int threads) => _results.Where(result => result.Value.Threads == threads).Max(result => result.Value.Peak);

    /// <summary>The ratio of each round that has both.</summary>
    private static IEnumerable<double> Rounds(Result[] rows) =>
        from round in rows.GroupBy(row => row.Round)
        let ours = round.FirstOrDefault(row => row.Value.Engine == Ours)
        let peers = round.Where(row => row.Value.Engine != Ours).ToArray()
        where ours is not null && peers.Length > 0
        select ours.Value.ImagesPerSecond / peers.Max(row => row.Value.ImagesPerSecond);

    private static string Figure(Result[] rows, string engine, bool single)
    {
        double[] values = [.. rows.Where(row => row.Value.Engine == engine).Select(row => single ? row.Value.Timing.Median * 1000 : row.Value.ImagesPerSecond).Order()];
        return values.Length == 0 ? "–" : Ratio.MedianOf(values).ToString(single ? "F3" : "N0", CultureInfo.InvariantCulture);
    }

    private void Scaling()
    {
        Line($"\n### Two threads against one, ours\n");
        Line($"| model | training | | inference, batch 256 | one image | aim |");
        Line($"|---|---|---|---|---|---:|");
        foreach (BenchmarkModel model in PublishedModels.All)
        {
            Ratio? training = Scaling(model.Name, EngineRunner.Train), inference = Scaling(model.Name, EngineRunner.Infer), single = Scaling(model.Name, EngineRunner.Single);
            if (training is null && inference is null && single is null) continue;
            string verdict = Aims.Of(model.Name) is null ? "" : Verdict(training?.Median, Aims.Scaling);
            Line($"| {model.Name} | {training?.ToString() ?? "–"} | {verdict} | {inference?.ToString() ?? "–"} | {single?.ToString() ?? "–"} | {Aims.Scaling:F1} |");
        }
    }

    private Ratio? Scaling(string model, string work) => Ratio.Of(
        from result in _results
        where result.Value.Engine == Ours && result.Value.Model == model && result.Value.Work == work
        group result.Value by result.Round into round
        let two = round.FirstOrDefault(value => value.Threads == 2)
        let one = round.FirstOrDefault(value => value.Threads == 1)
        where one is not null && two is not null
        select two.ImagesPerSecond / one.ImagesPerSecond);

    /// <summary>The engines must have done the same work: losses of the first steps and logits of the first image.</summary>
    private void Agreement()
    {
        double first = 0, fourth = 0, logits = 0;
        foreach (IGrouping<(string Model, string Work), Result> group in _results.GroupBy(result => (result.Value.Model, result.Value.Work)))
        {
            Measurement? ours = group.Select(result => result.Value).FirstOrDefault(value => value.Engine == Ours);
            if (ours is null) continue;
            foreach (Measurement peer in group.Select(result => result.Value))
            {
                double[] losses = [.. ours.Losses.Zip(peer.Losses, (a, b) => Math.Abs(a - b))];
                if (losses.Length > 0) (first, fourth) = (Math.Max(first, losses[0]), Math.Max(fourth, losses[^1]));
                logits = Math.Max(logits, ours.Logits.Zip(peer.Logits, (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max());
            }
        }

        Line($"\nAll engines did the same work: the mean loss of the first training step differs by at most {first:E1} and that of the fourth by {fourth:E1} (Adam's first steps magnify the last bit), the logits of the first image by at most {logits:E1}.");
    }

    private void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
