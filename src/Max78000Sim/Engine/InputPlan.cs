// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Where a layer's data stands, one entry for each processor and pass, and the image that the convolution sees (machine.md sections 11.3 and 11.4).
/// </summary>
internal sealed class InputPlan
{
    private readonly LayerConfiguration _layer;

    /// <summary>Makes the plan.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channels">Processors and passes in the order of the image.</param>
    /// <param name="pixelStride">Bytes from one pixel to the next.</param>
    public InputPlan(LayerConfiguration layer, InputChannel[] channels, int pixelStride)
    {
        _layer = layer;
        Channels = channels;
        PixelStride = pixelStride;
        Columns = layer.ImageColumns + 2 * layer.PadColumns;
        Rows = layer.ImageRows + 2 * layer.PadRows;
        ImageLength = Rows * Columns * channels.Length;
    }

    public InputChannel[] Channels { get; }

    public int PixelStride { get; }

    /// <summary>Bytes from one operand to the next.</summary>
    public static int OperandStride => 4;

    /// <summary>Rows of the image with its padding.</summary>
    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Values of the image, which is <c>[row][column][channel]</c>.</summary>
    public int ImageLength { get; }

    /// <summary>
    /// Makes room for the image. Padding and inserted zeros are never written and stay zero. What is behind it is read but does not count: one value of a last pair, or the row and the column
    /// that complete a last tile.
    /// </summary>
    public short[] CreateImage() => new short[ImageLength + (Columns + 1) * Channels.Length + 2];

    /// <summary>Every pixel of the source that a window covers.</summary>
    public int[] SourcePixels()
    {
        bool[] rows = Covered(_layer.Rows, _layer.PooledRows, _layer.WindowRows);
        bool[] columns = Covered(_layer.Columns, _layer.PooledColumns, _layer.WindowColumns);
        var pixels = new int[rows.Count(r => r) * columns.Count(c => c)];
        int count = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; rows[row] && column < columns.Length; column++)
            {
                if (columns[column])
                    pixels[count++] = row * _layer.Columns + column;
            }
        }

        return pixels;
    }

    /// <summary>How many channels from one on come out of the same word of a pixel.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="lanes">Receives their lanes, one bit each; for data that stands byte after byte all lanes, as all of a word is read in the end.</param>
    public int SharingWord(int first, out int lanes)
    {
        const int Bytes = 4;
        int word = Channels[first].FirstByte / Bytes, count = 0;
        lanes = _layer.ChannelFirst ? 0xf : 0;
        while (first + count < Channels.Length && Channels[first + count].FirstByte / Bytes == word && !(_layer.ChannelFirst && count > 0))
            lanes |= 1 << Channels[first + count++].FirstByte % Bytes;
        return count;
    }

    /// <summary>
    /// Carries a mark of source pixels, as <c>[pixel][channel]</c>, to the image: a value is marked if anything under its pooling window is.
    /// </summary>
    public T?[] Spread<T>(T?[] sources)
        where T : class
    {
        var marked = new T?[ImageLength];
        int channels = Channels.Length;
        int step = _layer.Transposed ? 2 : 1;
        int rows = _layer.WindowRows, columns = _layer.WindowColumns;
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
}

/// <summary>One processor in one pass.</summary>
/// <param name="Processor">0..63.</param>
/// <param name="Pass">From 0.</param>
/// <param name="FirstByte">Byte index in the data memory of pixel 0, operand 0.</param>
internal readonly record struct InputChannel(int Processor, int Pass, int FirstByte);
