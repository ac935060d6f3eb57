// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Ai8x.Device;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Flow;

/// <summary>One run of <c>simulate</c>: the program's own sample first, with all checks and files, then further images.</summary>
internal sealed class ProgramSimulation
{
    private readonly SimulateOptions _options;
    private readonly LoadedProject _project;
    private readonly LayerFiles _layers;
    private readonly AcceleratorOptions _accelerator;

    public ProgramSimulation(SimulateOptions options, LoadedProject project, LayerFiles layers)
    {
        _options = options;
        _project = project;
        _layers = layers;
        bool snapshots = options.DumpLayers is not null || options.Compare is not null;
        _accelerator = new AcceleratorOptions { Strict = !options.Lenient, TakeSnapshots = snapshots, LastLayer = options.UntilLayer };
    }

    public SimulateResult Run(FlowObserver observer, CancellationToken cancellation)
    {
        (SimulationResult run, bool complete) = RunSample(cancellation);
        TraceFiles.Write(_options.Traces, _options.Window, run.Inference, run.LayerNames);
        if (_options.DumpLayers is { } folder) _layers.Write(folder, run.Snapshots);
        (int compared, LayerDifference? difference) = _options.Compare is { } expected ? _layers.Compare(expected, run) : (0, null);
        SimulateResult result = Describe(run, complete, compared, difference);
        if (_options.Images > 1) result = RunImages(result, observer, cancellation);
        result = result with { Verdict = Verdict(result, run) };
        foreach (SimulationWarning warning in run.Warnings) observer.Line($"warning: {warning.Message}");
        Report(result, observer);
        return result;
    }

    private (SimulationResult Run, bool Complete) RunSample(CancellationToken cancellation)
    {
        if (_options.UntilLayer is not { } last)
        {
            SimulationResult run = Simulation.Run(_project, _accelerator, cancellation);
            return run.HasKnownAnswer
                ? (run, true)
                : throw new FlowException($"'{_options.Directory}' holds no known answer, so nothing can be checked. Generate the project with its sample output.");
        }

        var session = new SimulationSession(_project, _accelerator) { Cancellation = cancellation };
        InferenceReport report = session.RunSample();
        if (report.Layers[^1].Layer != last)
            throw new FlowException(string.Create(CultureInfo.InvariantCulture, $"--until-layer {last}: the program ends with layer {report.Layers[^1].Layer}."));
        return (new SimulationResult
        {
            HasKnownAnswer = false,
            MismatchCount = 0,
            FirstMismatches = [],
            Output = [],
            Inference = report,
            LayerNames = [.. report.Layers.Select(layer => _project.LayerName(layer.Layer))],
            Snapshots = session.Accelerator.Snapshots,
            Unloaded = null,
            Warnings = session.Accelerator.Warnings,
        }, false);
    }

    private SimulateResult Describe(SimulationResult run, bool complete, int compared, LayerDifference? difference)
    {
        ProgramCost cost = ProgramCost.Of(_project);
        return new SimulateResult
        {
            KnownAnswerChecked = complete,
            MismatchCount = run.MismatchCount,
            FirstMismatches = [.. run.FirstMismatches.Select(m => new WordMismatch(m.Address, m.Expected, m.Actual ?? 0))],
            TotalCycles = run.Inference.Cycles,
            TotalEstimate = run.Inference.Timeline.ReferenceEstimate,
            Layers = SimulationFlow.Timing(run.Inference, _project),
            Output = [.. run.Output.Select(record => new OutputWords(record.Address, record.Mask, record.Words))],
            Bus =
            [
                .. cost.Functions.Select(f => new BusShare(f.Name, f.Accesses.Writes, f.Accesses.Reads, f.Accesses.Microseconds)),
                new BusShare("unload", cost.Unload.Writes, cost.Unload.Reads, cost.Unload.Microseconds),
            ],
            Energy = (run.Inference.Energy.Microjoules, run.Inference.Energy.ErrorMicrojoules),
            ComparedLayers = compared,
            Difference = difference,
            Verdict = "",
        };
    }

