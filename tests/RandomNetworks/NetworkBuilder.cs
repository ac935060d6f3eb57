// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.RandomNetworks;

/// <summary>Puts a network together block by block and keeps count of what the accelerator has left.</summary>
internal sealed class NetworkBuilder(Random random)
{
    private const int MostLayers = 32;

    private static readonly Func<NetworkBuilder, bool>[] Blocks =
    [
        ConvolutionBlock.TryAdd, ConvolutionBlock.TryAdd, ConvolutionBlock.TryAdd, LinearBlock.TryAdd, PassthroughBlock.TryAdd, ElementwiseBlock.TryAdd, ConcatenationBlock.TryAdd,
        SharedWeightsBlock.TryAdd, Views.TryReshape, Views.TryCrop, RollingBufferBlock.TryAdd, RollingBufferBlock.TryAdd, InPlaceBlock.TryAdd,
    ];

    private readonly List<LayerDescription> _layers = [];
    private readonly List<IntegerLayerArrays> _arrays = [];
    private readonly List<int> _inPlace = [];
    private readonly SortedSet<string> _features = new(StringComparer.Ordinal);
    private readonly bool _marksOutputs = random.Next(5) == 0;
    private FeatureShape _sample;
    private bool _fifo;

    public Random Random => random;

    public DataRegions Memory { get; } = new(random);

    public Budget Budget { get; } = new();

    /// <summary>The data that the next layer reads.</summary>
    public Tensor Current { get; set; } = null!;

    /// <summary>Index of the next layer.</summary>
    public int Count => _layers.Count;

    /// <summary>Whether the next layer takes its input from a FIFO.</summary>
    public bool ReadsFifo => _fifo && Count == 0;

    /// <summary>Words that a rolling buffer may have; nothing else is ever there, because it is alive from the beginning.</summary>
    public Region BufferRegion { get; private set; }

    /// <summary>The rolling buffer, or null without.</summary>
    public DataBuffer? Buffer { get; set; }

    /// <summary>The layer before, or null at the start.</summary>
    public LayerDescription? Last => _layers.Count == 0 ? null : _layers[^1];

    public void Build()
    {
        NetworkInput input = NetworkInput.Choose(random, Memory);
        (_sample, _fifo, Current) = (input.Sample, input.UsesFifo, input.Tensor);
        Note(input.Feature);
        if (random.Next(2) == 0) BufferRegion = Memory.Take(random.Next(8, 400)) ?? default;
        bool started = false;
        for (int attempt = 0; input.MayStream && !started && attempt < 8; attempt++) started = StreamingBlock.TryAdd(this);
        if (Current.Operands > 1) started = ElementwiseBlock.TryJoin(this, Current);
        int blocks = random.Next(1, 6);
        for (int attempt = 0; attempt < 200 && (blocks > 0 || _layers.Count == 0) && _layers.Count < MostLayers - 6; attempt++)
        {
            if (Blocks[random.Next(Blocks.Length)](this)) blocks--;
        }

        if (_layers.Count == 0) PassthroughBlock.Copy(this);
        if (random.Next(3) == 0) ConvolutionBlock.TryAddWide(this);
    }

    public RandomNetwork Finish(int seed)
    {
        bool wide = _layers[^1].OutputWidth == 32, marked = !wide && _layers.Any(layer => layer.IsOutput);
        ImmutableArray<LayerDescription>.Builder layers = ImmutableArray.CreateBuilder<LayerDescription>(_layers.Count);
        for (int i = 0; i < _layers.Count; i++)
        {
            bool last = i == _layers.Count - 1, implied = !last && _layers[i].OutputProcessors == _layers[i + 1].Processors && random.Next(2) == 0;
            layers.Add(_layers[i] with
            {
                IsOutput = marked && (last || _layers[i].IsOutput),
                OutputProcessors = implied ? null : _layers[i].OutputProcessors,
                Name = random.Next(3) == 0 ? string.Create(CultureInfo.InvariantCulture, $"layer {i}") : null,
            });
        }

        if (marked) Note("output-marks");
        if (wide) Note("wide");
        if (_layers.Count == 1) Note("single-layer");
        bool fast = _fifo && MayUseFastFifo() && random.Next(3) != 0;
        if (fast) Note("fast-fifo");
        ImmutableArray<UnloadRange> unload = random.Next(8) == 0 ? Unload() : [];
        return new RandomNetwork
        {
            Seed = seed,
            Description = new() { Source = "random.yaml", Architecture = "random", Dataset = "random", Layers = layers.ToImmutable(), DataBuffers = Buffer is null ? [] : [Buffer], Unload = unload },
            Input = _sample,
            Arrays = [.. _arrays],
            Sample = [.. Enumerable.Range(0, _sample.Count).Select(_ => (sbyte)random.Next(-128, 128))],
            UsesFifo = _fifo,
            UsesFastFifo = fast,
            InPlace = [.. _inPlace],
            Features = [.. _features],
        };
    }

