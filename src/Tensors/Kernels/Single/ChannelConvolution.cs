// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>
/// Convolution, transposed convolution or dense layer of one image with its output channels in the lanes, and the bias and activation behind it. The bits are
/// those of <see cref="ConvolutionKernel"/> followed by <see cref="ActivationKernel"/>.
/// </summary>
internal sealed unsafe class ChannelConvolution : ChannelStep
{
    // An item of about a microsecond is worth handing to a thread; more than two dozen do not balance better.
    private const long WorthAnItem = 1 << 16;
    private const int MostItems = 24;

    private readonly VectorWidth _width;
    private readonly ChannelMap _x;
    private readonly ChannelMap _y;
    private readonly int _kernelTaps;
    private readonly ChannelTap[] _taps;
    private readonly TapTiling.Cut _large;
    private readonly TapTiling.Cut _small;
    private readonly Activation _activation;
    private readonly bool _absolute;
    private readonly int _lanes;
    private readonly int _groups;
    private readonly int _vectors;
    private readonly Position[] _cuts;
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly LaneMemory _packed;
    private readonly LaneMemory? _offsets;
    private bool _isPacked;

    /// <summary>Plans a convolution.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="x">Input.</param>
    /// <param name="y">Output, of a wide stride.</param>
    /// <param name="tiling">Its pixels and taps.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="activation">The chain behind it.</param>
    /// <param name="absolute">Whether the absolute value is taken in front of the chain.</param>
    public ChannelConvolution(VectorWidth width, in ChannelMap x, in ChannelMap y, TapTiling tiling, bool bias, in Activation activation, bool absolute = false)
    {
        (_width, _x, _y, _kernelTaps, _activation, _absolute) = (width, x, y, tiling.KernelTaps, activation, absolute);
        _lanes = (int)width;
        _vectors = (y.Channels + _lanes - 1) / _lanes;
        _groups = ChannelBlocks.Count(_vectors, LargestBlock(width));
        _taps = [.. tiling.Taps.Select(tap => new ChannelTap(tap.Distance, tap.Number * _lanes))];
        _large = tiling.Tiles(ChannelTile.LargestPixels(width, Outputs(0).Count / _lanes));
        _small = Outputs(_groups - 1).Count == Outputs(0).Count ? _large : tiling.Tiles(ChannelTile.LargestPixels(width, Outputs(_groups - 1).Count / _lanes));
        _cuts = Cuts();
        _weights = new float[(long)y.Channels * x.Channels * tiling.KernelTaps];
        _packed = new LaneMemory((long)_vectors * _lanes * x.Channels * tiling.KernelTaps);
        _bias = new float[bias ? y.Channels : 0];
        if (bias) _offsets = new LaneMemory(_vectors * _lanes);
    }

    public override int Items => _cuts.Length - 1;

