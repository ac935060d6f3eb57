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
    private const int StripFloats = 8 << 10;

    // Fewer input channels do not pay for a copy of the gradients.
    private const int LeastInputs = 8;

    [ThreadStatic]
    private static LaneMemory? _memory;

    /// <summary>Whether a convolution is for this tile: kernels of several rows, and those of one row whose image has one row as well, for which columns are rows.</summary>
    public static bool Takes(in ConvolutionShape shape) => shape.KernelRows > 1 || shape.Height == 1 && shape.PaddingRows == 0;

    /// <summary>Weight gradient of all lane groups that hold images.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector>(in ConvolutionShape convolution, float* x, float* dy, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        ConvolutionShape shape = WeightGradientSlidingTile.Takes(convolution) || convolution.KernelRows > 1 ? convolution : Turned(convolution);
        float* memory = stackalloc float[(MostChains + 1) * Lanes];
        float* chains = LaneLayout.Align(memory);
        int blocks = ChannelBlocks.Count(shape.OutputChannels, LargestBlock), taps = shape.Taps, most = MostChains / (LargestBlock * taps);
        nint inputPlane = (nint)shape.InputPixels * Lanes, gradientPlane = (nint)shape.OutputPixels * Lanes;
        var tile = new WeightGradientColumnTileArguments
        {
            GradientPlane = gradientPlane,
            ChainPlane = (nint)taps * Lanes,
            KernelColumns = shape.KernelColumns,
            Height = shape.Height,
            Width = shape.Width,
            OutputWidth = shape.OutputWidth,
            PaddingColumns = shape.PaddingColumns,
            KernelRows = shape.KernelRows,
            PaddingRows = shape.PaddingRows,
            InputPlane = inputPlane,
            Images = lanes,
        };
        for (int block = 0; block < blocks; block++)
        {
            int output = ChannelBlocks.Start(shape.OutputChannels, blocks, block), outputs = ChannelBlocks.Start(shape.OutputChannels, blocks, block + 1) - output;
            for (int input = 0; input < shape.InputChannels; input += most)
            {
                int inputs = Math.Min(most, shape.InputChannels - input);
                // Nobody begins the chains of a lane group without an image, or of an output without a pixel.
                if (lanes <= Lanes - TLanes.Lanes || shape.OutputHeight <= 0) new Span<float>(chains, inputs * outputs * taps * Lanes).Clear();
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
        bool packs = shape.InputChannels >= LeastInputs;
        int rows = Math.Max(1, StripFloats / Math.Max(1, outputs * shape.OutputWidth * Lanes)), columns = shape.OutputWidth;
        float* strip = packs ? Strip(Math.Min(rows, shape.OutputHeight) * columns * outputs * Lanes) : null;
        nint inputPlane = (nint)shape.InputPixels * Lanes, inputChains = (nint)outputs * shape.Taps * Lanes;
        for (tile.FirstRow = 0; tile.FirstRow < shape.OutputHeight; tile.FirstRow = tile.EndRow)
        {
            tile.EndRow = Math.Min(shape.OutputHeight, tile.FirstRow + rows);
            int pixels = (tile.EndRow - tile.FirstRow) * columns;
            if (packs) Pack<TLanes, TVector>(dy + (nint)tile.FirstRow * columns * Lanes, tile.GradientPlane, pixels, outputs, lanes, strip);
            tile.GradientRow = packs ? tile.FirstRow : 0;
            tile.Begins = tile.FirstRow == 0;
            if (WeightGradientSlidingTile.Takes(shape))
            {
                tile.Input = x;
                tile.Inputs = inputs;
                tile.Chains = chains;
                tile.InputChains = inputChains;
                tile.Gradient = packs ? strip : dy;
                tile.GradientGroup = packs ? (nint)TLanes.Lanes * pixels * outputs : TLanes.Lanes;
                if (packs) RunSliding<TLanes, TVector, GradientStrip>(tile, outputs);
                else RunSliding<TLanes, TVector, GradientMap>(tile, outputs);
                continue;
            }

            for (int c = 0; c < inputs; c++)
                for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                {
                    tile.Input = x + c * inputPlane + lane;
                    tile.Gradient = packs ? strip + (nint)lane * pixels * outputs : dy + lane;
                    Columns<TLanes, TVector>(shape, ref tile, chains + c * inputChains + lane, outputs, packs);
                }
        }
    }

    private static void RunSliding<TLanes, TVector, TGradient>(in WeightGradientColumnTileArguments tile, int outputs)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TGradient : struct, IGradientLayout
    {
        switch (outputs)
        {
            case 1: WeightGradientSlidingTile.Run<TLanes, TVector, Block1, TGradient>(tile); break;
            case 2: WeightGradientSlidingTile.Run<TLanes, TVector, Block2, TGradient>(tile); break;
            case 3: WeightGradientSlidingTile.Run<TLanes, TVector, Block3, TGradient>(tile); break;
            default: WeightGradientSlidingTile.Run<TLanes, TVector, Block4, TGradient>(tile); break;
        }
    }

    /// <summary>The kernel columns, three rows of them at a time.</summary>
    private static void Columns<TLanes, TVector>(in ConvolutionShape shape, ref WeightGradientColumnTileArguments tile, float* chains, int outputs, bool packs)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        for (int ky = 0; ky < shape.KernelRows; ky += WeightGradientColumnTile.LargestTaps)
        {
            tile.RowShift = ky - shape.PaddingRows;
            tile.Chains = chains + ky * shape.KernelColumns * Lanes;
            int taps = Math.Min(WeightGradientColumnTile.LargestTaps, shape.KernelRows - ky);
            if (packs) RunTile<TLanes, TVector, MapPixels, GradientStrip>(tile, outputs, taps);
            else RunTile<TLanes, TVector, MapPixels, GradientMap>(tile, outputs, taps);
        }
    }

    /// <summary>This thread's memory for a strip.</summary>
    public static float* Strip(int floats)
    {
        if (_memory is null || _memory.Count < floats) _memory = new LaneMemory(floats);
        // Pinned, and kept for the next layer.
        fixed (float* memory = _memory.All) return memory;
    }

    /// <summary>Copies the gradients of a strip to <c>[lane group][pixel][output][lanes of the group]</c>, one stream that a tile reads in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<TLanes, TVector>(float* dy, nint plane, int pixels, int outputs, int lanes, float* strip)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
        {
            float* source = dy + lane;
            for (int pixel = pixels; pixel > 0; pixel--, source += Lanes)
                for (int output = 0; output < outputs; output++, strip += TLanes.Lanes) TLanes.Store(TLanes.Load(source + output * plane), strip);
        }
    }

    /// <summary>A tile of 1..4 outputs and 1..3 taps.</summary>
    public static void RunTile<TLanes, TVector, TStride, TGradient>(in WeightGradientColumnTileArguments tile, int outputs, int taps)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TStride : struct, IPixelStride
        where TGradient : struct, IGradientLayout
    {
        switch (outputs)
        {
            case 1: RunTile<TLanes, TVector, Block1, TStride, TGradient>(tile, taps); break;
            case 2: RunTile<TLanes, TVector, Block2, TStride, TGradient>(tile, taps); break;
            case 3: RunTile<TLanes, TVector, Block3, TStride, TGradient>(tile, taps); break;
            default: RunTile<TLanes, TVector, Block4, TStride, TGradient>(tile, taps); break;
        }
    }

    private static void RunTile<TLanes, TVector, TOutputs, TStride, TGradient>(in WeightGradientColumnTileArguments tile, int taps)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
        where TStride : struct, IPixelStride
        where TGradient : struct, IGradientLayout
    {
        switch (taps)
        {
            case 1: WeightGradientColumnTile.Run<TLanes, TVector, TOutputs, Block1, TStride, TGradient>(tile); break;
            case 2: WeightGradientColumnTile.Run<TLanes, TVector, TOutputs, Block2, TStride, TGradient>(tile); break;
            default: WeightGradientColumnTile.Run<TLanes, TVector, TOutputs, Block3, TStride, TGradient>(tile); break;
        }
    }

    /// <summary>One row as one column: the same values at the same places.</summary>
    private static ConvolutionShape Turned(in ConvolutionShape shape) =>
        new(shape.InputChannels, shape.OutputChannels, shape.Width, 1, shape.KernelColumns, 1, shape.PaddingColumns, 0);
}
