// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Transposed convolution of a block. Output pixels of one parity of row and column are a convolution with some of the taps, and the input gradient is one of stride 2, so both are
/// <see cref="TapConvolution"/>s. The bits are those of <see cref="TransposedReference"/>.
/// </summary>
internal static unsafe class TransposedKernel
{
    private const int Lanes = LaneLayout.Lanes;

    // What a strip reads at most, where rows are not longer: less than the smallest first-level cache, with a row of gradients more.
    private const int NearBytes = 24 << 10;

    // Pixels of the output that an input pixel reaches and its neighbours do not.
    private const int TargetsOfPixel = 4;

    [ThreadStatic]
    private static LaneMemory? _memory;

    /// <summary>A convolution of the same channels and taps, by which the weights are packed.</summary>
    public static ConvolutionShape Kernels(in TransposedShape shape) =>
        new(shape.InputChannels, shape.OutputChannels, shape.Height, shape.Width, TransposedShape.Kernel, TransposedShape.Kernel, 1, 1);

    /// <summary>Biased sums from weights that <see cref="ConvolutionKernel.Pack"/> packed for <see cref="Kernels"/>: <c>[I][H][W][16]</c> to <c>[O][H'][W'][16]</c>.</summary>
    public static TapConvolution Forward(VectorWidth width, in TransposedShape shape) =>
        new(width, Kernels(shape), TapGeometry.Tiling(shape, Lanes, Lanes), shape.InputPixels, shape.OutputPixels);

    /// <summary>
    /// Input gradient from weights that <see cref="ConvolutionKernel.PackTurned"/> packed for <see cref="Kernels"/>: a chain over output channels and the output pixels that an input pixel
    /// reaches, in raster order.
    /// </summary>
    public static TapConvolution InputGradient(VectorWidth width, in TransposedShape shape) =>
        new(width, Kernels(shape).InputGradient, TapGeometry.InputGradient(shape, Lanes, Lanes), shape.OutputPixels, shape.InputPixels);

    /// <summary>Weight gradient of one block: a chain over the input pixels in raster order for each lane, lanes added as a tree.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">Shape.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="dy">Output gradient <c>[O][H'][W'][16]</c>.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="gradient">Receives the gradient <c>[O, I, 3, 3]</c>, turned.</param>
    public static void WeightGradient(VectorWidth width, in TransposedShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int lanes, Span<float> gradient)
    {
        shape.Check(x.Length, dy.Length, gradient.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        fixed (float* input = x, change = dy, target = gradient)
        {
            switch (width)
            {
                case VectorWidth.Vector512: WeightGradient<Lanes512, Vector512<float>>(shape, input, change, lanes, target, TransposedGradientTile.LargestBlock); break;
                case VectorWidth.Vector256: WeightGradient<Lanes256, Vector256<float>>(shape, input, change, lanes, target, TransposedGradientTile.LargestNarrowBlock); break;
                case VectorWidth.Vector128: WeightGradient<Lanes128, Vector128<float>>(shape, input, change, lanes, target, TransposedGradientTile.LargestNarrowBlock); break;
                default: WeightGradient<LanesScalar, float>(shape, input, change, lanes, target, 1); break;
            }
        }
    }

    /// <summary>
    /// Output channel by output channel: a strip of its gradient, which stays in the first-level cache, meets blocks of input channels, each with all kernel rows and lane groups, before the next strip comes. The chains
    /// stay in memory between two strips.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightGradient<TLanes, TVector>(in TransposedShape shape, float* x, float* dy, int lanes, float* gradient, int largest)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int count = shape.InputChannels * TransposedShape.Taps, strip = StripRows(shape, largest), blocks = ChannelBlocks.Count(shape.InputChannels, largest);
        if (_memory is null || _memory.Count < (long)count * (Lanes + 1)) _memory = new LaneMemory((long)count * (Lanes + 1));
        nint inputPlane = (nint)shape.InputPixels * Lanes, outputPlane = (nint)shape.OutputPixels * Lanes;
        // Pinned, and kept for the next layer.
        fixed (float* chains = _memory.All)
        {
            float* sums = chains + (nint)count * Lanes;
            for (int o = 0; o < shape.OutputChannels; o++, dy += outputPlane)
            {
                new Span<float>(chains, count * Lanes).Clear();
                for (int row = 0; row < shape.Height; row += strip)
                {
                    int size, end = Math.Min(row + strip, shape.Height);
                    for (int block = 0, start = 0; block < blocks; block++, start += size)
                    {
                        size = ChannelBlocks.Start(shape.InputChannels, blocks, block + 1) - start;
                        for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                            RunTile<TLanes, TVector>(shape, row, end, x + start * inputPlane + lane, dy + lane, chains + (nint)start * TransposedShape.Taps * Lanes + lane, size);
                    }
                }

                if (lanes < Lanes)
                {
                    for (int chain = 0; chain < count; chain++) new Span<float>(chains + (nint)chain * Lanes + lanes, Lanes - lanes).Clear();
                }

                LaneTree.Add(chains, count, sums);
                for (int c = 0; c < count; c += TransposedShape.Taps, gradient += TransposedShape.Taps)
                    for (int step = 0; step < TransposedShape.Taps; step++) gradient[TransposedShape.Taps - 1 - step] = sums[c + step];
            }
        }
    }

    /// <summary>Input rows of a strip, about the same number in each.</summary>
    private static int StripRows(in TransposedShape shape, int inputs)
    {
        int most = Math.Max(1, NearBytes / ((inputs + TargetsOfPixel) * Lanes * sizeof(float)) / shape.Width), strips = (shape.Height + most - 1) / most;
        return (shape.Height + strips - 1) / strips;
    }

    private static void RunTile<TLanes, TVector>(in TransposedShape shape, int row, int end, float* x, float* dy, float* chains, int inputs)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        for (int kernelRow = 0; kernelRow < TransposedShape.Kernel; kernelRow++, chains += TransposedShape.Kernel * Lanes)
        {
            switch (inputs)
            {
                case 1: TransposedGradientTile.Run<TLanes, TVector, Block1>(shape, kernelRow, row, end, x, dy, chains); break;
                case 2: TransposedGradientTile.Run<TLanes, TVector, Block2>(shape, kernelRow, row, end, x, dy, chains); break;
                case 3: TransposedGradientTile.Run<TLanes, TVector, Block3>(shape, kernelRow, row, end, x, dy, chains); break;
                case 4: TransposedGradientTile.Run<TLanes, TVector, Block4>(shape, kernelRow, row, end, x, dy, chains); break;
                case 5: TransposedGradientTile.Run<TLanes, TVector, Block5>(shape, kernelRow, row, end, x, dy, chains); break;
                default: TransposedGradientTile.Run<TLanes, TVector, Block6>(shape, kernelRow, row, end, x, dy, chains); break;
            }
        }
    }
}
