// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The walk of <see cref="WeightGradientColumnTile"/>: for each block of outputs, strips of rows whose gradients stay in the first-level cache while all input channels pass by. A strip ends all its chains in
/// memory, so input channels are taken in groups whose chains fit the stack.
/// </summary>
internal static unsafe class WeightGradientColumns
{
    private const int Lanes = LaneLayout.Lanes;
    private const int LargestBlock = WeightGradientColumnTile.LargestBlock;

    // Chains of a group: 64 KB.
    private const int MostChains = 1024;

    // Gradients of a strip: 16 KB, half of the smallest first-level cache; the other half is for input and chains.
    private const int StripFloats = 4 << 10;

    /// <summary>Whether a convolution is for this tile: kernels of several rows, and those of one row whose image has one row as well, for which columns are rows.</summary>
    public static bool Takes(in ConvolutionShape shape) => shape.KernelRows > 1 || shape.Height == 1 && shape.PaddingRows == 0;

    /// <summary>Weight gradient of all lane groups that hold images.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector>(in ConvolutionShape convolution, float* x, float* dy, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        ConvolutionShape shape = convolution.KernelRows > 1 ? convolution : Turned(convolution);
        float* memory = stackalloc float[(MostChains + 1) * Lanes];
        float* chains = LaneLayout.Align(memory);
        int blocks = ChannelBlocks.Count(shape.OutputChannels, LargestBlock), taps = shape.Taps, most = MostChains / (LargestBlock * taps);
        nint inputPlane = (nint)shape.InputPixels * Lanes, gradientPlane = (nint)shape.OutputPixels * Lanes;
        var tile = new WeightGradientColumnTileArguments
        {
            GradientPlane = gradientPlane,
            InputPixel = Lanes,
            ChainPlane = (nint)taps * Lanes,
            KernelColumns = shape.KernelColumns,
            Height = shape.Height,
            Width = shape.Width,
            OutputWidth = shape.OutputWidth,
            PaddingColumns = shape.PaddingColumns,
        };
        for (int block = 0; block < blocks; block++)
        {
            int output = ChannelBlocks.Start(shape.OutputChannels, blocks, block), outputs = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - output;
            for (int input = 0; input < shape.InputChannels; input += most)
            {
                int inputs = Math.Min(most, shape.InputChannels - input);
                new Span<float>(chains, inputs * outputs * taps * Lanes).Clear();
                Strips<TLanes, TVector>(shape, ref tile, x + input * inputPlane, dy + output * gradientPlane, inputs, outputs, lanes, chains);
                for (int c = 0; c < inputs; c++)
                    for (int o = 0; o < outputs; o++)
                        LaneTree.Add(chains + ((nint)c * outputs + o) * taps * Lanes, taps, gradient + ((nint)(output + o) * shape.InputChannels + input + c) * taps);
            }
        }
    }

    private static void Strips<TLanes, TVector>(in ConvolutionShape shape, ref WeightGradientColumnTileArguments tile, float* x, float* dy, int inputs, int outputs, int lanes, float* chains)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int rows = Math.Max(1, StripFloats / Math.Max(1, outputs * shape.OutputWidth * Lanes));
        nint inputPlane = (nint)shape.InputPixels * Lanes;
        for (tile.FirstRow = 0; tile.FirstRow < shape.OutputHeight; tile.FirstRow = tile.EndRow)
        {
            tile.EndRow = Math.Min(shape.OutputHeight, tile.FirstRow + rows);
            for (int c = 0; c < inputs; c++)
                for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                {
                    tile.Input = x + c * inputPlane + lane;
                    tile.Gradient = dy + lane;
                    for (int ky = 0; ky < shape.KernelRows; ky += WeightGradientColumnTile.LargestTaps)
                    {
                        tile.RowShift = ky - shape.PaddingRows;
                        tile.Chains = chains + ((nint)c * outputs * shape.Taps + ky * shape.KernelColumns) * Lanes + lane;
                        RunTile<TLanes, TVector>(tile, outputs, Math.Min(WeightGradientColumnTile.LargestTaps, shape.KernelRows - ky));
                    }
                }
        }
    }

    /// <summary>A tile of 1..4 outputs and 1..3 taps.</summary>
    public static void RunTile<TLanes, TVector>(in WeightGradientColumnTileArguments tile, int outputs, int taps)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        switch (outputs)
        {
            case 1: RunTile<TLanes, TVector, Block1>(tile, taps); break;
            case 2: RunTile<TLanes, TVector, Block2>(tile, taps); break;
            case 3: RunTile<TLanes, TVector, Block3>(tile, taps); break;
            default: RunTile<TLanes, TVector, Block4>(tile, taps); break;
        }
    }

    private static void RunTile<TLanes, TVector, TOutputs>(in WeightGradientColumnTileArguments tile, int taps)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
    {
        switch (taps)
        {
            case 1: WeightGradientColumnTile.Run<TLanes, TVector, TOutputs, Block1>(tile); break;
            case 2: WeightGradientColumnTile.Run<TLanes, TVector, TOutputs, Block2>(tile); break;
            default: WeightGradientColumnTile.Run<TLanes, TVector, TOutputs, Block3>(tile); break;
        }
    }

    /// <summary>One row as one column: the same values at the same places.</summary>
    private static ConvolutionShape Turned(in ConvolutionShape shape) =>
        new(shape.InputChannels, shape.OutputChannels, shape.Width, 1, shape.KernelColumns, 1, shape.PaddingColumns, 0);
}
