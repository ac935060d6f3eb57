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
        Line($"Measured {_results.Min(result => result.Begin):yyyy-MM-dd HH:mm} to {_results.Max(result => result.End):HH:mm} UTC. Versions: {string.Join("; ", _results.Select(result => $"{result.Of.Engine} {result.Of.Version}").Distinct())}.");
        Line($"Samples: {string.Join(", ", _results.Where(result => result.Of.Engine == Ours).Select(result => $"{result.Of.Model} from {result.Of.Data}").Distinct())}.");
        if (torchReason is not null) Line($"TorchSharp did not load: {torchReason}");
        Line($"In a turn every engine takes one sample of the same work with each number of threads, within seconds. Ratios are ours against the better peer of the same turn: median (least–most) of the turns in which nothing disturbed the machine, or where they are fewer than {TimedSample.Fewest}, of the least disturbed third; the last column but the aim's has the undisturbed ones of all. Figures are medians over the same turns, and a percentage is of the highest FP32 peak that a process of this comparison measured with as many threads.");
        foreach (int threads in _results.Select(result => result.Of.Threads).Distinct().OrderDescending())
        {
            Table(threads, EngineRunner.Train, $"Training, batch 256, {threads} thread{(threads > 1 ? "s" : "")}, images per second", aims => (threads > 1 ? 1 : Aims.OneThread) * aims.Train);
            Table(threads, EngineRunner.Infer, $"Inference, batch 256, {threads} thread{(threads > 1 ? "s" : "")}, images per second", aims => threads > 1 ? aims.Infer : null);
            Table(threads, EngineRunner.Single, $"Inference of one image, {threads} thread{(threads > 1 ? "s" : "")}, milliseconds", aims => threads > 1 ? aims.Single : null);
        }

        foreach (string work in (string[])[EngineRunner.Train, EngineRunner.Infer, EngineRunner.Single]) Scaling(work);
        Agreement();
        return _text.ToString();
    }

    private void Table(int threads, string work, string title, Func<Aims, double?> aim)
    {
        bool single = work == EngineRunner.Single, train = work == EngineRunner.Train;
        Line($"\n### {title}\n");
        Line($"| model | ours | % of peak | TorchSharp | {(train ? "" : "ONNX Runtime | ")}ratio | quiet turns | aim | |");
        Line($"|---|---:|---:|---:|{(train ? "" : "---:|")}---|---:|---:|---|");
        foreach (BenchmarkModel model in PublishedModels.All)
        {
            Result[] rows = [.. _results.Where(result => result.Of.Model == model.Name && result.Of.Threads == threads && result.Of.Work == work)];
            if (Array.Find(rows, row => row.Of.Engine == Ours) is not Result ours) continue;
            var turns = new ComparableTurns(rows, Peak);
            double share = turns.Over(turn => 100 * ours.ImagesPerSecond(turn) * (train ? model.TrainingFlops : model.InferenceFlops) / 1e9 / Peak(threads)).Median;
            double? wantedShare = train && threads > 1 ? Aims.Of(model.Name)?.PeakPercent : null;
            Result[] peers = [.. rows.Where(row => row != ours)];
            Ratio? ratio = peers.Length == 0 ? null : turns.Over(turn => ours.ImagesPerSecond(turn) / peers.Max(peer => peer.ImagesPerSecond(turn)));
            double? wanted = Aims.Of(model.Name) is Aims aims ? aim(aims) : null;
            string Figure(string engine) => Array.Find(rows, row => row.Of.Engine == engine) is not Result row ? "–"
                : single ? turns.Over(turn => row.Turns[turn].Seconds * 1000).Median.ToString("F3", CultureInfo.InvariantCulture)
                : turns.Over(row.ImagesPerSecond).Median.ToString("N0", CultureInfo.InvariantCulture);
            Line($"| {model.Name} | {Figure(Ours)} | {Share(share, wantedShare)} | {Figure("TorchSharp")} | {(train ? "" : Figure("ONNX Runtime") + " | ")}{ratio?.ToString() ?? "–"} | {turns.Quiet} of {turns.All} | {wanted:F2} | {Verdict(ratio?.Median, wanted)} |");
        }
    }

    private static string Verdict(double? figure, double? wanted) =>
        wanted is null || figure is null ? "" : figure >= wanted ? "met" : string.Create(CultureInfo.InvariantCulture, $"missed by {100 * (1 - figure.Value / wanted.Value):F0} %");

    private static string Percent(double? share) => share is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share.Value:F0} %");

    /// <summary>A share of the peak, with the one that is wanted.</summary>
    private static string Share(double share, double? wanted) =>
        string.Create(CultureInfo.InvariantCulture, $"{share:F0}{(wanted is null ? "" : $" (of {wanted}: {Verdict(share, wanted)})")}");

    /// <summary>The highest peak that any process measured.</summary>
    private double Peak(int threads) => _results.Where(result => result.Of.Threads == threads).Max(result => result.Peak);

    private void Scaling(string work)
    {
        string title = work switch { EngineRunner.Train => "training", EngineRunner.Infer => "inference, batch 256", _ => "one image" };
        Line($"\n### Two threads against one, ours, {title}\n");
        bool bounded = work == EngineRunner.Train && Environment.ProcessorCount >= 2;
        if (bounded) Line($"Two processes: two of ours with one thread each train at the same moment and share nothing; what they do together, against one alone in the same turn, over the turns of the ratio. It is what two processors give without waiting or sharing; behind it the ratio in percent of that. One alone is the mean of these two processes, each alone in the turn and mostly on a processor of its own, because the processors of a virtual machine differ.\n");
        Line($"| model | ratio | {(bounded ? "two processes | of it | " : "")}quiet turns | aim | |");
        Line($"|---|---|{(bounded ? "---|---:|" : "")}---:|---:|---|");
        foreach (BenchmarkModel model in PublishedModels.All)
        {
            Result[] rows = [.. _results.Where(result => result.Of.Engine == Ours && result.Of.Model == model.Name && result.Of.Work == work)];
            if (Array.Find(rows, row => row.Of.Threads == 2) is not Result two || Array.Find(rows, row => row.Of.Threads == 1) is not Result one) continue;
            PairRates? pair = bounded ? PairRates.InTurnsOf(_results, one, two) : null;
            double One(int turn) => pair?.Alone(turn) ?? one.ImagesPerSecond(turn);
            // The joint samples must not choose turns for the ratio, whatever happened to them.
            var turns = new ComparableTurns(pair is null ? [two, one] : [two, one, pair.Partner], Peak);
            Ratio ratio = turns.Over(turn => two.ImagesPerSecond(turn) / One(turn));
            double? wanted = work == EngineRunner.Train && Aims.Of(model.Name) is not null ? Aims.Scaling : null;
            Ratio? bound = pair is null ? null : turns.Over(turn => pair.Together(turn) / One(turn));
            string bounds = bounded ? $"{bound?.ToString() ?? "–"} | {Percent(ratio.Median / bound?.Median)} | " : "";
            Line($"| {model.Name} | {ratio} | {bounds}{turns.Quiet} of {turns.All} | {wanted:F1} | {Verdict(ratio.Median, wanted)} |");
        }
    }

    /// <summary>The engines must have done the same work: losses of the first steps and logits of the first image.</summary>
    private void Agreement()
    {
        double first = 0, fourth = 0, logits = 0;
        foreach (IGrouping<(string Model, string Work), MeasuredWork> group in _results.Select(result => result.Of).GroupBy(work => (work.Model, work.Work)))
        {
            MeasuredWork? ours = group.FirstOrDefault(work => work.Engine == Ours);
            if (ours is null) continue;
            foreach (MeasuredWork peer in group)
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
