// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>How far a streaming layer is, pixel by pixel of its padded image.</summary>
internal sealed class StreamedLayer(LayerTimeline timeline, StreamControl control, StreamedLayer? before)
{
    private readonly LayerGeometry _layer = timeline.Layer;
    private int _row;
    private int _column;

    /// <summary>Values that the layer has written to its row cache, padding included.</summary>
    public long Cached { get; private set; }

    /// <summary>Output pixels that it has written.</summary>
    public long Written { get; private set; }

    /// <summary>Cycles that it has spent.</summary>
    public long Done { get; private set; }

    public bool Finished => _row == timeline.PaddedRows;

    /// <summary>Cycles of the next pixel; the set-up of the layer goes with the first one.</summary>
    public long Cycles => timeline.PixelCycles(_row, _column) + (Cached == 0 ? timeline.Setup : 0);

    /// <summary>Source pixels, in raster order, that the next pixel needs: up to the end of its pooling window.</summary>
    public long Needed => IsPadding ? 0
        : (long)((_row - _layer.PadRows) * _layer.PoolStride + _layer.PoolRows - 1) * SourceColumns
            + Math.Min((_column - _layer.PadColumns) * _layer.PoolStride + _layer.PoolColumns, SourceColumns);

    /// <summary>Source pixels that nothing needs any more once the next pixel was read.</summary>
    public long Released => IsPadding ? 0
        : (long)(_row - _layer.PadRows) * _layer.PoolStride * SourceColumns + Math.Min((_column - _layer.PadColumns + 1) * _layer.PoolStride, SourceColumns);

    public bool CanStart => before is null || before.Finished || (before.Cached >= Threshold && before.Written >= Needed);

    /// <summary>The layer before has written so far ahead that the ring between them no longer holds what the next pixel needs.</summary>
    public bool Overruns => before is not null && !Finished && control.BufferWords > 0
        && (before.Written - OldestNeeded) * _layer.Passes * _layer.Operands > control.BufferWords;

    /// <summary>The first source pixel, in raster order, that the next pixel or a later one needs.</summary>
    private long OldestNeeded
    {
        get
        {
            if (_row < _layer.PadRows)
                return 0;
            int row = _row - _layer.PadRows, column = Math.Max(_column - _layer.PadColumns, 0);
            return column >= _layer.Columns || row >= _layer.Rows
                ? (long)Math.Min(row + 1, _layer.Rows) * _layer.PoolStride * SourceColumns
                : ((long)row * SourceColumns + column) * _layer.PoolStride;
        }
    }

    private int SourceColumns => before?._layer.OutputColumns ?? (_layer.Columns - 1) * _layer.PoolStride + _layer.PoolColumns;

    private bool IsPadding => _row < _layer.PadRows || _row >= _layer.PadRows + _layer.Rows || _column < _layer.PadColumns || _column >= _layer.PadColumns + _layer.Columns;

    /// <summary>Values in the row cache of the layer before that the registers ask for.</summary>
    private long Threshold
    {
        get
        {
            int row = Math.Clamp(_row - _layer.PadRows, 0, _layer.Rows - 1), column = Math.Clamp(_column - _layer.PadColumns, 0, _layer.Columns - 1);
            long rowStep = (long)control.ColumnDelta * (_layer.Columns - 1) + control.RowDelta;
            return control.Start + row * rowStep + (long)column * control.ColumnDelta;
        }
    }

    public void Advance()
    {
        Done += Cycles;
        Cached++;
        if (_row >= _layer.KernelRows - 1 && _column >= _layer.KernelColumns - 1)
            Written++;
        if (++_column < timeline.PaddedColumns)
            return;
        _column = 0;
        _row++;
    }
}
