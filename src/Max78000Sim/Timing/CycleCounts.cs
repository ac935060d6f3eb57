// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>Clock cycles by what the accelerator does in them (latency.md section 4).</summary>
/// <param name="Start">Cycles before the first read: start-up of the inference, set-up of the extended pass counter.</param>
/// <param name="Read">Reads of data memory, one for each pooled source element or padding pixel.</param>
/// <param name="TramWrite">Writes of pixels to the row cache.</param>
/// <param name="Output">Output states: one for each slot and pass, or for each time slot.</param>
/// <param name="Idle">Write states of pixels that complete no window.</param>
/// <param name="Dummy">Extra cycles at row ends with a single slot.</param>
public readonly record struct CycleCounts(long Start, long Read, long TramWrite, long Output, long Idle, long Dummy)
{
    /// <summary>All cycles together.</summary>
    public long Total => Start + Read + TramWrite + Output + Idle + Dummy;

    /// <summary>Adds two counts.</summary>
    public static CycleCounts operator +(CycleCounts left, CycleCounts right) => new(
        left.Start + right.Start, left.Read + right.Read, left.TramWrite + right.TramWrite, left.Output + right.Output, left.Idle + right.Idle,
        left.Dummy + right.Dummy);

    /// <summary>Repeats a count.</summary>
    public static CycleCounts operator *(CycleCounts counts, long times) => new(
        counts.Start * times, counts.Read * times, counts.TramWrite * times, counts.Output * times, counts.Idle * times, counts.Dummy * times);

    /// <summary>Adds two counts.</summary>
    public static CycleCounts Add(CycleCounts left, CycleCounts right) => left + right;

    /// <summary>Repeats a count.</summary>
    public static CycleCounts Multiply(CycleCounts counts, long times) => counts * times;
}
