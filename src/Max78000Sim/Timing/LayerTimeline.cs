// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Timing;

/// <summary>
/// All cycles of one layer, coded as runs: groups of equal rows, in them groups of equal pixels, in them runs of states. It takes a few hundred bytes for any size of
/// image, and any cycle can be asked for in constant time.
/// </summary>
public sealed class LayerTimeline
{
    private readonly long _kernelReads;
    private readonly ImmutableArray<RowRun> _rows;

    /// <summary>Derives the timeline.</summary>
    /// <param name="layer">The layer.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the layer has no output.</exception>
    public LayerTimeline(LayerGeometry layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        layer.Check();
        Layer = layer;
        _kernelReads = layer.KernelReads;
        _rows = Rows(layer);
        Counts = _rows.Aggregate(
            CycleCounts.Of(SequencerState.Start, layer.ExtendedPasses ? 1 : 0) + CycleCounts.Of(SequencerState.KernelRead, _kernelReads),
            (sum, row) => sum + row.Counts * row.Count);
    }

    /// <summary>The layer.</summary>
    public LayerGeometry Layer { get; }

    /// <summary>Cycles by state.</summary>
    public CycleCounts Counts { get; }

    /// <summary>All cycles.</summary>
    public long Cycles => Counts.Total;

    /// <summary>Cycles before the first pixel.</summary>
    public long Setup => (Layer.ExtendedPasses ? 1 : 0) + _kernelReads;

    /// <summary>Rows of the padded image.</summary>
    public int PaddedRows => Layer.Rows + 2 * Layer.PadRows;

    /// <summary>Columns of the padded image.</summary>
    public int PaddedColumns => Layer.Columns + 2 * Layer.PadColumns;

    /// <summary>What the sequencer does in one cycle.</summary>
    /// <param name="cycle">Cycle of the layer, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The layer does not have that cycle.</exception>
    public SequencerMoment At(long cycle)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cycle);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cycle, Cycles);
        if (cycle < Setup)
            return new SequencerMoment(Layer.ExtendedPasses && cycle == 0 ? SequencerState.Start : SequencerState.KernelRead);
        long inside = cycle - Setup;
        int group = 0;
        for (; inside >= _rows[group].Cycles * _rows[group].Count; group++)
            inside -= _rows[group].Cycles * _rows[group].Count;
        int row = _rows[group].First + (int)(inside / _rows[group].Cycles);
        return _rows[group].At(inside % _rows[group].Cycles) with { Row = row };
    }

    /// <summary>Cycles of one pixel of the padded image; the last of a row includes the dummy cycle.</summary>
    /// <param name="row">Row of the padded image.</param>
    /// <param name="column">Column of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pixel is outside.</exception>
    public long PixelCycles(int row, int column) => Row(row).PixelCycles(column);

    /// <summary>Cycles of one row of the padded image.</summary>
    /// <param name="row">Row of the padded image.</param>
    /// <exception cref="ArgumentOutOfRangeException">The row is outside.</exception>
    public long RowCycles(int row) => Row(row).Cycles;

    /// <summary>The cycle in which the last pass of a slot is computed for an output pixel, which is when its value exists.</summary>
    /// <param name="row">Output row.</param>
    /// <param name="column">Output column.</param>
    /// <param name="pass">Pass, from 0; the last one of a convolution.</param>
    /// <param name="slot">Output slot, or time slot.</param>
    /// <exception cref="ArgumentOutOfRangeException">The layer has no such output.</exception>
    public long OutputCycle(int row, int column, int pass, int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Layer.OutputRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Layer.OutputColumns);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)pass, (uint)Layer.Passes);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Layer.Slots);
        (int lastRow, int lastColumn) = (Layer.PassThrough ? row : row + Layer.KernelRows - 1, Layer.PassThrough ? column : column + Layer.KernelColumns - 1);
        return PixelStart(lastRow, lastColumn) + Row(lastRow).OutputStart(lastColumn) + (long)pass * Layer.Slots + slot;
    }

    /// <summary>The cycle in which a pixel of the padded image begins.</summary>
    /// <param name="row">Row of the padded image.</param>
    /// <param name="column">Column of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pixel is outside.</exception>
    internal long PixelStart(int row, int column)
    {
        long before = Setup;
        foreach (RowRun run in _rows)
            before += Math.Clamp(row - run.First, 0, run.Count) * run.Cycles;
        for (int c = 0; c < column; c++)
            before += PixelCycles(row, c);
        return before;
    }

    private RowRun Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, PaddedRows);
        int group = _rows.Length - 1;
        while (_rows[group].First > row)
            group--;
        return _rows[group];
    }

    private static ImmutableArray<RowRun> Rows(LayerGeometry layer) =>
    [
        .. Cut(layer.Rows, layer.PadRows, layer.PassThrough ? 0 : layer.KernelRows - 1)
            .Select(run => new RowRun(layer, run.First, run.Count, run.Padding, run.Completes)),
    ];

    /// <summary>Cuts a padded length where padding begins or ends and where windows begin to be complete.</summary>
    internal static IEnumerable<(int First, int Count, bool Padding, bool Completes)> Cut(int length, int pad, int firstComplete)
    {
        int end = length + 2 * pad;
        int[] cuts = [.. ((int[])[0, pad, pad + length, firstComplete, end]).Where(cut => cut <= end).Distinct().Order()];
        for (int i = 0; i + 1 < cuts.Length; i++)
            yield return (cuts[i], cuts[i + 1] - cuts[i], cuts[i] < pad || cuts[i] >= pad + length, cuts[i] >= firstComplete);
    }
}
