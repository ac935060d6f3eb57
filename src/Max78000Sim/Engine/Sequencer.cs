// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Bus;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Runs a program in time: takes the frame out of the FIFOs as fast as the first layer does, can be stopped and continued, and is done after the cycles that the program takes.
/// What the layers compute does not depend on time, so they are computed at once when all of their input is there.
/// </summary>
internal sealed class Sequencer(DataMemory data, InputFifos fifos)
{
    private CompiledProgram? _program;
    private bool _paused;
    private bool _computed;
    private int _frameWords;
    private long _now;
    private long _started;
    private long _nextTake;
    private long _done;

    /// <summary>An inference was started and is not done.</summary>
    public bool Busy => _program is not null;

    /// <summary>The inference waits for words that are not in the FIFOs.</summary>
    public bool Starved => _program is not null && !_computed && !CanTake();

    /// <summary>Words of the frame that were taken so far.</summary>
    public int FrameWords => _frameWords;

    /// <summary>Words of the frame of the running inference; 0 if its input stands in memory.</summary>
    public int FrameLength => _program is { Frames.Length: > 0 } program ? program.Frames[0].Words : 0;

    /// <summary>Computes all layers of a program; called once all input is there.</summary>
    public required Func<CompiledProgram, ImmutableArray<LayerSnapshot>> Compute { get; init; }

    /// <summary>What the layers of the last finished inference wrote.</summary>
    public ImmutableArray<LayerSnapshot> Snapshots { get; private set; } = [];

    /// <summary>Starts a program.</summary>
    public void Start(CompiledProgram program)
    {
        _program = program;
        _paused = false;
        _computed = false;
        _frameWords = 0;
        _started = _now;
        _nextTake = _now;
        if (program.Frames.IsEmpty)
            ComputeAll(_now + program.Report.Cycles);
    }

    /// <summary>Stops the clock of the running inference.</summary>
    public void Pause() => _paused = true;

    /// <summary>Lets the running inference go on.</summary>
    public void Continue() => _paused = false;

    /// <summary>Lets time pass.</summary>
    /// <param name="cycles">Cycles of the accelerator's clock.</param>
    /// <returns>The program that has come to its end, or null.</returns>
    public CompiledProgram? Advance(long cycles)
    {
        _now += cycles;
        if (_program is null)
            return null;
        if (_paused)
        {
            _done += cycles;
            _nextTake += cycles;
            return null;
        }

        TakeFrame();
        return _computed && _now >= _done ? Finish() : null;
    }

    /// <summary>Lets time pass until the inference is done, or for ever if it is stopped or waits for input that does not come.</summary>
    /// <returns>The program that has come to its end, or null.</returns>
    public CompiledProgram? AdvanceToEnd()
    {
        if (_program is null || _paused)
            return null;
        while (!_computed && CanTake())
        {
            _now = Math.Max(_now, _nextTake);
            TakeFrame();
        }

        return _computed ? Advance(Math.Max(0, _done - _now)) : null;
    }

    /// <summary>Lets time pass until a FIFO has room, or for ever.</summary>
    public CompiledProgram? AdvanceToRoom(int fifo)
    {
        CompiledProgram? finished = null;
        while (finished is null && fifos.IsFull(fifo) && _program is not null && !_paused && CanTake())
            finished = Advance(Math.Max(0, _nextTake - _now));
        return finished;
    }

    private CompiledProgram Finish()
    {
        CompiledProgram program = _program!;
        _program = null;
        return program;
    }

    private bool CanTake()
    {
        foreach (BufferLayout.Area frame in _program!.Frames)
        {
            if (fifos.Count(Fifo(frame)) == 0)
                return false;
        }

        return true;
    }

    private void TakeFrame()
    {
        CompiledProgram program = _program!;
        while (!_computed && _now >= _nextTake && CanTake())
        {
            foreach (BufferLayout.Area frame in program.Frames)
                data.Store(frame.First + _frameWords, fifos.Take(Fifo(frame)));
            _frameWords++;
            _nextTake = _now + Interval(program);
            if (_frameWords == program.Frames[0].Words)
                ComputeAll(Math.Max(_started + program.Report.Cycles, _now + program.CyclesBehindInput));
        }
    }

    private void ComputeAll(long done)
    {
        Snapshots = Compute(_program!);
        _computed = true;
        _done = done;
    }

    private static int Fifo(BufferLayout.Area frame) => frame.DataRegister == MemoryMap.FastFifoData ? InputFifos.Fast : frame.Unit;

    /// <summary>Cycles between two words: a first layer that streams takes them as it goes, others as fast as they come.</summary>
    private static long Interval(CompiledProgram program) => program.Streams ? program.Report.Layers[0].Cycles / program.Frames[0].Words : 1;
}
