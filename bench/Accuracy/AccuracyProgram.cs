// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Bench.Measuring;
using Ai8x.Flow;
using Ai8x.Optim;

namespace Ai8x.Bench.Accuracy;

/// <summary>
/// One row of <c>accuracy.md</c>: the published training of a network with a seed, then the weights of its last epoch on the hold-out and on the test part, in
/// float, dequantized and in the chip's arithmetic.
/// </summary>
internal static class AccuracyProgram
{
    public static void Run(Arguments arguments)
    {
        string preset = arguments.Text("preset", "");
        int seed = arguments.Number("seed", 1), epochs = arguments.Number("epochs", 0), threads = arguments.Number("threads", Environment.ProcessorCount);
        string data = arguments.Text("data-dir", "");
        bool mirrored = arguments.Switch("mirror");
        int shift = arguments.Number("shift", 0), hide = arguments.Number("hide", 0);
        string schedule = arguments.Text("schedule", "published");
        if (schedule is not ("published" or "linear")) throw new ArgumentException($"--schedule '{schedule}': published or linear is needed.");
        bool linear = schedule == "linear";
        arguments.RequireAllKnown();
        var page = new AccuracyPage(Folder());
        if (preset.Length == 0)
        {
            page.Write();
            return;
        }

        TrainOptions options = TrainingPreset.Find(preset);
        options = options with
        {
            Seed = (ulong)seed,
            Epochs = epochs > 0 ? epochs : options.Epochs,
            MirrorImages = mirrored,
            ShiftImages = shift,
            HideImages = hide,
            Schedule = linear ? ScheduleChoice.Linear : ScheduleChoice.Published,
            Threads = threads,
            DataDirectory = data.Length > 0 ? data : null,
        };
        string work = Path.Combine(Folder(), "..", "artifacts", "accuracy", string.Create(CultureInfo.InvariantCulture, $"{AccuracyAim.Name(options).Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-')}-{seed}"));
        options = options with { ExportDirectory = work, LogDirectory = Path.Combine(work, "logs") };
        page.Add(Measure(options with { Resume = EarlierRun(options.LogDirectory) }, work));
    }

    private static AccuracyRow Measure(TrainOptions options, string work)
    {
        var time = new WallTime(work);
        var observer = new Lines(time);
        TrainResult trained = TrainingFlow.Run(options, observer, CancellationToken.None);
        double seconds = time.Seconds;
        string config = Path.Combine(Folder(), "..", "networks", options.Dataset + ".yaml");
        SynthesizeResult synthesized = SynthesisFlow.Run(
            new SynthesizeOptions
            {
                CheckpointFile = trained.OnnxFile,
                ConfigFile = config,
                SampleInput = trained.SampleFile!,
                Prefix = options.Dataset,
                TestDirectory = Path.Combine(work, "projects"),
                DequantizedOnnx = true,
            },
            observer,
            CancellationToken.None);
        var test = new EvaluateOptions { OnnxFile = trained.OnnxFile, Dataset = options.Dataset, DataDirectory = options.DataDirectory, Threads = options.Threads };
        EvaluateResult floating = Evaluate(test);
        return new AccuracyRow(
            AccuracyAim.Name(options),
            options.Seed,
            options.Epochs,
            Evaluate(test with { Part = DatasetPart.Valid }).Accuracy,
            floating.Accuracy,
            Evaluate(test with { OnnxFile = synthesized.DequantizedFile! }).Accuracy,
            Evaluate(test with { OnChipArithmetic = true, ConfigFile = config }).Accuracy,
            floating.Count,
            seconds,
            trained.WeightHash,
            Machine.Describe());

        EvaluateResult Evaluate(EvaluateOptions what) => EvaluationFlow.Run(what, FlowObserver.Silent, CancellationToken.None);
    }

    /// <summary>The log folder of a run that was ended before its row was written, so that an hour of training is not lost; null for a fresh start.</summary>
    private static string? EarlierRun(string logs) => Directory.Exists(logs)
        ? Directory.EnumerateDirectories(logs).Where(folder => File.Exists(Path.Combine(folder, Checkpoint.LastFileName))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    /// <summary>The folder of the benchmarks in the repository that the program was built in.</summary>
    private static string Folder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return Path.Combine(folder.FullName, "bench");
        }

        throw new InvalidOperationException("The benchmarks run inside their repository.");
    }

    private sealed class Lines(WallTime time) : FlowObserver
    {
        public override void Line(string text)
        {
            Console.WriteLine(text);
            time.Save();
        }

        public override void Progress(string stage, long done, long total, string detail)
        {
        }
    }
}
