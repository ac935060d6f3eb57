// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Where a layer's data stands, one entry for each processor and pass, and how it becomes the image that the convolution sees: read, pool, combine, insert
/// zeros, pad (machine.md sections 11.3 and 11.4).
/// </summary>
internal sealed class InputPlan
{
    private readonly LayerConfiguration _layer;
    private readonly int[] _scratch;
    private readonly int[] _combined;

    /// <summary>Makes the plan.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channels">Processors and passes in the order of the image.</param>
    /// <param name="pixelStride">Bytes from one pixel to the next.</param>
    public InputPlan(LayerConfiguration layer, InputChannel[] channels, int pixelStride)
    {
        _layer = layer;
        Channels = channels;
        Bases = [.. channels.Select(c => c.FirstByte)];
        PixelStride = pixelStride;
        Columns = layer.ImageColumns + 2 * layer.PadColumns;
        Rows = layer.ImageRows + 2 * layer.PadRows;
        _scratch = new int[channels.Length];
        _combined = new int[channels.Length];

        // One more element, because kernels are taken in pairs.
        Image = new short[Rows * Columns * channels.Length + 1];
    }

    public InputChannel[] Channels { get; }

    /// <summary>Byte index of pixel 0, operand 0 of each channel.</summary>
    public int[] Bases { get; }

    public int PixelStride { get; }

    /// <summary>Bytes from one operand to the next.</summary>
    public static int OperandStride => 4;

    /// <summary>Rows of the image with its padding.</summary>
    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The image as <c>[row][column][channel]</c>; padding and inserted zeros are never written and stay zero.</summary>
    public short[] Image { get; }

