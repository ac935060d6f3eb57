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

    /// <summary>The pooled pixel after whose fetch an output pixel is written.</summary>
    public int LastFetchBefore(int outputPixel)
    {
        if (_layer.PassThrough)
            return outputPixel;
        int row = Math.Clamp(outputPixel / _layer.OutputColumns + _layer.KernelRows - 1 - _layer.PadRows, 0, _layer.ImageRows - 1);
        int column = Math.Clamp(outputPixel % _layer.OutputColumns + _layer.KernelColumns - 1 - _layer.PadColumns, 0, _layer.ImageColumns - 1);
        if (!_layer.Transposed)
            return row * _layer.PooledColumns + column;

        // Rows of inserted zeros fetch nothing: all of the row before has been fetched.
        return row / 2 * _layer.PooledColumns + (row % 2 == 0 ? column / 2 : _layer.PooledColumns - 1);
    }

    /// <summary>Cycle of the inference in which the fetch of the last pooled pixel begins.</summary>
    public long CycleOfLastFetch => CycleOfFetch(_layer.PooledRows * _layer.PooledColumns - 1);

    /// <summary>Cycle of the inference in which the fetch of a pooled pixel begins.</summary>
    public long CycleOfFetch(int pooledPixel)
    {
        int step = _layer.Transposed ? 2 : 1;
        int row = pooledPixel / _layer.PooledColumns * step + _layer.PadRows, column = pooledPixel % _layer.PooledColumns * step + _layer.PadColumns;
        return _timeline.CycleOf(_position, _timeline.Layers[_position].PixelStart(row, column));
    }
}
