// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Autograd;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.BitIdentity;

/// <summary>Counts the managed bytes that training steps allocate, on all threads: this process does nothing else meanwhile.</summary>
internal static class StepAllocation
{
    private const int Steps = 6;
    private const int MostRounds = 10;

    /// <summary>Prints a line for each model, and one for the trainer with its loading of samples: the bytes that some steps allocated after warming up.</summary>
    public static void Print(int batchSize, int threads)
    {
        using var context = new ComputeContext(threads);
        foreach (ModelDefinition definition in ModelCatalog.All) Report(definition.Name, Count(definition.Create().Build(seed: 7), batchSize, context));
        Report("trainer", CountTrainer(context));
    }

    private static void Report(string what, long bytes) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"allocated {what} {bytes}"));

    /// <summary>The first rounds warm up; on a busy machine it may take some until every thread has had its first block.</summary>
    private static long Count(Model model, int batchSize, ComputeContext context)
    {
        using var plan = new ExecutionPlan(model.Tape, model.Output, batchSize, context, training: true);
        var optimizer = new Adam(model.Parameters, context);
        Batch batch = MadeUpImages.Batch(model.InputShape, batchSize, 0, plan.Classes);
        long least = long.MaxValue;
        for (int round = 0; round < MostRounds && least > 0; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int step = 0; step < Steps; step++)
            {
                // The last batch of an epoch is smaller.
                batch.Count = step == Steps - 1 ? batchSize - 3 : batchSize;
                plan.ForwardBackward(batch, 128, seed: 7, optimizer.Steps);
                optimizer.Update(0.001);
            }

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }

    private static long CountTrainer(ComputeContext context)
    {
        var source = new CountingSource(Steps * MostRounds * 2);
        var options = new TrainingOptions { Epochs = 1, BatchSize = CountingSource.BatchSize };
        new Trainer(TinyModel.Create(TinyModel.Filtered)!.Build(seed: 7), options, context).Run(source, new CountingSource(1));
        return source.LeastBetween(Steps);
    }

    /// <summary>Made-up samples that note, whenever a batch is read, how much this process has allocated by then.</summary>
    private sealed class CountingSource(int batches) : SampleSource
    {
        public const int BatchSize = 20;

        private readonly long[] _allocated = new long[batches];
        private int _reads;

        public override string Name => "made up";

        public override int Count => batches * BatchSize;

        public override SampleShape Shape => new(14, 14, 1);

        public override ImmutableArray<string> ClassNames { get; } = [.. Enumerable.Range(0, 10).Select(i => $"class {i}")];

        public override int Label(int index) => index % 10;

        public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                Span<sbyte> sample = destination.Slice(i * Shape.Count, Shape.Count);
                for (int j = 0; j < sample.Length; j++) sample[j] = (sbyte)(j * (1 + indices[i] % 10) + indices[i] / 10);
            }

            if (_reads < batches) _allocated[_reads++] = GC.GetTotalAllocatedBytes(precise: true);
        }

        public long LeastBetween(int reads) => Enumerable.Range(0, batches - reads).Min(i => _allocated[i + reads] - _allocated[i]);
    }
}
