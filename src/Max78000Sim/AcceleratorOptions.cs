// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim;

/// <summary>How the simulated accelerator behaves.</summary>
public sealed record AcceleratorOptions
{
    /// <summary>
    /// True (the default): a program that does what the chip does not define (reserved bits, unknown addresses, unaligned or wrong-width accesses, data that nobody wrote, access to memory
    /// in use, a word lost in a full FIFO) is refused at the first such access. False: such an access has no effect or reads as 0, as a chip might do by luck, and is listed in
    /// <see cref="Accelerator.Warnings"/>. Registers that contradict each other and features that are not executed are faults either way.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>Keep what every layer wrote, for comparison; costs time and memory.</summary>
    public bool TakeSnapshots { get; init; }

    /// <summary>
    /// Words that an input FIFO holds before it reports that it is full, 1 or more. The depth of the chip's FIFOs is not published; programs that poll work with any.
    /// </summary>
    public int FifoDepth { get; init; } = FifoFeed.AssumedDepth;

    /// <summary>Stop an inference behind this hardware layer, 0..31, as if the layer count said so; null runs all.</summary>
    public int? LastLayer { get; init; }
}
