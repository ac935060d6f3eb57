// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>
/// The contents of the data buffers during one inference, zero at its start (network-yaml.md section 6). A buffer is a feature map whose
/// rows move up; new rows enter at the end.
/// </summary>
internal sealed class RollingBuffers(ImmutableArray<DataBuffer> buffers)
{
    private readonly int[][] _values = [.. buffers.Select(b => new int[checked(b.Rows * b.Columns * b.Channels)])];

    /// <summary>The buffer as a layer reads it.</summary>
    public IntegerMap Read(int buffer) => new(_values[buffer], new(buffers[buffer].Rows, buffers[buffer].Columns, buffers[buffer].Channels));

    /// <summary>Moves data up by whole rows and fills the end with zeros; the buffer takes the result.</summary>
    public int[] Shift(int rows)
    {
        DataBuffer buffer = buffers[0];
        int channel = buffer.Rows * buffer.Columns, step = rows * buffer.Columns;
        var moved = new int[_values[0].Length];
        for (int c = 0; c < buffer.Channels; c++) Array.Copy(_values[0], c * channel + step, moved, c * channel, channel - step);
        return _values[0] = moved;
    }

    /// <summary>Puts a layer's output into the last rows.</summary>
    public void Insert(int[] output, int rows)
    {
        DataBuffer buffer = buffers[0];
        int channel = buffer.Rows * buffer.Columns, part = rows * buffer.Columns;
        int[] filled = [.. _values[0]];
        for (int c = 0; c < buffer.Channels; c++) Array.Copy(output, c * part, filled, (c + 1) * channel - part, part);
        _values[0] = filled;
    }
}
