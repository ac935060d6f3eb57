// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;
using Ai8x.Max78000Sim.Projects.Vectors;

namespace Ai8x.Flow;

/// <summary>The command <c>simulate</c>: a C project or a folder of vector files on the simulated accelerator.</summary>
public static class SimulationFlow
{
    /// <summary>Clock of the accelerator for times, in MHz.</summary>
    internal const double ClockMegahertz = 50;

    /// <summary>Runs a C project and checks its known answer.</summary>
    /// <param name="directory">The project's folder.</param>
    /// <param name="observer">Receives report lines.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>Whether the known answer holds, cycles, output words.</returns>
    /// <exception cref="ProjectFormatException">A file cannot be understood; file and line are named.</exception>
    /// <exception cref="SimulationException">The program does something that the accelerator refuses.</exception>
    public static SimulateResult RunProject(string directory, FlowObserver observer, CancellationToken cancellation) =>
        Run(directory, CProjectReader.Read(directory), observer, cancellation);

    /// <summary>Runs vector files and checks their known answer. Their axes are slots, not channels.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="observer">Receives report lines.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>Whether the known answer holds, cycles, output words.</returns>
    /// <exception cref="ProjectFormatException">A file cannot be understood; file and line are named.</exception>
    /// <exception cref="SimulationException">The program does something that the accelerator refuses.</exception>
    public static SimulateResult RunVectors(string directory, FlowObserver observer, CancellationToken cancellation) =>
        Run(directory, VectorFolderReader.Read(directory), observer, cancellation);

    /// <summary>The cycles of a run, layer by layer.</summary>
    internal static ImmutableArray<LayerTiming> Timing(InferenceReport report, LoadedProject project) =>
        [.. report.Layers.Select(layer => new LayerTiming(layer.Layer, project.LayerName(layer.Layer), layer.Cycles, layer.ReferenceEstimate))];

    /// <summary>The table of cycles and microseconds.</summary>
    internal static void Report(ImmutableArray<LayerTiming> layers, long total, FlowObserver observer)
    {
        int width = Math.Max(5, layers.Max(layer => layer.Name.Length));
        foreach (LayerTiming layer in layers) Row($"{layer.Index,2}  {layer.Name.PadRight(width)}", layer.Cycles);
        Row($"    {"total".PadRight(width)}", total);

        void Row(string name, long cycles) => observer.Line(string.Create(
            CultureInfo.InvariantCulture, $"  {name}  {cycles,10:N0} cycles  {cycles / ClockMegahertz,9:N1} us at 50 MHz"));
    }

    private static SimulateResult Run(string directory, LoadedProject project, FlowObserver observer, CancellationToken cancellation)
    {
        SimulationResult run = Simulation.Run(project, null, cancellation);
        if (!run.HasKnownAnswer)
        {
            throw new FlowException($"'{directory}' holds no known answer, so nothing can be checked. Generate the project with its sample output.");
        }

        int words = run.Output.Sum(record => record.Words.Length);
        ImmutableArray<LayerTiming> layers = Timing(run.Inference, project);
        ImmutableArray<WordMismatch> first = [.. run.FirstMismatches.Select(m => new WordMismatch(m.Address, m.Expected, m.Actual ?? 0))];
        string verdict = run.Passed
            ? string.Create(CultureInfo.InvariantCulture, $"PASSED: all {words} words of the known answer agree.")
            : string.Create(CultureInfo.InvariantCulture, $"FAILED: {run.MismatchCount} of {words} words differ, first at 0x{first[0].Address:x8}: expected 0x{first[0].Expected:x8}, simulated {Actual(run.FirstMismatches[0])}.");
        observer.Line($"{Text.Shown(directory)} on the simulated MAX78000 (axes are hardware slots, not channels)");
        Report(layers, run.Inference.Cycles, observer);
        observer.Line(verdict);
        return new SimulateResult(
            run.Passed,
            run.MismatchCount,
            first,
            run.Inference.Cycles,
            layers,
            [.. run.Output.Select(record => new OutputWords(record.Address, record.Mask, record.Words))],
            verdict);
    }

    private static string Actual(KnownAnswerMismatch mismatch) =>
        mismatch.Actual is { } value ? string.Create(CultureInfo.InvariantCulture, $"0x{value:x8}") : "a word that was never written";
}
