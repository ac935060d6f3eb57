// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;

namespace Ai8x.Compare;

/// <summary>Measures the engines in turns, ours and each peer with each number of threads: one sample of each in a turn, all within seconds.</summary>
internal sealed class Comparison
{
    private const double WarmUp = 0.8;

    // Threads of the last engine may spin for more work before they sleep.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly string[] _models;
    private readonly int[] _threads;
    private readonly int _turns;
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
        _turns = arguments.Number("turns", 15);
        _seconds = arguments.Real("seconds", 0.2);
        _shim = arguments.Switch("shim") || Environment.GetEnvironmentVariable("AI8X_TORCH_SHIM") == "1";
        _folder = arguments.Text("output", Path.Combine(ModelSamples.Repository() ?? throw new InvalidOperationException("run this from inside the repository, or give --output FOLDER"), "bench"));
        arguments.RequireAllKnown();
        foreach (string model in _models) PublishedModels.Find(model);
        if (_seconds <= 0) throw new ArgumentException($"--seconds must be above 0, not {_seconds}");
        if (_turns < 1) throw new ArgumentException($"--turns must be at least 1, not {_turns}");
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
            Compare(model, engines);
            _store.Save();
            ResultsPage.Write(_folder, _store.All, _torchReason);
        }
    }

    /// <summary>Only writes the page again from the stored measurements.</summary>
    public void Render() => ResultsPage.Write(_folder, _store.All, _torchReason);

    private void Compare(string model, ChildEngine[] engines)
    {
        var running = new List<RunningEngine>();
        try
        {
            foreach (ChildEngine engine in engines)
                foreach (int threads in _threads) running.Add(engine.Start(model, threads, WarmUp, _seconds));
            foreach (string work in (string[])[EngineRunner.Train, EngineRunner.Infer, EngineRunner.Single])
                TakeTurns(work, [.. running.Where(engine => work != EngineRunner.Train || engine.Engine.Trains)]);
        }
        finally
        {
            foreach (RunningEngine engine in running) engine.Dispose();
        }
    }

    private void TakeTurns(string work, RunningEngine[] engines)
    {
        DateTime begin = DateTime.UtcNow;
        MeasuredWork[] what = [.. engines.Select(engine => engine.Begin(work))];
        TimedSample[][] samples = [.. engines.Select(_ => new TimedSample[_turns])];
        for (int turn = 0; turn < _turns; turn++)
        {
            for (int i = 0; i < engines.Length; i++)
            {
                Thread.Sleep(Pause); // So that the threads of the engine before stop looking for work.
                int threads = engines[i].Threads;
                (samples[i][turn], _peaks[threads]) = engines[i].Sample(_peaks.GetValueOrDefault(threads));
            }
        }

        for (int i = 0; i < engines.Length; i++)
        {
            _store.Add(new Result(begin, DateTime.UtcNow, what[i], samples[i], _peaks[engines[i].Threads]));
            double[] seconds = [.. samples[i].Select(sample => sample.Seconds).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what[i].Model,-13} {work,-6} {what[i].Engine,-13} {what[i].Threads} thr {what[i].Batch / Ratio.MedianOf(seconds),9:F0} img/s by the median, {what[i].Batch / seconds[^1],9:F0} to {what[i].Batch / seconds[0],9:F0}"));
        }
    }

    private static int Threads(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out int threads) && threads >= 1 ? threads : throw new ArgumentException($"--threads must be numbers from 1, as in 2,1, not \"{text}\"");

    private static string? WhyNot(ChildEngine engine)
    {
        try
        {
            using RunningEngine running = engine.Start("mnist", 1, 0, 0.01);
            running.Begin(EngineRunner.Single);
            return null;
        }
        catch (InvalidOperationException failure)
        {
            return failure.Message;
        }
    }
}
