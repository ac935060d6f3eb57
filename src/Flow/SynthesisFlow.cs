// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Maps;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>The command <c>synthesize</c>: model, description and sample in, C project out.</summary>
public static class SynthesisFlow
{
    /// <summary>Quantizes, places and writes the project.</summary>
    /// <param name="options">What to generate.</param>
    /// <param name="observer">Receives report lines.</param>
    /// <param name="cancellation">Stops between stages.</param>
    /// <returns>Where the project lies and what it is estimated to take.</returns>
    /// <exception cref="FlowException">The inputs contradict each other.</exception>
    /// <exception cref="Device.Limits.LimitException">The network does not fit the accelerator.</exception>
    public static SynthesizeResult Run(SynthesizeOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        InputFile.Require("--sample-input", options.SampleInput);
        if (options.DumpPlacement is { } placement) OutputFile.Require("--dump-placement", placement);
        var synthesis = new NetworkSynthesis("synthesize", options.CheckpointFile, options.ConfigFile, SampleShapeFor(options), options.Quantization, options.Changes, options.Program);
        if (options.DequantizedOnnx && synthesis.Checkpoint.Graph is null)
        {
            throw new FlowException("--generate-dequantized-onnx-file needs an ONNX model as --checkpoint-file; integer arrays have no float model to copy.");
        }

        var report = new SynthesisReport(options.Log ? null : observer);
        RewriteReport.Show(synthesis.Checkpoint.Graph, report);
        PlannedDescription.Show(synthesis.Plan, report);
        if (options.DisplayCheckpoint) report.Checkpoint(synthesis.Checkpoint.Network);

        // A plan that streams brings its FIFO along.
        SynthesisOptions program = synthesis.Plan is { StreamingLayers: > 0 } plan && !options.Program.UsesFifo ? options.Program with { Input = plan.Synthesis.Input } : options.Program;
        OptionEvidence.CheckBefore(program, synthesis.Description);
        OptionEvidence.CheckReshaped(options.Quantization, synthesis.Checkpoint.Network);
        PrintPlacement(options, program, synthesis.Checkpoint.Network);
        SynthesizedNetwork network = synthesis.Synthesize(synthesis.ReadSample(options.SampleInput).AsSpan(), program);
        OptionEvidence.CheckAfter(program, network);
        cancellation.ThrowIfCancellationRequested();
        string project = synthesis.WriteProject(network, options.Prefix, OutputFolder.Require(options.TestDirectory), options.SampleInput, options.Project);
        if (options.DumpProgram is { } dump) VectorWriter.Write(network, OutputFolder.Require(dump));
        string? dequantized = options.DequantizedOnnx ? WriteDequantized(options, synthesis) : null;
        if (options.Verbose) report.Program(network.Program);
        SynthesizeResult result = Report(network, [.. synthesis.Notices, .. network.Notices], project, dequantized, report) with { Rewrites = synthesis.Checkpoint.Graph?.Rewrites ?? [] };
        if (options.Log) AtomicFile.WriteBytes(Path.Combine(project, "log.txt"), report.Bytes());
        return result;
    }

    /// <summary>What shows where everything lies is written before the network can be refused.</summary>
    private static void PrintPlacement(SynthesizeOptions options, SynthesisOptions program, QuantizedNetwork network)
    {
        if (options.Maps is null && options.DumpPlacement is null) return;
        PlacementAttempt attempt = Placer.Attempt(network, program);
        if (options.Maps is { } maps) MapWriter.Write(attempt, OutputFolder.Require(maps));
        if (options.DumpPlacement is { } file) AtomicFile.WriteText(file, PlacementListing.Of(attempt));
    }

    private static FeatureShape? SampleShapeFor(SynthesizeOptions options)
    {
        if (!Directory.Exists(options.CheckpointFile)) return null;
        SampleShape shape = NpySample.Read(options.SampleInput).Shape;
        return new FeatureShape(shape.Height, shape.Width, shape.Channels);
    }

    private static string WriteDequantized(SynthesizeOptions options, NetworkSynthesis synthesis)
    {
        ImmutableArray<DequantizedLayer> layers = Dequantizer.Dequantize(synthesis.Checkpoint.Network);
        NetworkGraph graph = synthesis.Checkpoint.Graph!;
        string model = options.CheckpointFile, path = DequantizedModelWriter.PathFor(model);
        bool halved = !options.Quantization.KeepFirst && (options.Quantization.InputScale ?? graph.InputScale) == 256;
        NetworkGraph parameters = graph with
        {
            InputScale = halved && graph.InputScale is not null ? NetworkGraph.DefaultInputScale : graph.InputScale,
            Layers = [.. graph.Layers.Select((layer, i) => i < layers.Length ? layer with { Weights = layers[i].Weights, Bias = Bias(layer, layers[i]) } : layer)],
        };
        DequantizedModelWriter.Write(model, path, parameters, synthesis.Description);
        return path;

        // A bias that rounds to zero everywhere has no place on the chip but keeps its place in the model.
        static ImmutableArray<float> Bias(GraphLayer layer, DequantizedLayer quantized) =>
            quantized.Bias.Length == layer.Bias.Length ? quantized.Bias : [.. new float[layer.Bias.Length]];
    }

    private static SynthesizeResult Report(SynthesizedNetwork network, ImmutableArray<string> notices, string project, string? dequantized, FlowObserver observer)
    {
        ImmutableArray<LayerTiming> layers =
        [
            .. network.Placement.Layers.Select((layer, i) => new LayerTiming(layer.Layer.Index, layer.Layer.Name, network.Cycles.Layers[i], network.Cycles.Layers[i])),
        ];
        foreach (string notice in notices) observer.Line($"notice: {notice}");
        observer.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote {Text.Shown(project)}: {layers.Length} layers, {network.Program.Kernels.Length:N0} kernel words, {network.Program.Biases.Sum(b => b.Bytes.Length)} bias bytes"));
        SimulationFlow.Report(layers, network.Cycles.Total, observer);
        if (dequantized is not null) observer.Line($"Wrote {Text.Shown(dequantized)}");
        return new SynthesizeResult(project, dequantized, layers, network.Cycles.Total, notices);
    }
}
