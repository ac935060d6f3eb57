// SPDX-License-Identifier: MIT
using Ai8x.CodeGen;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Planning;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.Onnx.Tests.Legalisation;

/// <summary>Models of other trainers, planned without a description, run on the simulated chip: 20 of them, with AI8X_SLOW=1 500.</summary>
public sealed class OnTheChipTests
{
    private const float Half = 0.5f;

    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 500 : 20;

    [Fact]
    public void RandomModels_GiveTheIntegersOfTheReference()
    {
        int passing = 0;
        for (int seed = 0; seed < Count; seed++)
        {
            NetworkGraph graph = OnnxImporter.Import(RandomModels.Make(seed).Finish(), $"seed {seed}");
            QuantizedNetwork network = Planner.Plan(graph, cancellation: TestContext.Current.CancellationToken).Network;
            sbyte[] sample = [.. Enumerable.Range(0, graph.Input.Count).Select(i => (sbyte)((((i + seed) * 89) % 256) - 128))];
            Simulate(network, sample, seed);
            passing += LayersThatPassOn(graph, network, sample);
        }

        Assert.True(passing > 0, "No model had a layer that passes on its input.");
    }

    private static void Simulate(QuantizedNetwork network, sbyte[] sample, int seed)
    {
        string folder = Directory.CreateTempSubdirectory("ai8x-legal-").FullName;
        try
        {
            VectorWriter.Write(Synthesizer.Synthesize(network, sample, SynthesisOptions.Default), folder);
            SimulationResult result = Simulation.Run(VectorFolderReader.Read(folder), new AcceleratorOptions(), TestContext.Current.CancellationToken);
            Assert.True(result.Passed, $"seed {seed}: {result.MismatchCount} words differ");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A convolution with weights of one half and the output shift one gives the very integers that it reads, or their sum or difference, but for its activation.</summary>
    private static int LayersThatPassOn(NetworkGraph graph, QuantizedNetwork network, sbyte[] sample)
    {
        int found = 0;

        // The plan may put copies of data between the layers of the model.
        var all = IntegerReference.Run(network, sample);
        int[][] outputs = [.. graph.Layers.Select(layer => all[network.Layers.Single(placed => placed.Name == layer.Name).Index])];
        for (int i = 0; i < graph.Layers.Length; i++)
        {
            GraphLayer layer = graph.Layers[i];
            bool passes = layer is { OutputShift: 1, KernelRows: 1, KernelColumns: 1, Bias.IsEmpty: true, Pooling: null } && layer.Weights.All(weight => weight is 0 or Half);
            if (!passes) continue;
            int[][] operands = [.. layer.Inputs.Select(source => source < 0 ? Array.ConvertAll(sample, value => (int)value) : outputs[source])];
            if (layer.Elementwise is null && operands.Length > 1) continue;
            int sign = layer.Elementwise == ElementwiseKind.Sub ? -1 : 1;
            int[] read = [.. operands[0].Select((value, at) => Math.Clamp(value + (sign * operands[1..].Sum(operand => operand[at])), -128, 127))];
            Assert.Equal(read.Select(value => layer.Activation == ActivationKind.Relu ? Math.Max(value, 0) : value), outputs[i]);
            found++;
        }

        return found;
    }
}
