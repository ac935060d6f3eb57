// SPDX-License-Identifier: MIT
using Ai8x.CodeGen;
using Ai8x.CodeGen.Planning;
using Ai8x.Datasets;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>From a model in code to a verified C project, with a description that nobody wrote: trained on real images for an epoch, with AI8X_SLOW=1 for three on all of them.</summary>
public sealed class PlannedTrainingTests : IDisposable
{
    private const int QuickImages = 256;

    private static readonly bool Slow = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";

    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-planned-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ResidualNetwork_IsVerified() => Verify(new ResidualModel(), "residual", least: 0.60, widest: 32);

    [Fact]
    public void WideNetwork_IsVerified() => Verify(new WideModel(), "wide", least: 0.60, widest: 512);

    private void Verify(Module module, string name, double least, int widest)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DatasetParts data = DatasetCatalog.Load("fashionmnist-sample", new DatasetRequest(), cancellation);
        Model model = module.Trace(name, data.Train.Shape).Build(seed: 5);
        using var context = new ComputeContext(2);
        var options = new TrainingOptions { Epochs = Slow ? 3 : 1, BatchSize = 32, LearningRate = 0.002, Seed = 5 };
        new Trainer(model, options, context).Run(Slow ? data.Train : new FirstSamples(data.Train, QuickImages), new FirstSamples(data.Valid, 64), cancellation: cancellation);
        double accuracy = Evaluator.Evaluate(model, Slow ? data.Test : new FirstSamples(data.Test, 128), context, cancellation: cancellation).Accuracy;
        Assert.True(!Slow || accuracy >= least, FormattableString.Invariant($"{name} reaches {accuracy}."));

        NetworkGraph graph = model.ToGraph();
        Assert.Equal(widest, graph.Layers.Max(layer => layer.Output.Channels));
        string onnx = Path.Combine(_folder, "model.onnx"), yaml = Path.Combine(_folder, "network.yaml");
        OnnxExporter.Export(onnx, graph);
        NetworkPlan plan = Planner.Plan(OnnxImporter.Import(onnx), cancellation: cancellation);
        File.WriteAllText(yaml, NetworkYaml.Write(plan.Description));
        VerifyResult result = VerificationFlow.Run(
            new VerifyOptions { CheckpointFile = onnx, ConfigFile = yaml, Dataset = "fashionmnist-sample", Images = Slow ? 100 : 2, TestDirectory = Path.Combine(_folder, "project"), Threads = 2 },
            FlowObserver.Silent,
            cancellation);
        Assert.True(result.Passed, result.Verdict);
        Assert.True(File.Exists(Path.Combine(result.ProjectDirectory!, "cnn.c")));
        Assert.Equal(plan.Cycles, result.TotalCycles);
    }

    /// <summary>The first samples of a data set.</summary>
    private sealed class FirstSamples(SampleSource source, int count) : SampleSource
    {
        public override string Name => source.Name;

        public override int Count => Math.Min(count, source.Count);

        public override SampleShape Shape => source.Shape;

        public override System.Collections.Immutable.ImmutableArray<string> ClassNames => source.ClassNames;

        public override int Label(int index) => source.Label(index);

        public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination) => source.Fill(indices, destination);
    }
}