    /// <summary>Runs the sample again and again: the same accelerators are used for many images, and every answer must be the first one's.</summary>
    private SimulateResult RunImages(SimulateResult result, FlowObserver observer, CancellationToken cancellation)
    {
        if (!result.KnownAnswerChecked) throw new FlowException("--images and --until-layer do not go together: a run that stops early has no answer to compare.");
        ImmutableArray<BusWrite> sample = [.. _project.SampleInput];
        var progress = new BatchProgress(observer, _options.Images);
        long start = Stopwatch.GetTimestamp();
        ImmutableArray<BatchImageResult> images = SimulationBatch.Run(
            _project, [.. Enumerable.Repeat(sample, _options.Images)], _options.Threads, _accelerator with { TakeSnapshots = false }, progress, cancellation);
        double time = Stopwatch.GetElapsedTime(start).TotalMicroseconds / _options.Images;
        int differing = images.Count(image => !image.Output.Select(r => r.Words).Zip(result.Output.Select(r => r.Words)).All(pair => pair.First.SequenceEqual(pair.Second)));
        return result with { Images = _options.Images, DifferingImages = differing, MicrosecondsPerImage = time };
    }

    private string Verdict(SimulateResult result, SimulationResult run)
    {
        int words = result.Output.Sum(record => record.Words.Length);
        if (result.MismatchCount > 0)
        {
            KnownAnswerMismatch first = run.FirstMismatches[0];
            return string.Create(CultureInfo.InvariantCulture, $"FAILED: {result.MismatchCount} of {words} words differ, first at 0x{first.Address:x8}: expected 0x{first.Expected:x8}, simulated {Actual(first)}.");
        }

        if (result.Difference is { } d)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"FAILED: layer {d.Layer} \"{d.Name}\" differs first at row {d.Row}, column {d.Column}, {(_layers.HasChannels ? "channel" : "slot")} {d.Channel}, cycle {d.Cycle}: expected {d.Expected}, simulated {d.Actual}.");
        }

        if (result.DifferingImages > 0)
            return string.Create(CultureInfo.InvariantCulture, $"FAILED: {result.DifferingImages} of {result.Images} repeated images gave another answer.");
        string layers = result.ComparedLayers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {result.ComparedLayers} layers are as expected.");
        return result.KnownAnswerChecked
            ? string.Create(CultureInfo.InvariantCulture, $"PASSED: all {words} words of the known answer agree.{layers}")
            : string.Create(CultureInfo.InvariantCulture, $"Stopped behind layer {_options.UntilLayer}: the known answer was not checked.{layers}");
    }

    private void Report(SimulateResult result, FlowObserver observer)
    {
        observer.Line($"{Text.Shown(_options.Directory)} on the simulated MAX78000 (axes are {(_layers.HasChannels ? "channels" : "hardware slots, not channels")})");
        SimulationFlow.Report(result.Layers, result.TotalCycles, observer);
        string loading = Bus(result.Bus.Where(share => share.Function is not ("unload" or LoadedProject.InputFunction)));
        string input = Bus(result.Bus.Where(share => share.Function == LoadedProject.InputFunction)), unloading = Bus(result.Bus.Where(share => share.Function == "unload"));
        observer.Line($"  bus: kernels, bias and registers {loading}; input {input}; unloading {unloading}");
        observer.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"  energy: about {result.Energy.Microjoules:N1} uJ, error {result.Energy.Error:N1} uJ (estimate from {Max78000Sim.Energy.EnergyEstimate.Source})"));
        if (result.MicrosecondsPerImage is { } time)
        {
            double each = result.TotalCycles / SimulationFlow.ClockMegahertz;
            observer.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"  {result.Images} images: {time:N1} us an image on this machine, {each / time:N1} times as fast as the chip; on the chip about {result.Images * result.Energy.Microjoules:N1} uJ, error {result.Images * result.Energy.Error:N1} uJ"));
        }

        observer.Line(result.Verdict);
    }

    /// <summary>Accesses and their time.</summary>
    private static string Bus(IEnumerable<BusShare> shares)
    {
        (long writes, long reads, double time) = shares.Aggregate((0L, 0L, 0.0), (sum, share) => (sum.Item1 + share.Writes, sum.Item2 + share.Reads, sum.Item3 + share.Microseconds));
        return string.Create(CultureInfo.InvariantCulture, $"{writes:N0} stores, {reads:N0} loads, {time:N0} us");
    }

    private static string Actual(KnownAnswerMismatch mismatch) =>
        mismatch.Actual is { } value ? string.Create(CultureInfo.InvariantCulture, $"0x{value:x8}") : "a word that was never written";

    private sealed class BatchProgress(FlowObserver observer, int total) : IProgress<int>
    {
        private readonly Lock _gate = new();

        public void Report(int value)
        {
            lock (_gate) observer.Progress("simulate", value, total, "");
        }
    }
}
