// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Engine;

namespace Ai8x.Max78000Sim.Timing;

/// <summary>
/// Counts the cycles of a layer by stepping the state machine of latency.md section 4 over its padded image. Where that machine is not defined (fewer rows than
/// the kernel needs before its first output, pooling after an element-wise operation) the closed form of section 3 is taken apart into the same states.
/// </summary>
internal sealed class LayerTimer
{
    private readonly LayerConfiguration _layer;
    private readonly CycleCounts _padding;
    private readonly CycleCounts _data;
    private readonly CycleCounts _output;

    private LayerTimer(LayerConfiguration layer)
    {
        _layer = layer;
        int window = layer.PoolEnabled ? layer.PoolRows * layer.PoolColumns : 1;
        int passes = Passes(layer);
        int operands = layer.Operands;
        int cached = layer.PoolFirst ? passes * operands : passes;
        _padding = new CycleCounts(0, cached, cached, 0, 0, 0);
        _data = new CycleCounts(0, passes * operands * window, cached, 0, 0, 0);
        _output = new CycleCounts(0, 0, 0, (long)passes * (layer.PassThrough ? layer.TimeSlots : layer.Slots), 0, 0);
    }

    private static CycleCounts Idle => new(0, 0, 0, 0, 1, 0);

    /// <summary>Cycles of one layer.</summary>
    public static CycleCounts Measure(LayerConfiguration layer)
    {
        var timer = new LayerTimer(layer);
        var start = new CycleCounts(layer.Flatten ? 1 : 0, 0, 0, 0, 0, 0);
        if (layer.PassThrough)
            return start + (timer._data + timer._output) * ((long)layer.PooledRows * layer.PooledColumns);
        bool defined = layer.ImageRows >= layer.KernelRows - 1 - layer.PadRows && layer.ImageColumns >= layer.KernelColumns - 1 - layer.PadColumns;
        return start + (layer.PoolFirst && defined ? timer.Step() : timer.Closed());
    }

    private static int Passes(LayerConfiguration layer) =>
        layer.PassThrough && layer.PoolEnabled ? 2 * layer.Passes - 1 : layer.Passes;

    private CycleCounts Step()
    {
        CycleCounts total = default;
        int rows = _layer.ImageRows + 2 * _layer.PadRows;
        int columns = _layer.ImageColumns + 2 * _layer.PadColumns;
        for (int row = 0; row < rows; row++)
        {
            bool paddingRow = row < _layer.PadRows || row >= rows - _layer.PadRows;
            for (int column = 0; column < columns; column++)
            {
                bool padding = paddingRow || column < _layer.PadColumns || column >= columns - _layer.PadColumns;
                bool completes = row >= _layer.KernelRows - 1 && column >= _layer.KernelColumns - 1;
                total = total + (padding ? _padding : _data) + (completes ? _output : Idle);
            }

            if (row >= _layer.KernelRows - 1)
                total += Dummy;
        }

        return total;
    }

    private CycleCounts Dummy => new(0, 0, 0, 0, 0, _layer.Slots == 1 && _layer.Passes == 1 ? 1 : 0);

    private CycleCounts Closed()
    {
        int pad = _layer.PadColumns, width = _layer.ImageColumns, outputs = _layer.OutputColumns;
        int before = _layer.KernelColumns - 1 - pad;

        // With pooling after the element-wise operation the columns of data count once more for each pass.
        int repeat = _layer.PoolFirst ? 1 : _layer.Passes;
        CycleCounts waitingPadding = _padding + Idle, waitingData = _data + Idle;
        CycleCounts top = waitingPadding * (2 * pad + width * repeat);
        CycleCounts silent = waitingPadding * (2 * pad) + waitingData * (width * repeat);
        CycleCounts row = waitingPadding * pad + waitingData * (before * repeat) + _data * ((outputs - pad) * repeat) + _padding * pad;
        CycleCounts bottom = waitingPadding * (pad + before * repeat) + _padding * ((outputs - pad) * repeat + pad);
        CycleCounts written = _output * outputs + Dummy;
        int skipped = _layer.KernelRows - 1 - _layer.PadRows;
        return top * _layer.PadRows + silent * skipped + (row + written) * (_layer.ImageRows - skipped) + (bottom + written) * _layer.PadRows + PreRead();
    }

    private CycleCounts PreRead()
    {
        if (_layer.PoolFirst)
            return default;
        int firstKernelWord = _layer.GridStart / Device.Registers.MemoryMap.KernelWordBytes;
        int rowPad = _layer.PadRows, columnPad = _layer.PadColumns;
        long windows = (long)(_layer.ImageRows + 2 * rowPad - _layer.KernelColumns + 1) * columnPad
            + (long)(_layer.ImageColumns + 2 * columnPad - _layer.KernelRows + 1) * rowPad - (long)rowPad * columnPad;
        return new CycleCounts(0, windows * firstKernelWord, 0, 0, 0, 0);
    }
}
