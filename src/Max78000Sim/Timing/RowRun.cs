// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Timing;

/// <summary>Equal rows of the padded image, as groups of equal pixels.</summary>
internal sealed class RowRun
{
    private readonly ImmutableArray<(int First, int Count, PixelRun Pixel)> _pixels;
    private readonly int _columns;
    private readonly int _dummy;

    /// <summary>Describes rows.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="first">The first row of the group.</param>
    /// <param name="count">Rows in the group.</param>
    /// <param name="padding">They lie in the padding.</param>
    /// <param name="completes">Windows end in them.</param>
    public RowRun(LayerGeometry layer, int first, int count, bool padding, bool completes)
    {
        First = first;
        Count = count;
        _columns = layer.Columns + 2 * layer.PadColumns;
        _pixels =
        [
            .. LayerTimeline.Cut(layer.Columns, layer.PadColumns, layer.PassThrough ? 0 : layer.KernelColumns - 1).Select(run =>
            {
                bool ends = completes && run.Completes;
                bool shortened = layer.PoolLast && ends && run.Padding && run.First < layer.PadColumns;
                return (run.First, run.Count, new PixelRun(layer, padding || run.Padding, run.Padding, ends, shortened));
            }),
        ];
        _dummy = completes && layer is { PassThrough: false, Slots: 1, Passes: 1 } ? 1 : 0;
        Counts = _pixels.Aggregate(CycleCounts.Of(SequencerState.Dummy, _dummy), (sum, run) => sum + run.Pixel.Counts * run.Count);
    }

    public int First { get; }

    public int Count { get; }

    /// <summary>Cycles of one row by state.</summary>
    public CycleCounts Counts { get; }

    /// <summary>Cycles of one row.</summary>
    public long Cycles => Counts.Total;

    /// <summary>The state in one cycle of a row; the row number is left 0.</summary>
    public SequencerMoment At(long cycle)
    {
        foreach ((int first, int count, PixelRun pixel) in _pixels)
        {
            if (cycle < pixel.Cycles * count)
                return pixel.At(cycle % pixel.Cycles) with { Column = first + (int)(cycle / pixel.Cycles) };
            cycle -= pixel.Cycles * count;
        }

        return new SequencerMoment(SequencerState.Dummy, Column: _columns - 1);
    }

    /// <summary>Cycles of one pixel; the last of a row includes the dummy cycle.</summary>
    public long PixelCycles(int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, _columns);
        return _pixels.Last(run => run.First <= column).Pixel.Cycles + (column == _columns - 1 ? _dummy : 0);
    }

    /// <summary>Cycles of a pixel before its output states.</summary>
    public long OutputStart(int column)
    {
        PixelRun pixel = _pixels.Last(run => run.First <= column).Pixel;
        return pixel.Cycles - pixel.Outputs;
    }
}
