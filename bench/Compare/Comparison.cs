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
    private readonly double _trainingSeconds;
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
        // A step of training takes ten to two hundred times as long as one image, and what a host takes away for some milliseconds is then much of a short sample.
        _trainingSeconds = arguments.Real(EngineRunner.TrainingSeconds, 4 * _seconds);
        _shim = arguments.Switch("shim") || Environment.GetEnvironmentVariable("AI8X_TORCH_SHIM") == "1";
        _folder = arguments.Text("output", Path.Combine(ModelSamples.Repository() ?? throw new InvalidOperationException("run this from inside the repository, or give --output FOLDER"), "bench"));
        arguments.RequireAllKnown();
        foreach (string model in _models) PublishedModels.Find(model);
        if (_seconds <= 0) throw new ArgumentException($"--seconds must be above 0, not {_seconds}");
        if (_trainingSeconds <= 0) throw new ArgumentException($"--{EngineRunner.TrainingSeconds} must be above 0, not {_trainingSeconds}");
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
                foreach (int threads in _threads) running.Add(engine.Start(model, threads, WarmUp, _seconds, _trainingSeconds));
            TakeTraining(model, [.. running.Where(engine => engine.Engine.Trains)]);
            foreach (string work in (string[])[EngineRunner.Infer, EngineRunner.Single]) TakeTurns(work, [.. running], pair: null);
        }
        finally
        {
            foreach (RunningEngine engine in running) engine.Dispose();
        }
    }

    private void TakeTraining(string model, RunningEngine[] engines)
    {
        // The bound of two threads against one; a single processor has none.
        RunningEngine? alone = _threads.Contains(2) && Environment.ProcessorCount >= 2 ? Array.Find(engines, engine => engine.Engine == ChildEngine.Ours && engine.Threads == 1) : null;
        if (alone is null)
        {
            TakeTurns(EngineRunner.Train, engines, pair: null);
            return;
        }

        using var pair = new TwoProcesses(alone, ChildEngine.Ours.Start(model, 1, WarmUp, _seconds, _trainingSeconds));
        TakeTurns(EngineRunner.Train, engines, pair);
    }

    private void TakeTurns(string work, RunningEngine[] engines, TwoProcesses? pair)
    {
        DateTime begin = DateTime.UtcNow;
        MeasuredWork[] what = [.. engines.Select(engine => engine.Begin(work))];
        pair?.Begin();
        if (work == EngineRunner.Train && what.Any(one => one.Data == RandomSamples.SourceName)) Console.WriteLine($"{what[0].Model}: {ModelSamples.Advice(PublishedModels.Find(what[0].Model))}");
        TimedSample[][] samples = [.. engines.Select(_ => new TimedSample[_turns])];
        for (int turn = 0; turn < _turns; turn++)
        {
            for (int i = 0; i < engines.Length; i++)
            {
                Thread.Sleep(Pause); // So that the threads of the engine before stop looking for work.
                int threads = engines[i].Threads;
                (samples[i][turn], _peaks[threads]) = engines[i].Sample(_peaks.GetValueOrDefault(threads));
                if (engines[i] != pair?.Alone) continue;
                Thread.Sleep(Pause); // The same before the joint sample, which is taken beside the one that it is compared with.
                _peaks[threads] = pair.Sample(_peaks[threads]);
                Thread.Sleep(Pause); // And before the partner alone, whose sample is the other half of the one-thread figure.
                _peaks[threads] = pair.SamplePartner(_peaks[threads]);
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

        if (pair is not null) Add(pair.Results(begin, _peaks[1]));
    }

    private void Add(Result[] pair)
    {
        foreach (Result result in pair) _store.Add(result);
        Result[] together = [.. pair.Where(result => result.Of.Work == TwoProcesses.Work)];
        MeasuredWork what = together[0].Of;
        double[] rates = [.. Enumerable.Range(0, _turns).Select(turn => together.Sum(result => result.ImagesPerSecond(turn))).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what.Model,-13} {EngineRunner.Train,-6} {what.Engine,-13} 2 x 1 {Ratio.MedianOf(rates),9:F0} img/s by the median, {rates[0],9:F0} to {rates[^1],9:F0}, beside {together.SelectMany(result => result.Turns).Average(sample => sample.Foreign):F2} processors of the other and strangers"));
    }

    private static int Threads(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out int threads) && threads >= 1 ? threads : throw new ArgumentException($"--threads must be numbers from 1, as in 2,1, not \"{text}\"");

    private static string? WhyNot(ChildEngine engine)
    {
        try
        {
            using RunningEngine running = engine.Start("mnist", 1, 0, 0.01, 0.01);
            running.Begin(EngineRunner.Single);
            return null;
        }
        catch (InvalidOperationException failure)
        {
            return failure.Message;
        }
    }
}
