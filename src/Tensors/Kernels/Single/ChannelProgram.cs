// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>
/// A network for one image at a time: lanes are channels, and the threads share each layer where that is faster (<see cref="SharingChoice"/>). It computes the bits of the block path, which takes
/// sixteen images at once; that one is faster above <see cref="MostImages"/> images. Memory is allocated by the first run.
/// </summary>
/// <remarks>A program serves one caller at a time. It does not own the context.</remarks>
internal sealed class ChannelProgram
{
    /// <summary>Largest number of images that is faster one by one, measured on one thread: eight took half the time of a block.</summary>
    public const int MostImages = 12;

    private const int ByteValues = 256;

    private readonly ComputeContext _context;
    private readonly SharingChoice _choice = new();
    private readonly Action<int, int> _runAlone;
    private readonly List<ChannelStep> _steps = [];
    private readonly float[] _quotients = new float[ByteValues];
    private LaneMemory? _memory;
    private int _length;
    private float _divisor;
    private ChannelMap _input;
    private ChannelMap _shared;

    /// <summary>Makes an empty program.</summary>
    /// <param name="context">The workers.</param>
    public ChannelProgram(ComputeContext context) => (_context, _runAlone) = (context, (_, _) => RunAlone());

    /// <summary>Reserves a map whose channels fill whole vectors.</summary>
    public ChannelMap Map(int pixels, int channels) => Reserve(pixels, channels, ChannelMap.WideStride(channels));

    /// <summary>Memory for what one step hands to the one behind it and nobody else reads: all such pairs have the same.</summary>
    public ChannelMap Shared(int pixels, int channels)
    {
        if (_shared.Length < (long)pixels * ChannelMap.WideStride(channels)) _shared = Map(pixels, channels);
        return new ChannelMap(_shared.Offset, pixels, channels, ChannelMap.WideStride(channels));
    }

    /// <summary>Reserves the input.</summary>
    /// <param name="shape">Shape of a sample.</param>
    /// <param name="channelByChannel">Whether all its readers read single channels, so that it can be dense.</param>
    public ChannelMap Input(SampleShape shape, bool channelByChannel) =>
        _input = Reserve(shape.Pixels, shape.Channels, channelByChannel ? shape.Channels : ChannelMap.WideStride(shape.Channels));

    /// <summary>Appends a step.</summary>
    public T Add<T>(T step)
        where T : ChannelStep
    {
        _steps.Add(step);
        return step;
    }

    /// <summary>Appends an element-wise chain from map to map of the same stride.</summary>
    public void AddActivation(Activation activation, ChannelMap x, ChannelMap y) => Add(new ChannelAction(memory =>
        ActivationKernel.Forward(_context.VectorWidth, activation, memory.Region(x.Offset, x.Length), x.Length / LaneLayout.Lanes, LaneLayout.Lanes, memory.Region(y.Offset, y.Length), [])));

    /// <summary>Appends a move of elements: those of the map <paramref name="x"/> in channel-major order go to the given positions of the memory.</summary>
    public void AddMove(ChannelMap x, Func<int, int, int> target)
    {
        (int From, int To)[] moves = [.. from channel in Enumerable.Range(0, x.Channels) from pixel in Enumerable.Range(0, x.Pixels) select (x.At(channel, pixel), target(channel, pixel))];
        Add(new ChannelAction(memory =>
        {
            Span<float> values = memory.All;
            foreach ((int from, int to) in moves) values[to] = values[from];
        }));
    }

    /// <summary>Runs one image.</summary>
    /// <param name="sample">The image, row-major <c>[H, W, C]</c>.</param>
    /// <param name="divisor">Divisor of its bytes.</param>
    public void Run(ReadOnlySpan<sbyte> sample, float divisor)
    {
        if (_memory is null) Allocate();
        Load(sample, divisor);
        if (_context.Threads == 1)
        {
            _context.For(1, _runAlone);
            return;
        }

        long start = Stopwatch.GetTimestamp();
        if (_choice.Shares) RunShared();
        else _context.For(1, _runAlone);
        _choice.Took(Stopwatch.GetTimestamp() - start);
    }

    /// <summary>Values of a map after a run.</summary>
    public ReadOnlySpan<float> Values(in ChannelMap map) => _memory!.Region(map.Offset, map.Length);

    private void RunShared()
    {
        foreach (ChannelStep step in CollectionsMarshal.AsSpan(_steps))
        {
            int items = step.Items;
            if (items == 1) step.Run(0);
            else _context.For(items, step.Body);
        }
    }

    private void RunAlone()
    {
        foreach (ChannelStep step in CollectionsMarshal.AsSpan(_steps))
            for (int item = 0; item < step.Items; item++) step.Run(item);
    }

    private ChannelMap Reserve(int pixels, int channels, int stride)
    {
        long end = _length + (long)pixels * stride;
        if (end > Array.MaxLength - LaneLayout.Alignment) throw new ArgumentException("the maps of one image do not fit into memory: use smaller maps or fewer channels");
        var map = new ChannelMap(_length, pixels, channels, stride);
        _length = (int)((end + LaneLayout.Lanes - 1) / LaneLayout.Lanes * LaneLayout.Lanes);
        return map;
    }

    private void Allocate()
    {
        _memory = new LaneMemory(_length);
        foreach (ChannelStep step in _steps) step.Memory = _memory;
    }

    private void Load(ReadOnlySpan<sbyte> sample, float divisor)
    {
        if (divisor != _divisor)
        {
            for (int i = 0; i < ByteValues; i++) _quotients[i] = (i + sbyte.MinValue) / divisor;
            _divisor = divisor;
        }

        Span<float> values = _memory!.Region(_input.Offset, _input.Length);
        ReadOnlySpan<float> quotients = _quotients;
        if (_input.Stride == _input.Channels)
        {
            for (int i = TransposeKernel.Divide(sample[..values.Length], divisor, values); i < values.Length; i++) values[i] = quotients[(byte)(sample[i] - sbyte.MinValue)];
            return;
        }

        for (int p = 0, i = 0; p < _input.Pixels; p++)
            for (int c = 0; c < _input.Channels; c++) values[p * _input.Stride + c] = quotients[(byte)(sample[i++] - sbyte.MinValue)];
    }
}
