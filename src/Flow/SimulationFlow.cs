// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>The command <c>simulate</c>: a C project or a folder of vector files on the simulated accelerator.</summary>
public static class SimulationFlow
{
    /// <summary>Clock of the accelerator for times, in MHz.</summary>
    internal const double ClockMegahertz = 50;

    /// <summary>Runs a program, checks its known answer and whatever else is asked for, and writes the files that are asked for.</summary>
    /// <param name="options">What to run and to write.</param>
    /// <param name="observer">Receives report lines and progress.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>Whether all checks hold, cycles, output words.</returns>
    /// <exception cref="FlowException">The options do not fit together or to the program.</exception>
    /// <exception cref="ProjectFormatException">A file cannot be understood; file and line are named.</exception>
    /// <exception cref="SimulationException">The program does something that the accelerator refuses.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SimulateResult Run(SimulateOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        TraceFiles.Check(options.Traces, options.Window);
        InputFile.RequireFolder(options.Vectors ? "--program" : "DIR", options.Directory);
        if (options.Compare is not null) InputFile.RequireFolder("--compare", options.Compare);
        LayerFiles layers = new(Channels(options));
        LoadedProject project = options.Vectors ? VectorFolderReader.Read(options.Directory) : CProjectReader.Read(options.Directory);
        return new ProgramSimulation(options, project, layers).Run(observer, cancellation);
    }

    /// <summary>The cycles of a run, layer by layer.</summary>
    internal static ImmutableArray<LayerTiming> Timing(InferenceReport report, LoadedProject project) =>
        [.. report.Layers.Select(layer => new LayerTiming(layer.Layer, project.LayerName(layer.Layer), layer.Cycles, layer.ReferenceEstimate))];

    /// <summary>The table of cycles and microseconds.</summary>
    internal static void Report(ImmutableArray<LayerTiming> layers, long total, FlowObserver observer)
    {
        const string Waits = "waits for input";
        const long Startup = 1;
        long waits = total - Startup - layers.Sum(layer => layer.Cycles);
        int width = Math.Max(waits > 0 ? Waits.Length : "total".Length, layers.Max(layer => layer.Name.Length));
        foreach (LayerTiming layer in layers)
            Row($"{layer.Index,2}  {layer.Name.PadRight(width)}", layer.Cycles, layer.Estimate);
        if (waits > 0) Row($"    {Waits.PadRight(width)}", waits);
        bool streams = layers.Any(layer => layer.Estimate != layer.Cycles);
        Row($"    {"total".PadRight(width)}", total, streams ? Startup + layers.Sum(layer => layer.Estimate) : total);

        void Row(string name, long cycles, long? estimate = null)
        {
            string remark = estimate is null || estimate == cycles ? "" : string.Create(CultureInfo.InvariantCulture, $"  (reference estimate {estimate:N0})");
            observer.Line(string.Create(CultureInfo.InvariantCulture, $"  {name}  {cycles,10:N0} cycles  {cycles / ClockMegahertz,9:N1} us at 50 MHz{remark}"));
        }
    }

    /// <summary>The input of a folder with integer arrays, which do not tell it themselves.</summary>
    private static FeatureShape? ArraysInput(string checkpoint, string? sample)
    {
        if (!Directory.Exists(checkpoint)) return null;
        string beside = Path.Combine(checkpoint, "sample.npy");
        sample ??= File.Exists(beside) ? beside : null;
        if (sample is null) return null;
        InputFile.Require("--sample-input", sample);
        SampleShape shape = NpySample.Read(sample).Shape;
        return new FeatureShape(shape.Height, shape.Width, shape.Channels);
    }

    /// <summary>Slots of the channels by layer, from description and model.</summary>
    private static ImmutableSortedDictionary<int, ChannelSlots> Channels(SimulateOptions options)
    {
        if (options.SampleInput is not null && (options.CheckpointFile is null || !Directory.Exists(options.CheckpointFile)))
            throw new FlowException("--sample-input: only a folder of integer arrays as --checkpoint-file needs it, because they do not say what their input is. Leave it out.");
        if (options.ConfigFile is null && options.CheckpointFile is null) return ImmutableSortedDictionary<int, ChannelSlots>.Empty;
        if (options.ConfigFile is null || options.CheckpointFile is null)
            throw new FlowException("--config-file and --checkpoint-file go together: the description says which processor holds which channel, the model how many channels there are.");
        var synthesis = new NetworkSynthesis("simulate", options.CheckpointFile, options.ConfigFile, ArraysInput(options.CheckpointFile, options.SampleInput), new QuantizationChoices());
        SynthesizedNetwork network = synthesis.Synthesize(new sbyte[synthesis.Checkpoint.Network.Input.Count]);
        return network.Placement.Layers.ToImmutableSortedDictionary(
            layer => layer.Layer.Index, layer => new ChannelSlots(layer.OutputMap, layer.Layer.Output.Channels));
    }
}
