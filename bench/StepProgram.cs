// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Bench;

/// <summary>Times whole training steps (forward, backward, Adam) of the published models' shapes, and inference.</summary>
internal static class StepProgram
{
    private const int Rounds = 7;

    public static void Run(string[] arguments)
    {
        string model = arguments.ElementAtOrDefault(0) ?? "mnist";
        int threads = Number(arguments.ElementAtOrDefault(1), 2);
        int batchSize = Number(arguments.ElementAtOrDefault(2), 256);
        int steps = Number(arguments.ElementAtOrDefault(3), 5);
        VectorWidth width = Enum.Parse<VectorWidth>(arguments.ElementAtOrDefault(4) ?? VectorWidths.Widest.ToString());
        using var context = new ComputeContext(threads, width);
        (Tape tape, Variable logits, SampleShape shape) = BenchModels.Record(model);
        Batch batch = BenchModels.RandomBatch(shape, logits.Shape.Channels, batchSize);
        using var training = new ExecutionPlan(tape, logits, batchSize, context, training: true);
        using var inference = new ExecutionPlan(tape, logits, batchSize, context, training: false);
        var adam = new BenchAdam(tape, context);
        int step = 0;
        var output = new float[batchSize * logits.Shape.Channels];
        double loss = 0;
        double train = Median(steps, () =>
        {
            loss = training.ForwardBackward(batch, 128, 7, step++).MeanLoss;
            adam.Step();
        });
        double infer = Median(steps, () => inference.Forward(batch, 128, output));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model} batch {batchSize}, {threads} threads, {width}: train {batchSize / train:F0} img/s ({train * 1000:F2} ms/step), inference {batchSize / infer:F0} img/s, loss {loss:F5}, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB"));
    }

    private static double Median(int steps, Action body)
    {
        body();
        body();
        var samples = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps; i++) body();
            samples[round] = Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
        }
        Console.WriteLine("  ms: " + string.Join(" ", samples.Select(s => (s * 1000).ToString("F2", CultureInfo.InvariantCulture))));
        Array.Sort(samples);
        return samples[Rounds / 2];
    }

    private static int Number(string? text, int otherwise) => text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture);
}
