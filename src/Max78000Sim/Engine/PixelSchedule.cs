// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// In which order and in which cycle a layer fetches its pooled pixels and writes its output pixels (machine.md section 11.8, latency.md section 4). Pooled pixels are counted in
/// raster order.
/// </summary>
internal sealed class PixelSchedule
{
    private readonly LayerConfiguration _layer;
    private readonly long _firstCycle;
    private long[]? _starts;

    /// <summary>Makes the schedule of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="firstCycle">Cycle of the inference in which it begins.</param>
    public PixelSchedule(LayerConfiguration layer, long firstCycle)
    {
        _layer = layer;
        _firstCycle = firstCycle;
    }

    /// <summary>Cycle of the inference in which the layer begins.</summary>
    public long FirstCycle => _firstCycle;

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

    /// <summary>Cycle of the inference in which the fetch of a pooled pixel begins.</summary>
    public long CycleOfFetch(int pooledPixel) => _firstCycle + (_starts ??= Starts())[pooledPixel];

    private long[] Starts()
    {
        var starts = new long[_layer.PooledRows * _layer.PooledColumns];
        long window = _layer.WindowRows * _layer.WindowColumns, passes = _layer.Passes, operands = _layer.Operands;
        long cached = _layer.PoolFirst ? passes * operands : passes;
        long data = passes * operands * window + cached;
        if (_layer.PassThrough)
        {
            for (int pixel = 0; pixel < starts.Length; pixel++)
                starts[pixel] = pixel * (data + passes * _layer.SlotStates);
            return starts;
        }

        long cycle = _layer.Flatten ? 1 : 0, padding = 2 * cached, output = passes * _layer.SlotStates;
        int rows = _layer.ImageRows + 2 * _layer.PadRows, columns = _layer.ImageColumns + 2 * _layer.PadColumns, step = _layer.Transposed ? 2 : 1;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int y = row - _layer.PadRows, x = column - _layer.PadColumns;
                bool inside = y >= 0 && y < _layer.ImageRows && x >= 0 && x < _layer.ImageColumns;
                if (inside && y % step == 0 && x % step == 0)
                    starts[y / step * _layer.PooledColumns + x / step] = cycle;
                bool completes = row >= _layer.KernelRows - 1 && column >= _layer.KernelColumns - 1;
                cycle += (inside ? data : padding) + (completes ? output : 1);
            }

            if (row >= _layer.KernelRows - 1 && _layer.SlotStates == 1 && passes == 1)
                cycle++;
        }

        return starts;
    }
}
