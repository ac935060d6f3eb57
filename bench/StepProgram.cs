// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.Tensors;

namespace Ai8x.Bench;

/// <summary>One model for whoever changes a kernel: <c>step MODEL THREADS BATCH WIDTH</c>, training and inference as published.</summary>
internal static class StepProgram
{
    private const double Seconds = 2;
    private const double Patience = 8;

    public static void Run(string[] arguments)
    {
        BenchmarkModel model = PublishedModels.Find(arguments.ElementAtOrDefault(0) ?? "mnist");
        int threads = Number(arguments.ElementAtOrDefault(1), 2);
        int batch = Number(arguments.ElementAtOrDefault(2), 256);
        VectorWidth width = Arguments.Width(arguments.ElementAtOrDefault(3) ?? VectorWidths.Widest.ToString());
        using var speed = new MachineSpeed(threads, width, Peak.GigaFlops(threads, width));
        using var engine = new ManagedEngine(model, ModelSamples.Training(model), threads, width, regularized: true);
        engine.BeginTraining(batch);
        double loss = 0;
        Timing train = QuietTimer.Run(() => loss = engine.TrainingStep(wantLoss: true), Seconds / 2, Seconds, patience: Patience, speed: speed, rest: EngineRunner.Rest);
        engine.BeginInference(batch);
        speed.MustBeNear = batch == 1;
        Timing infer = QuietTimer.Run(engine.Infer, Seconds / 2, Seconds, patience: Patience, speed: speed, rest: EngineRunner.Rest);
        double share = 100 * batch * model.TrainingFlops / train.Median / 1e9 / speed.Best;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Name} batch {batch}, {threads} threads, {width}: train {batch / train.Median:F0} img/s ({train.Median * 1000:F2} ms/step, best {train.Best * 1000:F2}, {share:F1} % of {speed.Best:F0} GFLOP/s), inference {batch / infer.Median:F0} img/s (quiet {infer.Quiet} of {infer.Samples}), loss {loss:F5}, others used {train.Foreign:F2} processors, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB"));
    }

    private static int Number(string? text, int otherwise) => text is null ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out int value) ? value : throw new ArgumentException($"expected step MODEL THREADS BATCH WIDTH with whole numbers, found \"{text}\"");
}
