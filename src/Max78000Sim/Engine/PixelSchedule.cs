// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// In which order and in which cycle a layer fetches its pooled pixels and writes its output pixels (machine.md section 11.8, latency.md section 4). Pooled pixels are counted in
/// raster order.
/// </summary>
internal sealed class PixelSchedule
{
    private readonly LayerConfiguration _layer;
    private readonly InferenceTimeline _timeline;
    private readonly int _position;

    /// <summary>Makes the schedule of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="timeline">The inference.</param>
    /// <param name="position">Position of the layer in it.</param>
    public PixelSchedule(LayerConfiguration layer, InferenceTimeline timeline, int position)
    {
        _layer = layer;
        _timeline = timeline;
        _position = position;
    }

    /// <summary>Cycle of the inference in which the layer begins.</summary>
    public long FirstCycle => _timeline.CycleOf(_position, 0);

    /// <summary>
    /// The pooled pixel after whose fetch an output pixel is written, -1 if none was fetched before. Outputs whose windows end in the padding below follow the last fetch of all.
    /// </summary>
    public int LastFetchBefore(int outputPixel)
    {
        if (_layer.PassThrough)
            return outputPixel;
        int row = outputPixel / _layer.OutputColumns + _layer.KernelRows - 1 - _layer.PadRows;
        int column = outputPixel % _layer.OutputColumns + _layer.KernelColumns - 1 - _layer.PadColumns;
        if (row < 0)
            return -1;
        if (row >= _layer.ImageRows)
            return _layer.PooledRows * _layer.PooledColumns - 1;
        int step = _layer.Transposed ? 2 : 1;

        // Rows of inserted zeros fetch nothing: all of the row before has been fetched.
        if (row % step != 0)
            return (row / step + 1) * _layer.PooledColumns - 1;
        return row / step * _layer.PooledColumns + (column < 0 ? -1 : Math.Min(column, _layer.ImageColumns - 1) / step);
    }

    /// <summary>Cycle of the inference in which the fetch of the last pooled pixel begins.</summary>
    public long CycleOfLastFetch => CycleOfFetch(_layer.PooledRows * _layer.PooledColumns - 1);

    /// <summary>Cycle of the inference in which the fetch of a pooled pixel begins; of the first one for -1.</summary>
    public long CycleOfFetch(int pooledPixel)
    {
        int step = _layer.Transposed ? 2 : 1;
        pooledPixel = Math.Max(0, pooledPixel);
        int row = pooledPixel / _layer.PooledColumns * step + _layer.PadRows, column = pooledPixel % _layer.PooledColumns * step + _layer.PadColumns;
        return _timeline.CycleOf(_position, _timeline.Layers[_position].PixelStart(row, column));
    }
}
