// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>Refuses what the chip does not define, or lists it and goes on.</summary>
/// <param name="strict">Refuse.</param>
internal sealed class FaultReporter(bool strict)
{
    /// <summary>Warnings that are kept; the others are only counted.</summary>
    private const int Kept = 100;

    private readonly List<SimulationWarning> _warnings = [];

    public bool Strict => strict;

    public ImmutableArray<SimulationWarning> Warnings => [.. _warnings];

    /// <summary>All warnings, kept or not.</summary>
    public long Count { get; private set; }

    /// <summary>Throws a fault (strict) or keeps it as a warning.</summary>
    public void Report(SimulationException fault)
    {
        if (strict)
            throw fault;
        Count++;
        if (_warnings.Count < Kept)
            _warnings.Add(new SimulationWarning(fault.Fault, fault.Message, fault.Address, fault.Value));
    }
}
