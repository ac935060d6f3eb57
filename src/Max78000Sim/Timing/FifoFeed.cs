// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>How the processor feeds the first layer through FIFOs: for each word and FIFO it polls the status until there is room, then stores.</summary>
/// <param name="Fifos">FIFOs in use, 1..4; they are fed in turn.</param>
/// <param name="PixelsPerWord">1 for HWC, 4 for CHW.</param>
/// <param name="CyclesPerStep">Accelerator cycles for one word of every FIFO: <see cref="Fifos"/> status reads and stores.</param>
public sealed record FifoFeed(int Fifos, int PixelsPerWord, double CyclesPerStep)
{
    /// <summary>
    /// Words that a FIFO holds. No document gives the depth; docs/fidelity.md shows how little hangs on it.
    /// </summary>
    public const int AssumedDepth = 8;

    /// <summary>Words that a FIFO holds.</summary>
    public int Depth { get; init; } = AssumedDepth;

    /// <summary>A feed by the program's loop at the published costs of bus accesses.</summary>
    /// <param name="fifos">FIFOs in use, 1..4.</param>
    /// <param name="pixelsPerWord">1 for HWC, 4 for CHW.</param>
    /// <param name="clockMegahertz">Clock of the accelerator in MHz, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static FifoFeed Polled(int fifos, int pixelsPerWord, double clockMegahertz = 50)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fifos, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fifos, 4);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockMegahertz);
        return new FifoFeed(fifos, pixelsPerWord, fifos * (BusTime.ReadMicroseconds + BusTime.WriteMicroseconds) * clockMegahertz);
    }
}
