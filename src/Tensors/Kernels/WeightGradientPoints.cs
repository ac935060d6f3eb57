// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The walk of <see cref="WeightGradientColumnTile"/> over kernels of one tap without padding, dense layers among them. Input channels lie below each other like the rows of one tall image, so three of them are the
/// three taps of a tile. As many input channels as stay in the second-level cache are copied in the order of the tiles and meet all outputs before the next come, and a strip of pixels, whose gradients stay in the first-level cache, meets all of these.
/// </summary>
internal static unsafe class WeightGradientPoints
{
    private const int Lanes = LaneLayout.Lanes;
    private const int LargestBlock = WeightGradientColumnTile.LargestBlock;
    private const int LargestTaps = WeightGradientColumnTile.LargestTaps;

    // Chains of a block of outputs and a group of input channels: 64 KB.
    private const int MostChains = 1024;

    // Input of a group: 256 KB, half of the smallest second-level cache, if that is three channels or more.
    private const int NearFloats = 64 << 10;

    // Pixels of a strip: 16 KB of gradients, half of the smallest first-level cache.
    private const int StripPixels = (4 << 10) / (LargestBlock * Lanes);

    [ThreadStatic]
    private static LaneMemory? _memory;

    /// <summary>Weight gradient of all lane groups that hold images.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector>(in ConvolutionShape shape, float* x, float* dy, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* memory = stackalloc float[(MostChains + 1) * Lanes];
        float* chains = LaneLayout.Align(memory);
        int blocks = ChannelBlocks.Count(shape.OutputChannels, LargestBlock), pixels = shape.OutputPixels;
        nint plane = (nint)pixels * Lanes;
        int group = Group(shape);
        if (_memory is null || _memory.Count < group * plane) _memory = new LaneMemory(group * plane);
        // Pinned, and kept for the next layer.
        float* near;
        fixed (float* pinned = _memory.All) near = pinned;
        for (int input = 0; input < shape.InputChannels; input += group)
        {
            int inputs = Math.Min(group, shape.InputChannels - input);
            for (int block = 0; block < blocks; block++)
            {
                int output = ChannelBlocks.Start(shape.OutputChannels, blocks, block), outputs = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - output;
                if (block == 0) Copy<TLanes, TVector>(x + input * plane, pixels, inputs, lanes, near);
                // Of a lane group without an image nobody begins the chains.
                if (lanes <= Lanes - TLanes.Lanes) new Span<float>(chains, inputs * outputs * Lanes).Clear();
                Strips<TLanes, TVector>(near, dy + output * plane, pixels, inputs, outputs, lanes, chains);
                for (int o = 0; o < outputs; o++) LaneTree.Add(chains + (nint)o * inputs * Lanes, inputs, gradient + (nint)(output + o) * shape.InputChannels + input);
            }
        }
    }

    /// <summary>Input channels of a group: of about the same number in each, and whole tiles where the stack has room for their chains.</summary>
    private static int Group(in ConvolutionShape shape)
    {
        long near = Math.Clamp(NearFloats / ((long)shape.OutputPixels * Lanes), LargestTaps, MostChains / LargestBlock);
        int groups = (int)((shape.InputChannels + near - 1) / near), group = (shape.InputChannels + groups - 1) / groups;
        return Math.Min((group + LargestTaps - 1) / LargestTaps * LargestTaps, MostChains / LargestBlock);
    }

    /// <summary>Copies a group's input to <c>[strip][lane group][channel][pixel of the strip][lanes of the group]</c>.</summary>
    private static void Copy<TLanes, TVector>(float* x, int pixels, int inputs, int lanes, float* near)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        for (int pixel = 0; pixel < pixels; pixel += StripPixels)
        {
            int some = Math.Min(StripPixels, pixels - pixel);
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                for (int input = 0; input < inputs; input++)
                {
                    float* source = x + ((nint)input * pixels + pixel) * Lanes + lane;
                    for (float* end = near + some * TLanes.Lanes; near < end; near += TLanes.Lanes, source += Lanes) TLanes.Store(TLanes.Load(source), near);
                }
        }
    }

    private static void Strips<TLanes, TVector>(float* near, float* dy, int pixels, int inputs, int outputs, int lanes, float* chains)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        var tile = new WeightGradientColumnTileArguments
        {
            GradientPlane = (nint)pixels * Lanes,
            ChainPlane = (nint)inputs * Lanes,
            KernelColumns = 1,
            EndRow = 1,
        };
        for (int pixel = 0; pixel < pixels; pixel += StripPixels)
        {
            tile.Begins = pixel == 0;
            tile.OutputWidth = tile.Width = Math.Min(StripPixels, pixels - pixel);
            for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                for (int input = 0; input < inputs; input += LargestTaps)
                {
                    tile.Height = Math.Min(LargestTaps, inputs - input);
                    tile.Input = near;
                    tile.Gradient = dy + (nint)pixel * Lanes + lane;
                    tile.Chains = chains + (nint)input * Lanes + lane;
                    WeightGradientColumns.RunTile<TLanes, TVector, PatchPixels, GradientMap>(tile, outputs, tile.Height);
                    near += (nint)tile.Height * tile.Width * TLanes.Lanes;
                }
        }
    }
}
