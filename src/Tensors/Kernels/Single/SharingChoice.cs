// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels.Single;

/// <summary>
/// Whether the layers of one image are shared by the workers or run by one of them. What a worker wrote the others read through the caches: between processors of one third-level cache two threads
/// take less time than one, between those of different ones more. Nothing tells a program which of the two it has, so the first runs of every <see cref="Period"/> try both, and the
/// faster one runs the rest. Both give the same bits.
/// </summary>
/// <remarks>The shortest of some runs counts, because others only ever make a run longer. Runs of a kind follow each other: workers that slept through the other kind are late for the first.</remarks>
internal sealed class SharingChoice
{
    /// <summary>Runs that try a kind.</summary>
    public const int Trials = 8;

    /// <summary>Runs after which both are tried again: processors and neighbours change.</summary>
    public const int Period = 4096;

    private int _run;
    private long _shared = long.MaxValue;
    private long _alone = long.MaxValue;

    /// <summary>Whether the next run is shared.</summary>
    public bool Shares => _run < Trials || (_run >= 2 * Trials && _shared < _alone);

    /// <summary>Takes the time of a run that did as <see cref="Shares"/> said.</summary>
    /// <param name="ticks">Its time, in any unit.</param>
    public void Took(long ticks)
    {
        if (_run < Trials) _shared = Math.Min(_shared, ticks);
        else if (_run < 2 * Trials) _alone = Math.Min(_alone, ticks);
        if (++_run < Period) return;
        _run = 0;
        _shared = _alone = long.MaxValue;
    }
}
