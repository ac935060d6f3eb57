// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>What the sequencer does for one kind of pixel: reads and row cache writes, then output states or an idle one.</summary>
internal sealed class PixelRun
{
    private readonly LayerGeometry _layer;
    private readonly bool _padding;
    private readonly int _visits;
    private readonly int _fetches;
    private readonly int _reads;
    private readonly int _shortened;
    private readonly int _idle;

    /// <summary>Describes a pixel.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="padding">It lies in the padding.</param>
    /// <param name="paddedColumn">Its column does.</param>
    /// <param name="completes">It completes a window.</param>
    /// <param name="shortened">A padding column before the data that completes a window, of a layer that pools last.</param>
    public PixelRun(LayerGeometry layer, bool padding, bool paddedColumn, bool completes, bool shortened)
    {
        _layer = layer;
        _padding = padding;
        _visits = layer.PoolLast && !layer.PassThrough && !paddedColumn ? layer.Passes : 1;
        _fetches = layer.PoolLast ? layer.Passes : layer.Passes * layer.Operands;
        _reads = padding ? 1 : layer.PoolLast ? layer.Window * layer.Operands : layer.Window;
        _shortened = shortened ? layer.Passes - 1 : 0;
        _idle = completes ? 0 : 1;
        Outputs = completes ? (long)layer.Passes * layer.Slots : 0;
        Cycles = Visit * _visits + Outputs;
    }

    /// <summary>Cycles of the pixel.</summary>
    public long Cycles { get; }

    /// <summary>Output states.</summary>
    public long Outputs { get; }

    private long Visit => (long)_fetches * (_reads + 1) - _shortened + _idle;

    public CycleCounts Counts
    {
        get
        {
            long reads = ((long)_fetches * _reads - _shortened) * _visits;
            return CycleCounts.Of(_padding ? SequencerState.Pad : SequencerState.Read, reads) + CycleCounts.Of(SequencerState.TramWrite, (long)_fetches * _visits)
                + CycleCounts.Of(SequencerState.Idle, _idle * _visits) + CycleCounts.Of(SequencerState.Output, Outputs);
        }
    }

    /// <summary>The state in one cycle of the pixel; row and column are left 0.</summary>
    /// <param name="cycle">0 .. Cycles - 1.</param>
    public SequencerMoment At(long cycle)
    {
        if (cycle >= Visit * _visits)
        {
            long output = cycle - Visit * _visits;
            return new SequencerMoment(SequencerState.Output, Pass: (int)(output / _layer.Slots), Slot: (int)(output % _layer.Slots));
        }

        long inside = cycle % Visit;
        if (inside == Visit - _idle)
            return new SequencerMoment(SequencerState.Idle);

        // Where the padding takes one read state for all passes, the missing ones would stand before the second and every later row cache write.
        if (_shortened > 0 && inside > 1)
            inside = 2 * inside - 1;
        int fetch = (int)(inside / (_reads + 1)), read = (int)(inside % (_reads + 1));
        int pass = _layer.PoolLast ? fetch : fetch / _layer.Operands;
        int operand = _layer.PoolLast ? 0 : fetch % _layer.Operands;
        if (read == _reads)
            return new SequencerMoment(SequencerState.TramWrite, Pass: pass, Operand: operand);
        if (_padding)
            return new SequencerMoment(SequencerState.Pad, Pass: pass, Operand: operand);
        return _layer.PoolLast
            ? new SequencerMoment(SequencerState.Read, Pass: pass, Operand: read % _layer.Operands, Element: read / _layer.Operands)
            : new SequencerMoment(SequencerState.Read, Pass: pass, Operand: operand, Element: read);
    }
}