    /// <summary>Every pixel of the source that a window covers.</summary>
    public IEnumerable<int> SourcePixels()
    {
        bool[] rows = Covered(_layer.Rows, _layer.PooledRows, _layer.PoolEnabled ? _layer.PoolRows : 1);
        bool[] columns = Covered(_layer.Columns, _layer.PooledColumns, _layer.PoolEnabled ? _layer.PoolColumns : 1);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; rows[row] && column < columns.Length; column++)
            {
                if (columns[column])
                    yield return row * _layer.Columns + column;
            }
        }
    }

    /// <summary>Fills the image from memory.</summary>
    public void Fill(byte[] memory)
    {
        int step = _layer.Transposed ? 2 : 1;
        int channels = Bases.Length;
        for (int row = 0; row < _layer.PooledRows; row++)
        {
            int target = ((row * step + _layer.PadRows) * Columns + _layer.PadColumns) * channels;
            for (int column = 0; column < _layer.PooledColumns; column++, target += step * channels)
            {
                Span<short> pixel = Image.AsSpan(target, channels);
                if (_layer.Operands > 1)
                    Combined(memory, row * _layer.Stride, column * _layer.Stride, pixel);
                else if (_layer.PoolEnabled)
                    Pooled(memory, row * _layer.Stride, column * _layer.Stride, 0, pixel);
                else
                    Plain(memory, row * _layer.Stride * _layer.Columns + column * _layer.Stride, 0, pixel);
            }
        }
    }

    /// <summary>
    /// Carries a mark of source pixels, as <c>[pixel][channel]</c>, to the image: a value is marked if anything under its pooling window is.
    /// </summary>
    public T?[] Spread<T>(T?[] sources)
        where T : class
    {
        var marked = new T?[Image.Length];
        int channels = Bases.Length;
        int step = _layer.Transposed ? 2 : 1;
        int rows = _layer.PoolEnabled ? _layer.PoolRows : 1, columns = _layer.PoolEnabled ? _layer.PoolColumns : 1;
        for (int i = 0; i < _layer.PooledRows * _layer.PooledColumns * channels; i++)
        {
            int channel = i % channels, column = i / channels % _layer.PooledColumns, row = i / channels / _layer.PooledColumns;
            int target = ((row * step + _layer.PadRows) * Columns + column * step + _layer.PadColumns) * channels + channel;
            for (int w = 0; w < rows * columns; w++)
                marked[target] ??= sources[((row * _layer.Stride + w / columns) * _layer.Columns + column * _layer.Stride + w % columns) * channels + channel];
        }

        return marked;
    }

    private bool[] Covered(int length, int windows, int window)
    {
        var covered = new bool[length];
        for (int i = 0; i < windows; i++)
            Array.Fill(covered, true, i * _layer.Stride, window);
        return covered;
    }

    private void Plain(byte[] memory, int pixel, int operand, Span<short> target)
    {
        int offset = pixel * PixelStride + operand * OperandStride;
        int[] bases = Bases;
        for (int channel = 0; channel < target.Length; channel++)
            target[channel] = (sbyte)memory[bases[channel] + offset];
    }

    private void Pooled(byte[] memory, int row, int column, int operand, Span<short> target)
    {
        Span<int> scratch = _scratch;
        scratch.Fill(_layer.MaxPool ? sbyte.MinValue : 0);
        int[] bases = Bases;
        for (int r = row; r < row + _layer.PoolRows; r++)
        {
            for (int c = column; c < column + _layer.PoolColumns; c++)
            {
                int offset = (r * _layer.Columns + c) * PixelStride + operand * OperandStride;
                if (_layer.MaxPool)
                {
                    for (int channel = 0; channel < scratch.Length; channel++)
                        scratch[channel] = Math.Max(scratch[channel], (sbyte)memory[bases[channel] + offset]);
                }
                else
                {
                    for (int channel = 0; channel < scratch.Length; channel++)
                        scratch[channel] += (sbyte)memory[bases[channel] + offset];
                }
            }
        }

        Finish(scratch, target);
    }

    private void Combined(byte[] memory, int row, int column, Span<short> target)
    {
        if (_layer.PoolFirst)
        {
            for (int operand = 0; operand < _layer.Operands; operand++)
            {
                if (_layer.PoolEnabled)
                    Pooled(memory, row, column, operand, target);
                else
                    Plain(memory, row * _layer.Columns + column, operand, target);
                Take(target, operand == 0);
            }

            for (int channel = 0; channel < target.Length; channel++)
                target[channel] = (short)Arithmetic.Saturate(_combined[channel]);
            return;
        }

        Span<int> scratch = _scratch;
        scratch.Fill(_layer.MaxPool ? sbyte.MinValue : 0);
        for (int r = row; r < row + _layer.PoolRows; r++)
        {
            for (int c = column; c < column + _layer.PoolColumns; c++)
            {
                for (int operand = 0; operand < _layer.Operands; operand++)
                {
                    Plain(memory, r * _layer.Columns + c, operand, target);
                    Take(target, operand == 0);
                }

                for (int channel = 0; channel < scratch.Length; channel++)
                {
                    int value = Arithmetic.Saturate(_combined[channel]);
                    scratch[channel] = _layer.MaxPool ? Math.Max(scratch[channel], value) : scratch[channel] + value;
                }
            }
        }

        Finish(scratch, target);
    }

    private void Take(ReadOnlySpan<short> values, bool first)
    {
        for (int channel = 0; channel < values.Length; channel++)
            _combined[channel] = first ? values[channel] : Arithmetic.Combine(_layer.Function, _combined[channel], values[channel]);
    }

    private void Finish(ReadOnlySpan<int> totals, Span<short> target)
    {
        int count = _layer.PoolRows * _layer.PoolColumns;
        for (int channel = 0; channel < target.Length; channel++)
        {
            int total = totals[channel];
            target[channel] = (short)(_layer.MaxPool ? total
                : _layer.RoundAverage ? Arithmetic.AverageRounded(total, count) : Arithmetic.AverageTruncated(total, count));
        }
    }
}

/// <summary>One processor in one pass.</summary>
/// <param name="Processor">0..63.</param>
/// <param name="Pass">From 0.</param>
/// <param name="FirstByte">Byte index in the data memory of pixel 0, operand 0.</param>
internal readonly record struct InputChannel(int Processor, int Pass, int FirstByte);