    /// <summary>Takes over weights <c>[O, I, taps]</c> and bias; packs them only if a bit has changed.</summary>
    public void Update(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        if (weights.Length != _weights.Length || bias.Length != _bias.Length) throw new ArgumentException($"{_weights.Length} weights and {_bias.Length} biases are expected, not {weights.Length} and {bias.Length}");
        if (_isPacked && SameBits(weights, _weights) && SameBits(bias, _bias)) return;
        weights.CopyTo(_weights);
        bias.CopyTo(_bias);
        if (_offsets is not null) bias.CopyTo(_offsets.All);
        int perOutput = _x.Channels * _kernelTaps;
        for (int group = 0; group < _groups; group++)
        {
            (int first, int count) = Outputs(group);
            Span<float> packed = _packed.All[(first * perOutput)..];
            for (int o = 0; o < Math.Min(count, _y.Channels - first); o++)
                for (int i = 0; i < perOutput; i++) packed[i * count + o] = weights[(first + o) * perOutput + i];
        }

        _isPacked = true;
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

    private static int LargestBlock(VectorWidth width) => width switch
    {
        VectorWidth.Scalar => 1,
        _ => 3,
    };

    private static bool SameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b));

    /// <summary>First output channel of a group and number of lanes in it.</summary>
    private (int First, int Count) Outputs(int group)
    {
        int start = ChannelBlocks.Start(_vectors, _groups, group), end = ChannelBlocks.Start(_vectors, _groups, group + 1);
        return (start * _lanes, (end - start) * _lanes);
    }

    /// <summary>Tiles of a group: the first groups may have one vector more than the last.</summary>
    private TapTiling.Cut TilesOf(int group) => Outputs(group).Count == Outputs(0).Count ? _large : _small;

    /// <summary>Cuts the tiles of all groups, group after group so that its weights stay in the cache, into items of about the same work.</summary>
    private Position[] Cuts()
    {
        long all = 0;
        for (int group = 0; group < _groups; group++)
            foreach (TapTiling.Tile tile in TilesOf(group).Tiles) all += Work(group, tile);
        int items = (int)Math.Clamp(all * _x.Channels * _lanes / WorthAnItem, 1, MostItems);
        var cuts = new Position[items + 1];
        long done = 0;
        int next = 1;
        for (int group = 0; group < _groups; group++)
        {
            TapTiling.Tile[] tiles = TilesOf(group).Tiles;
            for (int tile = 0; tile < tiles.Length; tile++)
            {
                while (next < items && done * items >= all * next) cuts[next++] = new Position(group, tile);
                done += Work(group, tiles[tile]);
            }
        }

        while (next <= items) cuts[next++] = new Position(_groups, 0);
        return cuts;
    }

    private long Work(int group, in TapTiling.Tile tile) => (long)(tile.Taps + 1) * tile.Pixels * (Outputs(group).Count / _lanes);

    private readonly struct ItemWork<TLanes, TVector>(ChannelConvolution step, int item) : IChainWork
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        public void Run<TChain>()
            where TChain : struct, IChain => step.Run<TLanes, TVector, TChain>(step._cuts[item], step._cuts[item + 1]);
    }

    private void Run<TLanes, TVector, TChain>(Position start, Position end)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        for (int group = start.Group; group < _groups && group <= end.Group; group++)
        {
            TapTiling.Cut cut = TilesOf(group);
            int firstTile = group == start.Group ? start.Tile : 0, endTile = group == end.Group ? end.Tile : cut.Tiles.Length;
            RunGroup<TLanes, TVector, TChain>(group, cut, firstTile, endTile);
        }
    }

    private void RunGroup<TLanes, TVector, TChain>(int group, TapTiling.Cut cut, int firstTile, int endTile)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        (int first, int count) = Outputs(group);
        fixed (float* memory = Memory.All, packed = _packed.All, offsets = _offsets is null ? default : _offsets.All)
        fixed (int* pixelInputs = cut.PixelInputs, pixelOutputs = cut.PixelOutputs)
        fixed (ChannelTap* taps = _taps)
        {
            var arguments = new ChannelTileArguments
            {
                Input = memory + _x.Offset,
                Weights = packed + (nint)first * _x.Channels * _kernelTaps,
                Bias = offsets == null ? null : offsets + first,
                Output = memory + _y.Offset + first,
                KernelTaps = _kernelTaps,
                InputChannels = _x.Channels,
                Absolute = _absolute,
                Activation = _activation,
            };
            foreach (ref readonly TapTiling.Tile tile in cut.Tiles.AsSpan(firstTile, endTile - firstTile))
            {
                arguments.PixelInputs = pixelInputs + tile.FirstPixel;
                arguments.PixelOutputs = pixelOutputs + tile.FirstPixel;
                arguments.TapList = taps + tile.FirstTap;
                arguments.Taps = tile.Taps;
                switch (count / TLanes.Lanes)
                {
                    case 1: RunTile<TLanes, TVector, Block1, TChain>(arguments, tile.Pixels); break;
                    case 2: RunTile<TLanes, TVector, Block2, TChain>(arguments, tile.Pixels); break;
                    default: RunTile<TLanes, TVector, Block3, TChain>(arguments, tile.Pixels); break;
                }
            }
        }
    }

    private static void RunTile<TLanes, TVector, TBlock, TChain>(in ChannelTileArguments arguments, int pixels)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        switch (pixels)
        {
            case 1: ChannelTile.Run<TLanes, TVector, TBlock, Block1, TChain>(arguments); break;
            case 2: ChannelTile.Run<TLanes, TVector, TBlock, Block2, TChain>(arguments); break;
            case 3: ChannelTile.Run<TLanes, TVector, TBlock, Block3, TChain>(arguments); break;
            case 4: ChannelTile.Run<TLanes, TVector, TBlock, Block4, TChain>(arguments); break;
            default: ChannelTile.Run<TLanes, TVector, TBlock, Block6, TChain>(arguments); break;
        }
    }

    /// <summary>A tile of a group of outputs; the end is the first tile behind the last group.</summary>
    private readonly record struct Position(int Group, int Tile);
}
