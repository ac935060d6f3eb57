// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim;

/// <summary>Runs a whole program once, with its own sample input and known answer.</summary>
public static class Simulation
{
    /// <summary>Mismatches that a result lists.</summary>
    public const int ListedMismatches = 10;

    /// <summary>Loads a program, runs one inference, compares the memory with the known answer and fetches the result.</summary>
    /// <param name="project">The program.</param>
    /// <param name="options">Behaviour; null takes the defaults.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="SimulationException">The program does something that the accelerator refuses.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SimulationResult Run(LoadedProject project, AcceleratorOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(project);
        var session = new SimulationSession(project, options) { Cancellation = cancellation };
        InferenceReport report = session.RunSample();
        (int count, ImmutableArray<KnownAnswerMismatch> first, ImmutableArray<KnownAnswerRecord> output) = Compare(session.Accelerator, project.KnownAnswer);
        return new SimulationResult
        {
            HasKnownAnswer = project.KnownAnswer.Any(r => r.Words.Length > 0),
            MismatchCount = count,
            FirstMismatches = first,
            Output = output,
            Inference = report,
            LayerNames = [.. report.Layers.Select(l => project.LayerName(l.Layer))],
            Snapshots = session.Accelerator.Snapshots,
            Warnings = session.Accelerator.Warnings,
            Unloaded = session.Unload(),
        };
    }

    /// <summary>Compares the memory with the known answer.</summary>
    internal static (int Count, ImmutableArray<KnownAnswerMismatch> First, ImmutableArray<KnownAnswerRecord> Output) Compare(
        Accelerator accelerator, ImmutableArray<KnownAnswerRecord> expected)
    {
        int count = 0;
        var first = new List<KnownAnswerMismatch>();
        ImmutableArray<KnownAnswerRecord>.Builder output = ImmutableArray.CreateBuilder<KnownAnswerRecord>();
        foreach (KnownAnswerRecord record in expected)
        {
            var words = new uint[record.Words.Length];
            for (int i = 0; i < words.Length; i++)
            {
                uint address = record.Address + 4 * (uint)i;
                uint? actual = Read(accelerator, address, record.Mask);
                words[i] = actual ?? 0;
                if (actual == record.Words[i])
                    continue;
                count++;
                if (first.Count < ListedMismatches)
                    first.Add(new KnownAnswerMismatch(address, record.Mask, record.Words[i], actual));
            }

            output.Add(record with { Words = [.. words] });
        }

        return (count, [.. first], output.DrainToImmutable());
    }

    private static uint? Read(Accelerator accelerator, uint address, uint mask)
    {
        if (!accelerator.IsWritten(address) && Memories.DataMemory.WordOf(address) >= 0)
            return null;
        return accelerator.ReadResult(address, mask);
    }
}