    /// <summary>At most four channels of HWC or one of CHW data, into a layer with operator and 8-bit output (network-yaml.md section 5).</summary>
    private bool MayUseFastFifo() => _sample.Channels <= (_features.Contains("fifo-chw") ? 1 : 4) && _layers[0] is { Operator: not LayerOperator.None, OutputWidth: 8 };

    /// <summary>Rows of the last layer's output, asked for in two parts.</summary>
    private ImmutableArray<UnloadRange> Unload()
    {
        if (Current.Shape.Rows < 2 || Current.Layers is not [int only] || only != Count - 1) return [];
        LayerDescription last = _layers[^1];
        int rows = random.Next(1, Current.Shape.Rows), words = rows * Current.Shape.Columns * Current.Passes * (last.OutputWidth / 8) * (last.WriteGap + 1);
        Note("unload");
        UnloadRange whole = new(last.OutputProcessors!.Value, Current.Shape.Channels, rows, Current.Shape.Columns, last.OutputOffset, last.OutputWidth, last.WriteGap);
        return [whole with { Rows = Current.Shape.Rows - rows, Offset = last.OutputOffset + 4 * words }, whole];
    }

    /// <summary>The next layer writes where it reads.</summary>
    public void MarkInPlace() => _inPlace.Add(Count);

    /// <summary>It does not come about.</summary>
    public void UnmarkInPlace() => _inPlace.RemoveAt(_inPlace.Count - 1);

    /// <summary>Whether the data belongs to the result.</summary>
    public bool IsKept(Tensor data) => data.Layers.Any(layer => layer >= 0 && _layers[layer].IsOutput);

    public void Note(string feature) => _features.Add(feature);

    /// <summary>A layer that reads some data, everything else still open.</summary>
    public LayerDescription Reading(Tensor source)
    {
        int before = source.Layers is [int only] ? only : -2;
        bool follows = before == Count - 1;
        bool sameOffset = follows && source.Offset == (Count == 0 ? 0 : _layers[^1].OutputOffset);
        if (!follows) Note("in-sequences");
        return new LayerDescription
        {
            Processors = source.Map,
            InputLayers = follows && random.Next(4) != 0 ? [] : source.Layers,
            InputOffset = sameOffset && random.Next(2) == 0 ? null : source.Offset,
            InputDimensions = source.NamesDimensions ? (source.Shape.Rows, source.Shape.Columns) : null,
            InputChannels = source.NamesDimensions || (source.Operands == 1 && random.Next(4) == 0) ? source.Shape.Channels : null,
            Crop = source.Crop,
            DataFormat = Count == 0 && source.Layers is [-1] && !source.IsShared && NetworkInput.IsChw(source.Map, _features) ? DataFormat.Chw : DataFormat.Hwc,
        };
    }

    public void Add(LayerDescription layer, IntegerLayerArrays? arrays = null)
    {
        _layers.Add(layer with { IsOutput = _marksOutputs && layer is { Streaming: false, BufferInsert: null, BufferShift: null } && random.Next(4) == 0 });
        if (arrays is not null) _arrays.Add(arrays);
    }

    /// <summary>The data of a block takes the place of what it read.</summary>
    public void Advance(Tensor next)
    {
        Tensor old = Current;
        Current = next;
        if (!IsKept(old) && old.Region != next.Region) Memory.Release(old.Region);
    }
}
