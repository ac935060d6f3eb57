// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim;

/// <summary>What one run of a program gave.</summary>
public sealed record SimulationResult
{
    /// <summary>True if there is a known answer and every word of it was met.</summary>
    public bool Passed => HasKnownAnswer && MismatchCount == 0;

    /// <summary>False if the program has no known answer, so that nothing was checked.</summary>
    public required bool HasKnownAnswer { get; init; }

    /// <summary>Words that differ from the known answer.</summary>
    public required int MismatchCount { get; init; }

    /// <summary>The first words that differ, at most <see cref="Simulation.ListedMismatches"/>.</summary>
    public required ImmutableArray<KnownAnswerMismatch> FirstMismatches { get; init; }

    /// <summary>The simulated words at the places of the known answer, masked; never written words are 0.</summary>
    public required ImmutableArray<KnownAnswerRecord> Output { get; init; }

    /// <summary>Cycles, in all and by layer.</summary>
    public required InferenceReport Inference { get; init; }

    /// <summary>Names of the executed layers, in the order of <see cref="InferenceReport.Layers"/>.</summary>
    public required ImmutableArray<string> LayerNames { get; init; }

    /// <summary>What each layer wrote; empty unless asked for.</summary>
    public required ImmutableArray<LayerSnapshot> Snapshots { get; init; }

    /// <summary>What a strict run would have been refused for: the first hundred. Empty after a strict run.</summary>
    public ImmutableArray<SimulationWarning> Warnings { get; init; } = [];

    /// <summary>The result buffer as the program's unload function fills it, or null without one. 32-bit values are little endian.</summary>
    public required byte[]? Unloaded { get; init; }
}

/// <summary>A word that is not what the program expects.</summary>
/// <param name="Address">Bus address.</param>
/// <param name="Mask">Compared bits.</param>
/// <param name="Expected">Expected masked value.</param>
/// <param name="Actual">Simulated masked value, or null if nobody wrote the word.</param>
public sealed record KnownAnswerMismatch(uint Address, uint Mask, uint Expected, uint? Actual);
