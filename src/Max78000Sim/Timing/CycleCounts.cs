// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>Clock cycles by what the sequencer does in them (latency.md section 4).</summary>
/// <param name="Start">Start-up of the inference, set-up of the extended pass counter.</param>
/// <param name="KernelRead">Kernels read ahead of a layer that pools last.</param>
/// <param name="Read">Reads of source elements.</param>
/// <param name="Pad">Read states of padding pixels.</param>
/// <param name="TramWrite">Writes of pixels to the row caches.</param>
/// <param name="Output">Output states: one for each slot and pass, or for each time slot.</param>
/// <param name="Idle">Write states of pixels that complete no window.</param>
/// <param name="Dummy">Extra cycles at row ends with a single slot.</param>
/// <param name="Stall">Waits for the FIFO.</param>
public readonly record struct CycleCounts(
    long Start, long KernelRead, long Read, long Pad, long TramWrite, long Output, long Idle, long Dummy, long Stall)
{
    /// <summary>All cycles together.</summary>
    public long Total => Start + KernelRead + Read + Pad + TramWrite + Output + Idle + Dummy + Stall;

    /// <summary>The cycles of one state.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such state.</exception>
    public long this[SequencerState state] => state switch
    {
        SequencerState.Start => Start,
        SequencerState.KernelRead => KernelRead,
        SequencerState.Read => Read,
        SequencerState.Pad => Pad,
        SequencerState.TramWrite => TramWrite,
        SequencerState.Output => Output,
        SequencerState.Idle => Idle,
        SequencerState.Dummy => Dummy,
        SequencerState.Stall => Stall,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a state of the sequencer"),
    };

    /// <summary>Adds two counts.</summary>
    public static CycleCounts operator +(CycleCounts left, CycleCounts right) => new(
        left.Start + right.Start, left.KernelRead + right.KernelRead, left.Read + right.Read, left.Pad + right.Pad, left.TramWrite + right.TramWrite,
        left.Output + right.Output, left.Idle + right.Idle, left.Dummy + right.Dummy, left.Stall + right.Stall);

    /// <summary>Repeats a count.</summary>
    public static CycleCounts operator *(CycleCounts counts, long times) => new(
        counts.Start * times, counts.KernelRead * times, counts.Read * times, counts.Pad * times, counts.TramWrite * times,
        counts.Output * times, counts.Idle * times, counts.Dummy * times, counts.Stall * times);

    /// <summary>Adds two counts.</summary>
    public static CycleCounts Add(CycleCounts left, CycleCounts right) => left + right;

    /// <summary>Repeats a count.</summary>
    public static CycleCounts Multiply(CycleCounts counts, long times) => counts * times;

    /// <summary>Some cycles of one state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cycles">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such state.</exception>
    public static CycleCounts Of(SequencerState state, long cycles) => state switch
    {
        SequencerState.Start => default(CycleCounts) with { Start = cycles },
        SequencerState.KernelRead => default(CycleCounts) with { KernelRead = cycles },
        SequencerState.Read => default(CycleCounts) with { Read = cycles },
        SequencerState.Pad => default(CycleCounts) with { Pad = cycles },
        SequencerState.TramWrite => default(CycleCounts) with { TramWrite = cycles },
        SequencerState.Output => default(CycleCounts) with { Output = cycles },
        SequencerState.Idle => default(CycleCounts) with { Idle = cycles },
        SequencerState.Dummy => default(CycleCounts) with { Dummy = cycles },
        SequencerState.Stall => default(CycleCounts) with { Stall = cycles },
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a state of the sequencer"),
    };
}
