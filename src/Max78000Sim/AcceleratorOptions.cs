// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim;

/// <summary>How the simulated accelerator behaves.</summary>
public sealed record AcceleratorOptions
{
    /// <summary>
    /// True (the default): reserved bits and reads of data that nobody wrote are faults. False: reserved bits are dropped and unwritten data reads as 0, as a chip might do
    /// by luck. Unknown addresses and features that are not executed are faults either way.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>Keep what every layer wrote, for comparison; costs time and memory.</summary>
    public bool TakeSnapshots { get; init; }
}
