// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The walk of <see cref="WeightGradientPointTile"/> over kernels of one tap without padding, dense layers among them, for vectors of sixteen lanes and for single floats. As many input channels as fit into the second-level cache meet all outputs
/// before the next come, and a strip of pixels, whose gradients stay in the first-level cache, meets all of these: the chains of a block of outputs lie in memory between two strips.
/// </summary>
internal static unsafe class WeightGradientWidePoints
{
    private const int Lanes = LaneLayout.Lanes;
    private const int LargestBlock = WeightGradientPointTile.LargestBlock;
    private const int TileFloats = LargestBlock * LargestBlock * Lanes;

    // 384 KB of input, which leaves room for the gradients in a second-level cache of half a megabyte or more.
    private const int NearFloats = 96 << 10;

    // Pixels of a strip: 16 KB of gradients and as much of input, which has passed through the first-level cache before the next tile wants the gradients again.
    private const int StripPixels = 64;

    /// <summary>Weight gradient of all images.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector>(in ConvolutionShape shape, float* x, float* dy, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int largest = TLanes.Lanes == 1 ? 1 : LargestBlock, pixels = shape.InputPixels;
        nint plane = (nint)pixels * Lanes;
        int outputBlocks = ChannelBlocks.Count(shape.OutputChannels, largest), inputBlocks = ChannelBlocks.Count(shape.InputChannels, largest);
        int near = (int)Math.Clamp(NearFloats / (plane * largest), 1, inputBlocks);
        // Of one strip the chains of a tile are all there is; where there are more, the tiles that are near are few.
        float* memory = stackalloc float[(pixels > StripPixels ? near : 1) * TileFloats + Lanes];
        float* chains = LaneLayout.Align(memory);
        for (int first = 0; first < inputBlocks; first += near)
            for (int outputBlock = 0; outputBlock < outputBlocks; outputBlock++)
            {
                int output = ChannelBlocks.Start(shape.OutputChannels, outputBlocks, outputBlock), outputs = ChannelBlocks.Start(shape.OutputChannels, outputBlocks, outputBlock + 1) - output;
                for (int pixel = 0; pixel < pixels; pixel += StripPixels)
                    for (int inputBlock = first; inputBlock < Math.Min(inputBlocks, first + near); inputBlock++)
                    {
                        int input = ChannelBlocks.Start(shape.InputChannels, inputBlocks, inputBlock), inputs = ChannelBlocks.Start(shape.InputChannels, inputBlocks, inputBlock + 1) - input;
                        float* tile = pixels > StripPixels ? chains + (inputBlock - first) * TileFloats : chains, target = gradient + (nint)output * shape.InputChannels + input;
                        if (pixel == 0 && TLanes.Lanes < Lanes && lanes < Lanes) new Span<float>(tile, outputs * inputs * Lanes).Clear();
                        for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                            Tile<TLanes, TVector>(outputs, inputs, x + input * plane + lane, dy + output * plane + lane, pixels, pixel, tile + lane, target, shape.InputChannels);
                        if (pixel + StripPixels < pixels || LaneTree512.Takes<TVector>()) continue;
                        for (int o = 0; o < outputs; o++) LaneTree.Add(tile + o * inputs * Lanes, inputs, target + (nint)o * shape.InputChannels);
                    }
            }
    }

    private static void Tile<TLanes, TVector>(int outputs, int inputs, float* x, float* dy, int pixels, int pixel, float* chains, float* target, nint stride)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (outputs)
        {
            case 1: Tile<TLanes, TVector, Block1>(inputs, x, dy, pixels, pixel, chains, target, stride); break;
            case 2: Tile<TLanes, TVector, Block2>(inputs, x, dy, pixels, pixel, chains, target, stride); break;
            case 3: Tile<TLanes, TVector, Block3>(inputs, x, dy, pixels, pixel, chains, target, stride); break;
            default: Tile<TLanes, TVector, Block4>(inputs, x, dy, pixels, pixel, chains, target, stride); break;
        }
    }

    private static void Tile<TLanes, TVector, TOutputs>(int inputs, float* x, float* dy, int pixels, int pixel, float* chains, float* target, nint stride)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
    {
        int end = Math.Min(pixels, pixel + StripPixels);
        switch (inputs)
        {
            case 1: WeightGradientPointTile.Run<TLanes, TVector, TOutputs, Block1>(x, dy, pixels, pixel, end, chains, target, stride); break;
            case 2: WeightGradientPointTile.Run<TLanes, TVector, TOutputs, Block2>(x, dy, pixels, pixel, end, chains, target, stride); break;
            case 3: WeightGradientPointTile.Run<TLanes, TVector, TOutputs, Block3>(x, dy, pixels, pixel, end, chains, target, stride); break;
            default: WeightGradientPointTile.Run<TLanes, TVector, TOutputs, Block4>(x, dy, pixels, pixel, end, chains, target, stride); break;
        }
    }
}
