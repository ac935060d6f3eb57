// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Input gradient of one block for a 3x3 convolution with a maximum pooling of windows two columns wide behind it. The bits are those of <see cref="ConvolutionReference.PairedInputGradient"/>: two of
/// the three taps of a kernel row are one term, which saves a third of the multiply-adds of <see cref="ConvolutionKernel"/>. With 256 bits a choice between two weights costs as much as the multiply-add that it saves: for
/// finite weights that width adds all taps, which gives the same sums.
/// </summary>
internal static unsafe class InputGradientPairKernel
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Side = 3;
    private const int MostOffsets = 1024;

    /// <summary>Input gradient of the lane groups that hold images.</summary>
    /// <param name="width">Vector width, the same as for packing.</param>
    /// <param name="shape">The convolution, with an even number of output columns, or some of its input channels.</param>
    /// <param name="dy">Output gradient <c>[O][OH][OW][16]</c>; of columns 0 and 1, 2 and 3 and so on at most one is other than zero in each lane.</param>
    /// <param name="turned">Weights as <see cref="ConvolutionKernel.PackTurned"/> gives them.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="dx">Receives the gradient <c>[I][H][W][16]</c>.</param>
    public static void Run(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> dy, ReadOnlySpan<float> turned, int lanes, Span<float> dx)
    {
        if (shape is not { KernelRows: Side, KernelColumns: Side } || shape.OutputWidth % 2 != 0) throw new ArgumentException($"the convolution {shape} is not of three rows and columns, or its output has an odd number of columns");
        ConvolutionShape gradient = shape.InputGradient;
        ConvolutionKernel.Check(gradient, dy.Length, turned.Length, 0, lanes);
        if (dx.Length < (long)shape.InputChannels * shape.InputPixels * Lanes) throw new ArgumentException($"too little input gradient for the convolution {shape}");
        if (!WeightGradientPairKernel.TakesPairs(width) && ElementwiseKernel.AllFinite(turned[..shape.WeightCount]))
        {
            // Offsets of zero turn sums of -0 into +0.
            Span<float> offsets = shape.InputChannels <= MostOffsets ? stackalloc float[shape.InputChannels] : new float[shape.InputChannels];
            offsets.Clear();
            ConvolutionKernel.Forward(width, gradient, dy, turned, offsets, lanes, dx);
            return;
        }

        fixed (float* output = dy, weights = turned, input = dx)
        {
            switch (width)
            {
                case VectorWidth.Vector512: RunPhase<Lanes512, Vector512<float>, Block4>(width, gradient, output, weights, lanes, input); break;
                case VectorWidth.Vector256: RunPhase<Lanes256, Vector256<float>, Block2>(width, gradient, output, weights, lanes, input); break;
                case VectorWidth.Vector128: RunPhase<Lanes128, Vector128<float>, Block2>(width, gradient, output, weights, lanes, input); break;
                default: RunPhase<LanesScalar, float, Block2>(width, gradient, output, weights, lanes, input); break;
            }
        }
    }

    private static void RunPhase<TLanes, TVector, TPixels>(VectorWidth width, in ConvolutionShape gradient, float* dy, float* weights, int lanes, float* dx)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TPixels : struct, IBlockSize
    {
        int blocks = ConvolutionKernel.Blocks(width, gradient);
        if (gradient.PaddingColumns % 2 == 0) Run<TLanes, TVector, TPixels, WholePair>(gradient, dy, weights, lanes, dx, blocks);
        else Run<TLanes, TVector, TPixels, HalfPair>(gradient, dy, weights, lanes, dx, blocks);
    }

    // Fully compiled from the first call on, as the walk of the convolution.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TPixels, TPhase>(in ConvolutionShape gradient, float* dy, float* weights, int lanes, float* dx, int blocks)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TPixels : struct, IBlockSize
        where TPhase : struct, IPairPhase
    {
        var tile = new InputGradientPairTileArguments
        {
            GradientPlane = (nint)gradient.InputPixels * Lanes,
            GradientRow = (nint)gradient.Width * Lanes,
            TargetPlane = (nint)gradient.OutputPixels * Lanes,
            OutputChannels = gradient.InputChannels,
        };
        nint perChannel = (nint)gradient.InputChannels * gradient.Taps;
        int small = gradient.OutputChannels / blocks, large = gradient.OutputChannels - blocks * small;
        for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
            for (int row = 0; row < gradient.OutputHeight; row++)
            {
                int firstRow = Math.Max(0, gradient.PaddingRows - row), endRow = Math.Min(Side, gradient.Height + gradient.PaddingRows - row);
                tile.KernelRows = endRow - firstRow;
                for (int column = 0; column < gradient.OutputWidth; column += TPixels.Value)
                {
                    int pair = FirstPair<TPhase>(column, gradient.PaddingColumns), left = gradient.OutputWidth - column;
                    // The last two pixels of a row are a tile of their own.
                    bool two = TPixels.Value > 2 && left == 2, interior = two ? IsInterior<Block2, TPhase>(pair, gradient.Width) : left >= TPixels.Value && IsInterior<TPixels, TPhase>(pair, gradient.Width);
                    tile.Gradient = dy + lane + ((nint)(row + firstRow - gradient.PaddingRows) * gradient.Width + 2 * pair) * Lanes;
                    tile.Pairs = interior ? AllPairs.Inside(0) : Inside(pair, gradient.Width);
                    int size;
                    for (int block = 0, start = 0; block < blocks; block++, start += size)
                    {
                        size = block < large ? small + 1 : small;
                        tile.Weights = weights + start * perChannel + firstRow * Side * size;
                        tile.WeightPlane = (nint)gradient.Taps * size;
                        tile.Target = dx + lane + start * tile.TargetPlane + ((nint)row * gradient.OutputWidth + column) * Lanes;
                        if (two) RunTile<TLanes, TVector, Block2, TPhase>(tile, size);
                        else RunTile<TLanes, TVector, TPixels, TPhase>(tile, size);
                    }
                }
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TLanes, TVector, TPixels, TPhase>(in InputGradientPairTileArguments tile, int size)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TPixels : struct, IBlockSize
        where TPhase : struct, IPairPhase
    {
        switch (size)
        {
            case 1: RunTile<TLanes, TVector, Block1, TPixels, TPhase>(tile); break;
            case 2: RunTile<TLanes, TVector, Block2, TPixels, TPhase>(tile); break;
            case 3: RunTile<TLanes, TVector, Block3, TPixels, TPhase>(tile); break;
            case 4: RunTile<TLanes, TVector, Block4, TPixels, TPhase>(tile); break;
            default: RunTile<TLanes, TVector, Block5, TPixels, TPhase>(tile); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TLanes, TVector, TBlock, TPixels, TPhase>(in InputGradientPairTileArguments tile)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPixels : struct, IBlockSize
        where TPhase : struct, IPairPhase
    {
        switch (tile.Pairs)
        {
            case 0b1111: InputGradientPairTile.Run<TLanes, TVector, TBlock, TPixels, AllPairs, TPhase>(tile); break;
            case FirstPairOutside.Pairs: InputGradientPairTile.Run<TLanes, TVector, TBlock, TPixels, FirstPairOutside, TPhase>(tile); break;
            case LastPairOutside.Pairs: InputGradientPairTile.Run<TLanes, TVector, TBlock, TPixels, LastPairOutside, TPhase>(tile); break;
            default: InputGradientPairTile.Run<TLanes, TVector, TBlock, TPixels, SomePairs, TPhase>(tile); break;
        }
    }

    /// <summary>The pair that the first tap of a column meets; it may lie before the first of the map.</summary>
    private static int FirstPair<TPhase>(int column, int padding)
        where TPhase : struct, IPairPhase => (column - padding - (TPhase.IsWhole ? 0 : 1)) / 2;

    private static bool IsInterior<TPixels, TPhase>(int pair, int width)
        where TPixels : struct, IBlockSize
        where TPhase : struct, IPairPhase => pair >= 0 && 2 * (pair + TPixels.Value / 2 + (TPhase.IsWhole ? 1 : 2)) <= width;

    /// <summary>Which pairs of a tile lie inside the map, as bits.</summary>
    private static int Inside(int pair, int width)
    {
        int pairs = 0;
        for (int i = 0; i < 4; i++)
            if ((uint)(pair + i) < (uint)(width / 2)) pairs |= 1 << i;
        return pairs;
    }
}
