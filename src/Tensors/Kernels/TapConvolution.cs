// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Convolution of a block of images whose pixels read through lists of taps: transposed convolutions, their input gradients, and dilated convolutions. Each output is the contract's chain:
/// input channel, then taps ascending, bias last; taps outside the map are not in the list.
/// </summary>
/// <remarks>Running changes nothing here, so several workers may share one; each keeps memory of its own from its first run on, or from that of a larger layer.</remarks>
internal sealed unsafe class TapConvolution
{
    private const int Lanes = LaneLayout.Lanes;

    [ThreadStatic]
    private static LaneMemory? _memory;

    private readonly VectorWidth _width;
    private readonly ConvolutionShape _kernels;
    private readonly int _inputPixels;
    private readonly int _outputPixels;
    private readonly TapTiling.Tap[] _taps;

    // The same taps where the tile's input was copied: one behind the other, four pixels each.
    private readonly TapTiling.Tap[] _copiedTaps;
    private readonly int[] _copiedPixels;
    private readonly int _mostTaps;
    private readonly int _blocks;
    private readonly int _smallBlock;
    private readonly int _largeBlocks;
    private readonly TapTiling.Cut _cut;

    /// <summary>Plans a convolution.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="kernels">A convolution of as many channels and taps, by which the weights are packed (<see cref="ConvolutionKernel.Pack"/>, or of whose input gradient: <see cref="ConvolutionKernel.PackTurned"/>).</param>
    /// <param name="tiling">Pixels and taps; a pixel is sixteen floats.</param>
    /// <param name="inputPixels">Pixels of an input channel.</param>
    /// <param name="outputPixels">Pixels of an output channel.</param>
    public TapConvolution(VectorWidth width, in ConvolutionShape kernels, TapTiling tiling, int inputPixels, int outputPixels)
    {
        if (kernels.Taps != tiling.KernelTaps) throw new ArgumentException($"the weights have {kernels.Taps} taps, the tiles {tiling.KernelTaps}");
        (_width, _kernels, _inputPixels, _outputPixels) = (width, kernels, inputPixels, outputPixels);
        _blocks = ConvolutionKernel.Blocks(width, kernels);
        _smallBlock = kernels.OutputChannels / _blocks;
        _largeBlocks = kernels.OutputChannels - _blocks * _smallBlock;
        _taps = tiling.Taps;
        _cut = tiling.Tiles(TapTile.Pixels);
        // Pixels of different taps that are neighbours read the same lines.
        Array.Sort(_cut.Tiles, (a, b) => _cut.PixelOutputs[a.FirstPixel].CompareTo(_cut.PixelOutputs[b.FirstPixel]));
        int lanes = (int)width;
        _copiedTaps = [.. _taps];
        foreach (TapTiling.Tile tile in _cut.Tiles)
        {
            _mostTaps = Math.Max(_mostTaps, tile.Taps);
            for (int tap = 0; tap < tile.Taps; tap++) _copiedTaps[tile.FirstTap + tap] = new(tap * TapTile.Pixels * lanes, _taps[tile.FirstTap + tap].Number);
        }

        _copiedPixels = [.. Enumerable.Range(0, TapTile.Pixels).Select(pixel => pixel * lanes)];
    }

