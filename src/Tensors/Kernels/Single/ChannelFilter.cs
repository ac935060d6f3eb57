// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>
/// Convolution of one image by <see cref="MinimalFilter"/> with its output channels in the lanes, and the bias and activation behind it. The bits are those of <see cref="MinimalFilterReference"/> followed by
/// <see cref="ActivationKernel"/>. A run of tiles goes through its chains and outputs in memory of its thread, which stays in a near cache; of a single group of outputs the terms of its input as well. More groups share the
/// terms of the whole map, which a step in front makes.
/// </summary>
internal sealed unsafe class ChannelFilter : ChannelWeightStep
{
    // Whole register tiles of four tiles and of six; a multiple of both.
    private const int MostTiles = 12;
    private const int MostVectors = 3;

    // What is in front of a vector's chains and behind them takes about the time of so many input channels.
    private const int WorkBesideTheChain = 4;

    // Kept for the next convolution.
    [ThreadStatic]
    private static LaneMemory? _scratch;

    private readonly VectorWidth _width;
    private readonly ConvolutionShape _shape;
    private readonly ChannelMap _y;
    private readonly Activation _activation;
    private readonly bool _absolute;
    private readonly ChannelGroups _groups;
    private readonly int _tiles;
    private readonly int _runs;
    private readonly int[] _pixels;
    private readonly ChannelMap? _terms;
    private readonly int _distance;
    private readonly ChannelPosition[] _cuts;
    private readonly ChannelParameters _parameters;
    private readonly LaneMemory _packed;

    private ChannelFilter(VectorWidth width, in ConvolutionShape shape, int[] pixels, ChannelMap? terms, in ChannelMap y, bool bias, in Activation activation, bool absolute)
    {
        (_width, _shape, _pixels, _terms, _y, _activation, _absolute) = (width, shape, pixels, terms, y, activation, absolute);
        _groups = new ChannelGroups(width, shape.OutputChannels);
        _tiles = MinimalFilter.Tiles(shape);
        _runs = Runs(shape);
        _distance = terms?.Stride ?? ChannelFilterTerms.Distance(MostTiles, shape.InputChannels);
        long unit = (long)MinimalFilter.Terms * (shape.InputChannels + WorkBesideTheChain) * (int)width;
        _cuts = ChannelItems.Cut(_groups.Count, _ => _runs, (group, run) => (long)TilesOf(run) * _groups.Vectors(group), unit);
        _parameters = new ChannelParameters(shape.WeightCount, bias ? shape.OutputChannels : 0, _groups.Lanes);
        _packed = new LaneMemory((long)_groups.Lanes * MinimalFilter.Terms * shape.InputChannels);
    }

    public override int Items => _cuts.Length - 1;

    /// <summary>Appends a convolution to a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">A convolution that <see cref="MinimalFilter.Takes"/> allows.</param>
    /// <param name="x">Input, of any stride.</param>
    /// <param name="y">Output, of a wide stride.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="activation">The chain behind it.</param>
    /// <param name="absolute">Whether the absolute value is taken in front of the chain.</param>
    /// <returns>The step, which takes the weights.</returns>
    /// <exception cref="ArgumentException">The shape is another's.</exception>
    public static ChannelFilter Add(ChannelProgram program, VectorWidth width, in ConvolutionShape shape, in ChannelMap x, in ChannelMap y, bool bias, in Activation activation, bool absolute = false)
    {
        if (!MinimalFilter.Takes(shape)) throw new ArgumentException($"{shape} is not convolved by minimal filtering", nameof(shape));
        int[] pixels = ChannelFilterTerms.Pixels(shape, x, program.Map(1, shape.InputChannels));
        ChannelMap? terms = null;
        if (new ChannelGroups(width, shape.OutputChannels).Count > 1)
        {
            // Whole runs: what register tiles read behind the last tile is nobody else's.
            terms = program.Shared(MinimalFilter.Terms, ChannelFilterTerms.Distance(Runs(shape) * MostTiles, shape.InputChannels));
            program.Add(new ChannelFilterInput(width, pixels, shape.InputChannels, terms.Value));
        }

        return program.Add(new ChannelFilter(width, shape, pixels, terms, y, bias, activation, absolute));
    }

