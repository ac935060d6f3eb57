// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>When the words of the input frame arrive: one after the other at the processor's pace, each only once there is room for it.</summary>
internal sealed class FifoArrivals
{
    private readonly FifoFeed _feed;
    private readonly int _capacity;
    private readonly double[] _arrived;
    private readonly long[] _freed;
    private int _words;
    private int _released;

    /// <summary>Starts the feed with the inference.</summary>
    /// <param name="feed">The processor's loop.</param>
    /// <param name="layer">The first layer.</param>
    /// <param name="bufferWords">Words of its ring in data memory behind the FIFO.</param>
    public FifoArrivals(FifoFeed feed, LayerGeometry layer, int bufferWords)
    {
        _feed = feed;
        _capacity = feed.Depth + bufferWords;
        int rows = (layer.Rows - 1) * layer.PoolStride + layer.PoolRows, columns = (layer.Columns - 1) * layer.PoolStride + layer.PoolColumns;
        int words = (rows * columns + feed.PixelsPerWord - 1) / feed.PixelsPerWord;
        _arrived = new double[words];
        _freed = new long[words];
    }

    /// <summary>The first cycle in which this many pixels are there.</summary>
    public long Ready(long pixels)
    {
        int words = (int)Math.Min((pixels + _feed.PixelsPerWord - 1) / _feed.PixelsPerWord, _arrived.Length);
        for (; _words < words; _words++)
        {
            double begin = _words == 0 ? 0 : _arrived[_words - 1];
            if (_words >= _capacity && _words - _capacity < _released)
                begin = Math.Max(begin, _freed[_words - _capacity]);
            _arrived[_words] = begin + _feed.CyclesPerStep;
        }

        return words == 0 ? 0 : (long)Math.Ceiling(_arrived[words - 1]);
    }

    /// <summary>Says that pixels before this one are no longer needed from a cycle on.</summary>
    public void Release(long pixels, long cycle)
    {
        for (int words = (int)Math.Min(pixels / _feed.PixelsPerWord, _freed.Length); _released < words; _released++)
            _freed[_released] = cycle;
    }
}
