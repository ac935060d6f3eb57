// SPDX-License-Identifier: MIT
using Ai8x.Bench.Models;
using Ai8x.Tensors;

namespace Ai8x.Bench.Measuring;

/// <summary>The body of a measuring child process, the same for every engine.</summary>
internal static class EngineRunner
{
    public const string Train = "train";
    public const string Infer = "infer";
    public const string Single = "single";
    private const int LossSteps = 4;

    // A host that puts both processors on one core does so for seconds.
    private const double Patience = 8;

    /// <summary>Seconds without compilation before an engine is measured.</summary>
    public const double Rest = 0.5;

    /// <summary>Measures the works that were asked for and prints a line for each.</summary>
    /// <param name="arguments">Options <c>--model --threads --work --batch --warmup --seconds</c>, and <c>--peak</c>: GFLOP/s that the threads are known to reach together.</param>
    /// <param name="open">Opens the engine for a model and a number of threads.</param>
    public static void Run(Arguments arguments, Func<BenchmarkModel, int, IMeasuredEngine> open)
    {
        BenchmarkModel model = PublishedModels.Find(arguments.Text("model", "mnist"));
        int threads = arguments.Number("threads", 2);
        int batch = arguments.Number("batch", 256);
        string[] works = arguments.List("work", $"{Train},{Infer},{Single}");
        double warmUp = arguments.Real("warmup", 0.8), seconds = arguments.Real("seconds", 1.5);
        double known = arguments.Real("peak", 0);
        arguments.RequireAllKnown();
        using var speed = new MachineSpeed(threads, VectorWidths.Widest, Math.Max(known, Peak.GigaFlops(threads, VectorWidths.Widest)));
        using IMeasuredEngine engine = open(model, threads);
        foreach (string work in works)
        {
            int count = work == Single ? 1 : batch;
            double[] losses = [];
            float[] logits = [];
            Action unit;
            switch (work)
            {
                case Train:
                    engine.BeginTraining(count);
                    losses = [.. Enumerable.Range(0, LossSteps).Select(_ => engine.TrainingStep(wantLoss: true))];
                    unit = () => engine.TrainingStep(wantLoss: false);
                    break;
                case Infer or Single:
                    engine.BeginInference(count);
                    engine.Infer();
                    logits = engine.FirstLogits();
                    unit = engine.Infer;
                    break;
                default:
                    throw new ArgumentException($"unknown work \"{work}\": {Train}, {Infer} or {Single}");
            }

            speed.MustBeNear = work == Single;
            Timing timing = QuietTimer.Run(unit, warmUp, seconds, patience: Patience, speed: speed, rest: Rest);
            Console.WriteLine(new Measurement
            {
                Engine = engine.Name,
                Version = engine.Version,
                Model = model.Name,
                Work = work,
                Threads = threads,
                Batch = count,
                Data = engine.Data,
                Timing = timing,
                Losses = losses,
                Logits = logits,
                Peak = speed.Best,
            });
        }
    }
}