    /// <summary>Takes over weights <c>[O, I, 3, 3]</c> and bias; transforms and packs them only if a bit has changed.</summary>
    public override void Update(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        if (!_parameters.Take(weights, bias)) return;
        int inputs = _shape.InputChannels, perOutput = MinimalFilter.Terms * inputs;
        var transformed = new float[_shape.OutputChannels * perOutput];
        Span<float> terms = stackalloc float[MinimalFilter.Terms];
        for (int kernel = 0; kernel < _shape.OutputChannels * inputs; kernel++)
        {
            MinimalFilter.Transform(weights.Slice(kernel * _shape.Taps, _shape.Taps), terms);
            for (int term = 0; term < terms.Length; term++) transformed[kernel / inputs * perOutput + term * inputs + kernel % inputs] = terms[term];
        }

        _groups.Pack(transformed, perOutput, _packed.All);
    }

    public override void Run(int item)
    {
        switch (_width)
        {
            case VectorWidth.Vector512: ChainChoice.Run(_activation, marks: false, new ItemWork<Lanes512, Vector512<float>>(this, item)); break;
            case VectorWidth.Vector256: ChainChoice.Run(_activation, marks: false, new ItemWork<Lanes256, Vector256<float>>(this, item)); break;
            case VectorWidth.Vector128: ChainChoice.Run(_activation, marks: false, new ItemWork<Lanes128, Vector128<float>>(this, item)); break;
            default: ChainChoice.Run(_activation, marks: false, new ItemWork<LanesScalar, float>(this, item)); break;
        }
    }

    private static int Runs(in ConvolutionShape shape) => (MinimalFilter.Tiles(shape) + MostTiles - 1) / MostTiles;

    /// <summary>Tiles of a run.</summary>
    private int TilesOf(int run) => Math.Min(MostTiles, _tiles - run * MostTiles);

    private readonly struct ItemWork<TLanes, TVector>(ChannelFilter step, int item) : IChainWork
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        public void Run<TChain>()
            where TChain : struct, IChain => step.Run<TLanes, TVector, TChain>(step._cuts[item], step._cuts[item + 1]);
    }

    private void Run<TLanes, TVector, TChain>(ChannelPosition start, ChannelPosition end)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        int inputs = _shape.InputChannels, mostSums = MinimalFilter.Terms * MostTiles * MostVectors * TLanes.Lanes;
        fixed (float* memory = Memory.All, packed = _packed.All, offsets = _parameters.Offsets, sums = Reserve(mostSums + (_terms is null ? MinimalFilter.Terms * _distance : 0)))
        fixed (int* pixels = _pixels)
        {
            (int group, int run) = start;
            while (group < end.Group || (group == end.Group && run < end.Tile))
            {
                (int first, int count) = _groups.Outputs(group);
                int firstTile = run * MostTiles, tiles = TilesOf(run);
                float* terms = _terms is { } map ? memory + map.Offset + (nint)firstTile * inputs : sums + mostSums;
                if (_terms is null) ChannelFilterTerms.Run<TLanes, TVector>(memory, pixels + firstTile * MinimalFilter.Terms, tiles, inputs, terms, _distance);
                ChannelFilterTile.Run<TLanes, TVector>(count / TLanes.Lanes, terms, _distance, inputs, packed + (nint)first * MinimalFilter.Terms * inputs, tiles, sums, MostTiles * count);
                ChannelFilterOutput.Run<TLanes, TVector, TChain>(Outputs(run, count, sums, offsets == null ? null : offsets + first, memory + _y.Offset + first));
                if (++run == _runs) (group, run) = (group + 1, 0);
            }
        }
    }

    private ChannelFilterOutputArguments Outputs(int run, int count, float* sums, float* bias, float* output)
    {
        int columns = MinimalFilter.TileColumns(_shape);
        return new ChannelFilterOutputArguments
        {
            Sums = sums,
            Term = MostTiles * count,
            Lanes = count,
            Bias = bias,
            Output = output,
            Pixel = _y.Stride,
            OutputHeight = _shape.OutputHeight,
            OutputWidth = _shape.OutputWidth,
            Row = run * MostTiles / columns * MinimalFilter.Step,
            Column = run * MostTiles % columns * MinimalFilter.Step,
            Tiles = TilesOf(run),
            Absolute = _absolute,
            Activation = _activation,
        };
    }

    private static Span<float> Reserve(int count)
    {
        if (_scratch is null || _scratch.Count < count) _scratch = new LaneMemory(count);
        return _scratch.All;
    }
}
