// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// <see cref="ConvolutionTile"/> for maps of one pixel where sixteen images are several vectors, among them dense layers: up to three output channels times two lane groups. One tap of a kernel lies inside the image, and no other is looked at.
/// A tile of four neighbouring pixels would have one accumulator for each output channel, which waits for its own last product.
/// </summary>
internal static unsafe class ConvolutionPixelTile
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Whether a convolution is for this tile.</summary>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="shape">The convolution.</param>
    public static bool Takes(int lanes, in ConvolutionShape shape) => lanes is > 1 and < Lanes && shape is { Height: 1, Width: 1, OutputHeight: 1, OutputWidth: 1 };

    /// <summary>All outputs of all lane groups that hold images.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="tile">Input, packed weights, biases, output, masks and chain from the first channel and image on.</param>
    /// <param name="largestBlock">Outputs of a block in the order of the weights, 1..3.</param>
    /// <param name="images">Images.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunBlocks<TLanes, TVector, TChain>(in ConvolutionShape shape, ConvolutionTileArguments tile, int largestBlock, int images)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        int blocks = ChannelBlocks.Count(shape.OutputChannels, largestBlock);
        // An output of as many pixels as the input has as much padding on either side as the kernel reaches, so its tap in the middle is the one inside.
        int taps = shape.Taps, inside = shape.PaddingRows * shape.KernelColumns + shape.PaddingColumns;
        tile.InputChannels = shape.InputChannels;
        for (int block = 0; block < blocks; block++)
        {
            int start = ChannelBlocks.Start(shape.OutputChannels, blocks, block), size = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - start;
            ConvolutionTileArguments current = tile;
            current.Weights += (nint)start * shape.InputChannels * taps + inside * size;
            current.WeightPlane = (nint)taps * size;
            current.Bias = tile.Bias == null ? null : tile.Bias + start;
            current.Output += (nint)start * Lanes;
            current.PassMasks = TChain.Marks ? tile.PassMasks + start : null;
            for (int lane = 0; lane < images; lane += 2 * TLanes.Lanes)
            {
                current.Lane = lane;
                int groups = images - lane > TLanes.Lanes ? 2 : 1;
                switch (size)
                {
                    case 1: Run<TLanes, TVector, Block1, TChain>(current, groups); break;
                    case 2: Run<TLanes, TVector, Block2, TChain>(current, groups); break;
                    default: Run<TLanes, TVector, Block3, TChain>(current, groups); break;
                }
            }
        }
    }

    /// <summary>A tile of two lane groups from <see cref="ConvolutionTileArguments.Lane"/> on, of which the second is stored where it holds an image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TBlock, TChain>(in ConvolutionTileArguments arguments, int groups)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a10 = TLanes.Zero, a11 = TLanes.Zero, a20 = TLanes.Zero, a21 = TLanes.Zero;
        float* input = arguments.Input + arguments.Lane, weights = arguments.Weights;
        nint plane = arguments.WeightPlane;
        for (int channel = arguments.InputChannels; channel > 0; channel--, input += Lanes, weights += plane)
        {
            TVector w0 = TLanes.Create(weights[0]);
            TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[1]) : default;
            TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[2]) : default;
            OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input), w0, w1, w2, ref a00, ref a10, ref a20);
            OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + TLanes.Lanes), w0, w1, w2, ref a01, ref a11, ref a21);
        }

        Finish<TLanes, TVector, TBlock, TChain>(arguments, 0, a00, a10, a20);
        if (groups > 1) Finish<TLanes, TVector, TBlock, TChain>(arguments, TLanes.Lanes, a01, a11, a21);
    }

    /// <summary>Bias, chain and stores of a lane group that begins so many images after the tile's first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector, TBlock, TChain>(in ConvolutionTileArguments arguments, int lane, TVector a0, TVector a1, TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        Finish<TLanes, TVector, TChain>(arguments, 0, arguments.Lane + lane, a0);
        if (TBlock.Value > 1) Finish<TLanes, TVector, TChain>(arguments, 1, arguments.Lane + lane, a1);
        if (TBlock.Value > 2) Finish<TLanes, TVector, TChain>(arguments, 2, arguments.Lane + lane, a2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector, TChain>(in ConvolutionTileArguments arguments, int channel, int lane, TVector sum)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        if (arguments.Bias != null) sum = TLanes.Add(sum, TLanes.And(TLanes.Create(arguments.Bias[channel]), TLanes.Load(arguments.LaneMask + lane)));
        TVector scale = TLanes.Create(arguments.Activation.Scale), low = TLanes.Create(arguments.Activation.Low), high = TLanes.Create(arguments.Activation.High);
        ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, sum, arguments.Output + channel * Lanes + lane, lane, arguments.PassMasks + channel);
    }
}
