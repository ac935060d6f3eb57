// SPDX-License-Identifier: MIT
// Trains a published model in a console program: progress through IProgress, a clean stop with Ctrl-C, and going on where it stopped.
//   dotnet run -- [EPOCHS] [CHECKPOINT-FOLDER]
using System.Globalization;
using Ai8x.Datasets;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Onnx;
using Ai8x.Optim;
using Ai8x.Tensors;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};

int epochs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
string folder = args.Length > 1 ? args[1] : "checkpoints";
try
{
    DatasetParts data = await DatasetCatalog.LoadAsync("fashionmnist-sample", new DatasetRequest(), stop.Token);
    Model model = FashionMnistModel.Create().Build(seed: 1);
    var options = new TrainingOptions
    {
        Epochs = epochs,
        BatchSize = 64,
        LearningRate = 0.001,
        Seed = 1,
        CheckpointDirectory = folder,
        Resume = File.Exists(Path.Combine(folder, Checkpoint.LastFileName)),
    };
    using var context = new ComputeContext(Environment.ProcessorCount);
    // Training blocks, so it gets a thread of its own; the progress comes from there.
    TrainingResult result = await Task.Run(() => new Trainer(model, options, context).Run(data.Train, data.Valid, new EpochLines(), stop.Token));
    EvaluationResult test = Evaluator.Evaluate(model, data.Test, context, cancellation: stop.Token);
    OnnxExporter.Export("saved_model.onnx", model.ToGraph());
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.History.Length} epochs, test accuracy {test.Accuracy:0.0000}, weights {WeightHash.Of(model.Parameters)[..16]}"));
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The same command goes on after the last complete epoch.");
    return 130;
}

/// <summary>Prints each epoch.</summary>
internal sealed class EpochLines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value is not EpochProgress { Metrics: var epoch, Epochs: var all, ImagesPerSecond: var rate }) return;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}/{all}: loss {epoch.Loss:0.0000}, validation accuracy {epoch.ValidationAccuracy:0.0000}, {rate:N0} images/s"));
    }
}
