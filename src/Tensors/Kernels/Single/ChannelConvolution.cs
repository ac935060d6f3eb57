// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>
/// Convolution, transposed convolution or dense layer of one image with its output channels in the lanes, and the bias and activation behind it. The bits are
/// those of <see cref="ConvolutionKernel"/> followed by <see cref="ActivationKernel"/>.
/// </summary>
internal sealed unsafe class ChannelConvolution : ChannelWeightStep
{
    private readonly VectorWidth _width;
    private readonly ChannelMap _x;
    private readonly ChannelMap _y;
    private readonly int _kernelTaps;
    private readonly ChannelTap[] _taps;
    private readonly TapTiling.Cut _large;
    private readonly TapTiling.Cut _small;
    private readonly Activation _activation;
    private readonly bool _absolute;
    private readonly ChannelGroups _groups;
    private readonly ChannelPosition[] _cuts;
    private readonly ChannelParameters _parameters;
    private readonly LaneMemory _packed;

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
        _groups = new ChannelGroups(width, y.Channels);
        _taps = [.. tiling.Taps.Select(tap => new ChannelTap(tap.Distance, tap.Number * (int)width))];
        int first = _groups.Vectors(0), last = _groups.Vectors(_groups.Count - 1);
        _large = tiling.Tiles(ChannelTile.LargestPixels(width, first));
        _small = last == first ? _large : tiling.Tiles(ChannelTile.LargestPixels(width, last));
        _cuts = ChannelItems.Cut(_groups.Count, group => TilesOf(group).Tiles.Length, (group, tile) => Work(group, TilesOf(group).Tiles[tile]), (long)x.Channels * (int)width);
        _parameters = new ChannelParameters(checked(y.Channels * x.Channels * tiling.KernelTaps), bias ? y.Channels : 0, _groups.Lanes);
        _packed = new LaneMemory((long)_groups.Lanes * x.Channels * tiling.KernelTaps);
    }

    public override int Items => _cuts.Length - 1;

    /// <summary>Takes over weights <c>[O, I, taps]</c> and bias; packs them only if a bit has changed.</summary>
    public override void Update(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        if (_parameters.Take(weights, bias)) _groups.Pack(weights, _x.Channels * _kernelTaps, _packed.All);
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

    /// <summary>Tiles of a group: the first groups may have one vector more than the last.</summary>
    private TapTiling.Cut TilesOf(int group) => _groups.Vectors(group) == _groups.Vectors(0) ? _large : _small;

    private long Work(int group, in TapTiling.Tile tile) => (long)(tile.Taps + 1) * tile.Pixels * _groups.Vectors(group);

    private readonly struct ItemWork<TLanes, TVector>(ChannelConvolution step, int item) : IChainWork
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
        for (int group = start.Group; group < _groups.Count && group <= end.Group; group++)
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
        (int first, int count) = _groups.Outputs(group);
        fixed (float* memory = Memory.All, packed = _packed.All, offsets = _parameters.Offsets)
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
                ChannelTileChoice.Run<TLanes, TVector, TChain>(arguments, count / TLanes.Lanes, tile.Pixels);
            }
        }
    }
}
