// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Tracing;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>The course of an inference as files, by their extension: <c>.json</c> trace events, <c>.vcd</c> waveforms and <c>.csv</c> a table of a window of cycles.</summary>
internal static class TraceFiles
{
    private const string Events = ".json", Waveforms = ".vcd", Table = ".csv";

    /// <summary>Checks names and window before anything runs.</summary>
    /// <exception cref="FlowException">An extension is unknown, or a window has no file.</exception>
    public static void Check(ImmutableArray<string> paths, (long First, long End)? window)
    {
        foreach (string path in paths)
        {
            if (Extension(path) is not (Events or Waveforms or Table))
                throw new FlowException($"--trace '{path}': the extension says what is written: .json trace events, .vcd waveforms, .csv a table.");
            OutputFile.Require("--trace", path);
        }

        if (window is not null && !paths.Any(path => Extension(path) != Events))
            throw new FlowException("--window needs a --trace file that ends in .vcd or .csv; trace events (.json) hold the whole inference.");
    }

    /// <summary>Writes all files.</summary>
    /// <exception cref="FlowException">The window leaves the inference or is too long.</exception>
    public static void Write(ImmutableArray<string> paths, (long First, long End)? window, InferenceReport report, ImmutableArray<string> names)
    {
        foreach (string path in paths)
        {
            if (Extension(path) == Events)
            {
                AtomicFile.Write(path, stream => ChromeTrace.Write(stream, report, names, SimulationFlow.ClockMegahertz));
                continue;
            }

            (long first, long end) = window ?? (0, report.Cycles);
            if (first >= end || end > report.Cycles || end - first > CycleWindow.MaximumCycles)
            {
                throw new FlowException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"--window {first}:{end}: the inference has cycles 0 to {report.Cycles - 1}, and a window holds 1 to {CycleWindow.MaximumCycles} of them, the end not included."));
            }

            AtomicFile.Write(path, stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                if (Extension(path) == Waveforms)
                    CycleWindow.WriteVcd(writer, report.Window(first, end));
                else
                    CycleWindow.WriteCsv(writer, report.Window(first, end));
            });
        }
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();
}
