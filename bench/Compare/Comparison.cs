// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;

namespace Ai8x.Compare;

/// <summary>Measures the engines in turns, ours and each peer, round after round.</summary>
internal sealed class Comparison
{
    private readonly string[] _models;
    private readonly int[] _threads;
    private readonly int _rounds;
    private readonly double _seconds;
    private readonly bool _shim;
    private readonly ResultStore _store;
    private readonly Dictionary<int, double> _peaks = [];
    private readonly string _folder;
    private string? _torchReason;

    public Comparison(Arguments arguments)
    {
        _models = arguments.List("models", string.Join(',', PublishedModels.All.Select(model => model.Name)));
        _threads = [.. arguments.List("threads", "2,1").Select(Threads)];
        _rounds = arguments.Number("rounds", 3);
        _seconds = arguments.Real("seconds", 1.5);
        _shim = arguments.Switch("shim") || Environment.GetEnvironmentVariable("AI8X_TORCH_SHIM") == "1";
        _folder = arguments.Text("output", Path.Combine(ModelSamples.Repository() ?? throw new InvalidOperationException("run this from inside the repository, or give --output FOLDER"), "bench"));
        arguments.RequireAllKnown();
        foreach (string model in _models) PublishedModels.Find(model);
        if (_seconds <= 0) throw new ArgumentException($"--seconds must be above 0, not {_seconds}");
        if (_rounds < 1) throw new ArgumentException($"--rounds must be at least 1, not {_rounds}");
        // Now, not after the first model was measured.
        Directory.CreateDirectory(_folder);
        _store = new ResultStore(Path.Combine(_folder, $"results{ResultsPage.Suffix}.jsonl"));
    }

    public void Run()
    {
        if (_shim) TorchShim.Prepare();
        ChildEngine torch = ChildEngine.Torch(_shim);
        _torchReason = WhyNot(torch);
        if (_torchReason is not null) Console.WriteLine($"TorchSharp is left out, it does not load here: {_torchReason}");
        ChildEngine[] engines = _torchReason is null ? [ChildEngine.Ours, torch, ChildEngine.OnnxRuntime] : [ChildEngine.Ours, ChildEngine.OnnxRuntime];
        foreach (string model in _models)
        {
            foreach (int threads in _threads) _store.Forget(model, threads);
            for (int round = 1; round <= _rounds; round++)
                // One thread and two of an engine follow each other: what the machine gives changes within minutes.
                foreach (ChildEngine engine in engines)
                    foreach (int threads in _threads) Measure(engine, model, threads, round);
            _store.Save();
            ResultsPage.Write(_folder, _store.All, _torchReason);
        }
    }

    /// <summary>Only writes the page again from the stored measurements.</summary>
    public void Render() => ResultsPage.Write(_folder, _store.All, _torchReason);

    private void Measure(ChildEngine engine, string model, int threads, int round)
    {
        string works = engine.Trains ? $"{EngineRunner.Train},{EngineRunner.Infer},{EngineRunner.Single}" : $"{EngineRunner.Infer},{EngineRunner.Single}";
        Measurement[] measurements = engine.Run(
            "--model", model, "--threads", threads.ToString(CultureInfo.InvariantCulture), "--work", works, "--seconds", _seconds.ToString(CultureInfo.InvariantCulture),
            "--peak", _peaks.GetValueOrDefault(threads).ToString(CultureInfo.InvariantCulture));
        _store.Add(round, measurements);
        // So that the next process knows a machine that is slow for the moment.
        foreach (Measurement value in measurements) _peaks[threads] = Math.Max(_peaks.GetValueOrDefault(threads), value.Peak);
        foreach (Measurement value in measurements)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{model,-13} round {round} {engine.Name,-13} {threads} thr {value.Work,-6} {value.ImagesPerSecond,9:F0} img/s {value.Timing.Median * 1000,9:F3} ms  quiet {value.Timing.Quiet}/{value.Timing.Samples} foreign {value.Timing.Foreign:F2}"));
        }
    }

    private static int Threads(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out int threads) && threads >= 1 ? threads : throw new ArgumentException($"--threads must be numbers from 1, as in 2,1, not \"{text}\"");

    private static string? WhyNot(ChildEngine engine)
    {
        try
        {
            engine.Run("--model", "mnist", "--work", EngineRunner.Single, "--warmup", "0", "--seconds", "0.01");
            return null;
        }
        catch (InvalidOperationException failure)
        {
            return failure.Message;
        }
    }
}
