// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>
/// What the processor's accesses to the accelerator take: 280 ns a store and 230 ns a load (machine.md section 13). The published loading of kernels, 7.0 to 7.5
/// processor cycles at 100 MHz a byte (silicon.md section 2), is 280 to 300 ns for a word of four.
/// </summary>
public static class BusTime
{
    /// <summary>One store, in microseconds.</summary>
    public const double WriteMicroseconds = 0.280;

    /// <summary>One load, in microseconds.</summary>
    public const double ReadMicroseconds = 0.230;
}

/// <summary>Accesses of one part of a program.</summary>
/// <param name="Writes">Stores on the accelerator's bus.</param>
/// <param name="Reads">Loads.</param>
public readonly record struct BusAccesses(long Writes, long Reads)
{
    /// <summary>What they take, in microseconds.</summary>
    public double Microseconds => Writes * BusTime.WriteMicroseconds + Reads * BusTime.ReadMicroseconds;

    /// <summary>Adds two counts.</summary>
    public static BusAccesses operator +(BusAccesses left, BusAccesses right) => new(left.Writes + right.Writes, left.Reads + right.Reads);

    /// <summary>Adds two counts.</summary>
    public static BusAccesses Add(BusAccesses left, BusAccesses right) => left + right;
}
