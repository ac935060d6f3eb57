// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Bench;

/// <summary>Peak memory of the trainer itself, with checkpoints and validation, epoch by epoch: MNIST at batch 256.</summary>
internal static class MemoryProgram
{
    private const int BatchSize = 256;

    public static void Run(Arguments arguments)
    {
        int epochs = arguments.Number("epochs", 20), threads = arguments.Number("threads", 2);
        arguments.RequireAllKnown();
        SampleSource source = ModelSamples.Training(PublishedModels.Find("mnist"));
        string folder = Directory.CreateTempSubdirectory("ai8x-memory").FullName;
        try
        {
            using var context = new ComputeContext(threads);
            Model model = MnistModel.Create().Build(seed: 1);
            TrainingOptions options = MnistModel.Definition.Training with { Epochs = epochs, BatchSize = BatchSize, CheckpointDirectory = folder };
            new Trainer(model, options, context).Run(source, new RandomSamples(source.Shape, source.ClassNames.Length, 2048), new MemoryReport());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class MemoryReport : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value is not EpochProgress epoch) return;
            using Process self = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {epoch.Metrics.Epoch,3}  peak {self.PeakWorkingSet64 >> 20} MB  now {self.WorkingSet64 >> 20} MB  managed {GC.GetTotalMemory(false) >> 20} MB  allocated {GC.GetTotalAllocatedBytes() >> 20} MB  collections {GC.CollectionCount(0)}/{GC.CollectionCount(2)}  {epoch.ImagesPerSecond:F0} img/s"));
        }
    }
}
