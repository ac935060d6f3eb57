// SPDX-License-Identifier: MIT
using Ai8x.Bench.Models;
using Ai8x.Tensors;

namespace Ai8x.Bench.Measuring;

/// <summary>The body of a measuring process, the same for every engine: alone, or in turns with others.</summary>
internal sealed class EngineRunner : IDisposable
{
    public const string Train = "train";
    public const string Infer = "infer";
    public const string Single = "single";

    /// <summary>The switch that makes a process take its samples when it is asked for one, see <see cref="EngineTurns"/>.</summary>
    public const string InTurns = "turns";

    /// <summary>The option for the seconds of a sample of training, in turns.</summary>
    public const string TrainingSeconds = "train-seconds";

    private const int LossSteps = 4;

    // A host that puts both processors on one core does so for seconds.
    private const double Patience = 8;

    /// <summary>Seconds without compilation before an engine is measured.</summary>
    public const double Rest = 0.5;

    private readonly BenchmarkModel _model;
    private readonly int _threads;
    private readonly int _batch;
    private readonly IMeasuredEngine _engine;

    private EngineRunner(BenchmarkModel model, int threads, int batch, double peak, Func<BenchmarkModel, int, IMeasuredEngine> open)
    {
        (_model, _threads, _batch) = (model, threads, batch);
        Speed = new MachineSpeed(threads, VectorWidths.Widest, Math.Max(peak, Peak.GigaFlops(threads, VectorWidths.Widest)));
        _engine = open(model, threads);
    }

    /// <summary>Watches the machine.</summary>
    public MachineSpeed Speed { get; }

    /// <summary>Measures the works that were asked for and prints a line for each, or prints a line for each sample that the standard input asks for.</summary>
    /// <param name="arguments">
    /// Options <c>--model --threads --work --batch --warmup --seconds</c>, <c>--peak</c>: GFLOP/s that the threads are known to reach together, and <c>--turns</c>, with which
    /// <c>--seconds</c> are those of a sample, and <c>--train-seconds</c> those of one of training.
    /// </param>
    /// <param name="open">Opens the engine for a model and a number of threads.</param>
    public static void Run(Arguments arguments, Func<BenchmarkModel, int, IMeasuredEngine> open)
    {
        bool turns = arguments.Switch(InTurns);
        BenchmarkModel model = PublishedModels.Find(arguments.Text("model", "mnist"));
        int threads = arguments.Number("threads", 2);
        int batch = arguments.Number("batch", 256);
        string[] works = turns ? [] : arguments.List("work", $"{Train},{Infer},{Single}");
        double warmUp = arguments.Real("warmup", 0.8), seconds = arguments.Real("seconds", turns ? 0.1 : 1.5);
        double training = turns ? arguments.Real(TrainingSeconds, seconds) : seconds;
        double known = arguments.Real("peak", 0);
        arguments.RequireAllKnown();
        using var runner = new EngineRunner(model, threads, batch, known, open);
        if (turns) new EngineTurns(runner, warmUp, seconds, training).Answer(Console.In, Console.Out);
        foreach (string work in works)
        {
            (MeasuredWork what, Action unit) = runner.Begin(work);
            Timing timing = QuietTimer.Run(unit, warmUp, seconds, patience: Patience, speed: runner.Speed, rest: Rest);
            Console.WriteLine(new Measurement(what, timing, runner.Speed.Best));
        }
    }

    /// <summary>Makes the engine ready for a kind of work.</summary>
    /// <param name="work"><see cref="Train"/>, <see cref="Infer"/> or <see cref="Single"/>.</param>
    /// <returns>What it is, and what runs one unit of it.</returns>
    /// <exception cref="ArgumentException">There is no such work.</exception>
    public (MeasuredWork What, Action Unit) Begin(string work)
    {
        int count = work == Single ? 1 : _batch;
        double[] losses = [];
        float[] logits = [];
        Action unit;
        switch (work)
        {
            case Train:
                _engine.BeginTraining(count);
                losses = [.. Enumerable.Range(0, LossSteps).Select(_ => _engine.TrainingStep(wantLoss: true))];
                unit = () => _engine.TrainingStep(wantLoss: false);
                break;
            case Infer or Single:
                _engine.BeginInference(count);
                _engine.Infer();
                logits = _engine.FirstLogits();
                unit = _engine.Infer;
                break;
            default:
                throw new ArgumentException($"unknown work \"{work}\": {Train}, {Infer} or {Single}");
        }

        Speed.MustBeNear = work == Single;
        var what = new MeasuredWork { Engine = _engine.Name, Version = _engine.Version, Model = _model.Name, Work = work, Threads = _threads, Batch = count, Data = _engine.Data, Losses = losses, Logits = logits };
        return (what, unit);
    }

    public void Dispose()
    {
        Speed.Dispose();
        _engine.Dispose();
    }
}