    /// <summary>Runs it for the images in the first lanes.</summary>
    /// <param name="x">Input <c>[I][pixels][16]</c>.</param>
    /// <param name="packed">Packed weights.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[O][pixels][16]</c>; lanes without an image are +0 where they are +0 in the input, or left as they are.</param>
    /// <exception cref="ArgumentException">Memory is too small.</exception>
    public void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, int lanes, Span<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        if (x.Length < (long)_kernels.InputChannels * _inputPixels * Lanes || y.Length < (long)_kernels.OutputChannels * _outputPixels * Lanes
            || packed.Length < _kernels.WeightCount || (!bias.IsEmpty && bias.Length < _kernels.OutputChannels))
            throw new ArgumentException($"memory too small for {_kernels.InputChannels} channels of {_inputPixels} pixels to {_kernels.OutputChannels} of {_outputPixels}");
        fixed (float* input = x, weights = packed, offsets = bias, output = y)
        {
            switch (_width)
            {
                case VectorWidth.Vector512: Run<Lanes512, Vector512<float>>(input, weights, offsets, lanes, output); break;
                case VectorWidth.Vector256: Run<Lanes256, Vector256<float>>(input, weights, offsets, lanes, output); break;
                case VectorWidth.Vector128: Run<Lanes128, Vector128<float>>(input, weights, offsets, lanes, output); break;
                default: Run<LanesScalar, float>(input, weights, offsets, lanes, output); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<TLanes, TVector>(float* x, float* packed, float* bias, int lanes, float* y)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* laneMemory = stackalloc float[2 * Lanes];
        float* laneMask = LaneLayout.Align(laneMemory);
        for (int lane = 0; lane < Lanes; lane++) laneMask[lane] = BitConverter.UInt32BitsToSingle(lane < lanes ? uint.MaxValue : 0);
        // A copy serves all blocks of outputs. Planes may lie so that their lines want the same places of a cache, and a tile's taps are far from each other.
        bool copies = _blocks > 1;
        float* copy = copies ? Reserve((long)_kernels.InputChannels * _mostTaps * TapTile.Pixels * TLanes.Lanes) : null;
        nint inputPlane = (nint)_inputPixels * Lanes;
        fixed (TapTiling.Tap* taps = _taps, copiedTaps = _copiedTaps)
        fixed (int* pixelInputs = _cut.PixelInputs, pixelOutputs = _cut.PixelOutputs, copiedPixels = _copiedPixels)
        {
            var arguments = new TapTileArguments { OutputPlane = (nint)_outputPixels * Lanes, InputChannels = _kernels.InputChannels, KernelTaps = _kernels.Taps };
            foreach (ref readonly TapTiling.Tile tile in _cut.Tiles.AsSpan())
            {
                arguments.PixelOutputs = pixelOutputs + tile.FirstPixel;
                arguments.Pixels = tile.Pixels;
                arguments.Taps = tile.Taps;
                for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                {
                    arguments.Input = x + lane;
                    arguments.InputPlane = inputPlane;
                    arguments.PixelInputs = pixelInputs + tile.FirstPixel;
                    arguments.TapList = taps + tile.FirstTap;
                    if (copies)
                    {
                        TapTile.Copy<TLanes, TVector>(arguments, copy);
                        arguments.Input = copy;
                        arguments.InputPlane = tile.Taps * TapTile.Pixels * TLanes.Lanes;
                        arguments.PixelInputs = copiedPixels;
                        arguments.TapList = copiedTaps + tile.FirstTap;
                    }

                    arguments.LaneMask = laneMask + lane;
                    RunBlocks<TLanes, TVector>(ref arguments, packed, bias, y + lane);
                }
            }
        }
    }

    /// <summary>This thread's memory, pinned and kept for the next convolution.</summary>
    private static float* Reserve(long count)
    {
        if (_memory is null || _memory.Count < count) _memory = new LaneMemory(count);
        fixed (float* pinned = _memory.All) return pinned;
    }

    /// <summary>All outputs of one tile of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RunBlocks<TLanes, TVector>(ref TapTileArguments arguments, float* packed, float* bias, float* y)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        nint perOutput = (nint)_kernels.InputChannels * _kernels.Taps;
        int size;
        for (int block = 0, start = 0; block < _blocks; block++, start += size)
        {
            // As ChannelBlocks cuts, without its divisions.
            size = block < _largeBlocks ? _smallBlock + 1 : _smallBlock;
            arguments.Weights = packed + start * perOutput;
            arguments.Bias = bias == null ? null : bias + start;
            arguments.Output = y + start * arguments.OutputPlane;
            RunTile<TLanes, TVector>(arguments, size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TLanes, TVector>(in TapTileArguments arguments, int outputs)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (outputs)
        {
            case 1: TapTile.Run<TLanes, TVector, Block1>(arguments); break;
            case 2: TapTile.Run<TLanes, TVector, Block2>(arguments); break;
            case 3: TapTile.Run<TLanes, TVector, Block3>(arguments); break;
            case 4: TapTile.Run<TLanes, TVector, Block4>(arguments); break;
            default: TapTile.Run<TLanes, TVector, Block5>(arguments); break;
        }
    }
}
