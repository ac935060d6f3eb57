// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.Device;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Quant;

namespace Ai8x.Flow;

/// <summary>Runs the images of a verification on a project that was read back from its files, each thread with an accelerator of its own.</summary>
internal sealed class ProjectVerification
{
    private readonly SynthesizedNetwork _network;
    private readonly LoadedProject _project;
    private readonly VerificationImages _images;
    private readonly ImmutableArray<LayerComparison> _layers;
    private readonly IntegerEvaluator _reference;

    public ProjectVerification(SynthesizedNetwork network, LoadedProject project, VerificationImages images)
    {
        _network = network;
        _project = project;
        _images = images;
        _reference = new IntegerEvaluator(network.Placement.Network);
        _layers = [.. network.Placement.Layers.Select(layer => new LayerComparison(layer.Layer, layer.OutputMap))];
    }

    public VerifyResult Run(int threads, FlowObserver observer, CancellationToken cancellation)
    {
        SimulationResult known = Simulation.Run(_project, null, cancellation);
        ImmutableArray<LayerTiming> timing = SimulationFlow.Timing(known.Inference, _project);
        var outcomes = new ImageOutcome[_images.Samples.Length];
        int workers = Math.Min(threads, outcomes.Length), next = -1, done = 0;
        Task[] tasks = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(Work, cancellation))];
        while (!Task.WaitAll(tasks, 100, CancellationToken.None)) observer.Progress("simulate", Volatile.Read(ref done), outcomes.Length, "");
        cancellation.ThrowIfCancellationRequested();
        long values = outcomes.Length * (long)_network.Placement.Layers.Sum(layer => layer.Layer.Output.Count);
        int? correct = _images.Labels.IsEmpty ? null : outcomes.Where((outcome, i) => outcome.Prediction == _images.Labels[i]).Count();
        string? failure = known.Passed ? FirstFailure(outcomes) : KnownAnswerFailure(known);
        return new VerifyResult(failure is null, outcomes.Length, values, correct, known.Inference.Cycles, timing, null, Verdict(failure, known, outcomes.Length, values));

        void Work()
        {
            var session = new SimulationSession(_project, new AcceleratorOptions { TakeSnapshots = true }) { Cancellation = cancellation };
            for (int image = Interlocked.Increment(ref next); image < outcomes.Length; image = Interlocked.Increment(ref next))
            {
                cancellation.ThrowIfCancellationRequested();
                outcomes[image] = Check(session, image);
                Interlocked.Increment(ref done);
            }
        }
    }

    private ImageOutcome Check(SimulationSession session, int image)
    {
        ReadOnlySpan<sbyte> sample = _images.Samples[image].AsSpan();
        ImmutableArray<int[]> expected = _reference.Run(sample, SampleOrder.ChannelsFirst);
        ImmutableArray<BusWrite> writes = _network.CreatePacker().ToBusWrites(sample);

        // Every image is a first one, as it is for the integers.
        foreach (BusWrite write in _network.EmptyBuffers) session.Accelerator.Write(write);
        session.Run(writes.AsSpan());
        string? difference = null;
        for (int layer = 0; layer < _layers.Length && difference is null; layer++)
        {
            difference = _layers[layer].FirstDifference(session.Accelerator.Snapshots[layer], expected[layer]);
        }

        var buffer = new byte[_project.Unload?.ByteCount ?? throw new FlowException("The project has no cnn_unload, so its result cannot be fetched.")];
        session.Unload(buffer);
        QuantizedLayer last = _network.Placement.Layers[^1].Layer;
        difference ??= UnloadComparison.FirstDifference(last, buffer, expected[^1]);
        return new ImageOutcome(difference, UnloadComparison.Prediction(last, buffer));
    }

    private static string? FirstFailure(ImageOutcome[] outcomes)
    {
        int image = Array.FindIndex(outcomes, outcome => outcome.Difference is not null);
        return image < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"image {image}: {outcomes[image].Difference}");
    }

    private static string KnownAnswerFailure(SimulationResult known) => known.HasKnownAnswer
        ? string.Create(CultureInfo.InvariantCulture, $"the known answer differs in {known.MismatchCount} words, first at 0x{known.FirstMismatches[0].Address:x8}")
        : "the project holds no known answer";

    private static string Verdict(string? failure, SimulationResult known, int images, long values) => failure is null
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"VERIFIED: {images} {(images == 1 ? "image" : "images")}, {values:N0} layer outputs, {known.Output.Sum(r => r.Words.Length)} known-answer words and every unloaded result agree bit for bit.")
        : $"FAILED: {failure}.";

    /// <summary>What one image gave: the first difference in words, or null, and the simulated prediction.</summary>
    private readonly record struct ImageOutcome(string? Difference, int Prediction);
}
