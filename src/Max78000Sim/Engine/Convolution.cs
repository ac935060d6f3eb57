// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>How the inner loop is computed. All ways give the same integers.</summary>
internal enum ConvolutionPath
{
    /// <summary>One product after the other.</summary>
    Scalar,

    /// <summary>Pairs of 16-bit products, four sums at once.</summary>
    Vector128,

    /// <summary>Pairs of 16-bit products, eight sums at once.</summary>
    Avx2,

    /// <summary>Pairs of 16-bit products, sixteen sums at once.</summary>
    Avx512,
}

/// <summary>
/// The exact integer sums of a layer, a tile of neighbouring pixels and one or two groups of slots at a time. The loops are optimized when they are first called: a short run is over
/// before the runtime would come back to them. Sums stay below 2^30 in magnitude, which the compiler of the layer has
/// proved, so 32 bits hold them.
/// </summary>
internal static unsafe class Convolution
{
    /// <summary>The fastest way on this processor.</summary>
    public static ConvolutionPath Best =>
        Avx512BW.IsSupported ? ConvolutionPath.Avx512
        : Avx2.IsSupported ? ConvolutionPath.Avx2
        : Vector128.IsHardwareAccelerated ? ConvolutionPath.Vector128 : ConvolutionPath.Scalar;

    /// <summary>Computes and writes a layer.</summary>
    /// <param name="plan">Sizes, kernels and biases.</param>
    /// <param name="image">The input, filled (<see cref="InputPlan.CreateImage"/>).</param>
    /// <param name="output">Takes the sums.</param>
    /// <param name="memory">Data memory and buffers.</param>
    /// <param name="path">Way to compute.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ConvolutionPlan plan, short[] image, OutputStage output, byte[] memory, ConvolutionPath path)
    {
        const int Tile = ConvolutionPlan.TilePixels, GroupSlots = ConvolutionPlan.GroupSlots;
        if (plan.Weights.Length < plan.Groups * plan.GroupWeights || image.Length < plan.LastRead)
            throw new ArgumentException("The buffers do not fit the layer.");
        int* sums = stackalloc int[2 * Tile * GroupSlots];
        fixed (short* source = image, weights = plan.Weights)
        fixed (int* bias = plan.Bias, offsets = plan.PixelOffsets)
        fixed (byte* target = memory)
        {
            int groups;
            for (int group = 0; group < plan.Groups; group += groups)
            {
                int blocks = plan.Blocks - group * GroupSlots / OutputPlan.BlockSlots;
                groups = path == ConvolutionPath.Avx512 ? Avx512Sums.GroupsAtOnce(blocks) : 1;
                for (int pixel = 0; pixel < plan.Pixels; pixel += Tile)
                {
                    int pixels = Math.Min(Tile, plan.Pixels - pixel);
                    var tile = new ConvolutionTile(
                        source, offsets + pixel, pixels, plan.RowStride, weights + (long)group * plan.GroupWeights, plan.GroupWeights, plan.KernelRows, plan.Pairs,
                        bias + group * GroupSlots, sums);
                    Sum(tile, path, groups, blocks);
                    for (int done = 0; done < groups; done++)
                        output.Store(sums + done * Tile * GroupSlots, pixels, pixel, group + done, target);
                }
            }
        }
    }

    private static void Sum(in ConvolutionTile tile, ConvolutionPath path, int groups, int blocks)
    {
        switch (path)
        {
            case ConvolutionPath.Avx512:
                Avx512Sums.Run(tile, groups, blocks);
                break;
            case ConvolutionPath.Avx2:
                Avx2Sums.Run(tile, blocks);
                break;
            case ConvolutionPath.Vector128:
                Vector128Sums.Run(tile, blocks);
                break;
            default:
                Scalar(tile);
                break;
        }
    }

    private static void Scalar(in ConvolutionTile tile)
    {
        const int GroupSlots = ConvolutionPlan.GroupSlots;
        for (int pixel = 0; pixel < tile.Pixels; pixel++)
        {
            int* sums = tile.Sums + pixel * GroupSlots;
            new ReadOnlySpan<int>(tile.Bias, GroupSlots).CopyTo(new Span<int>(sums, GroupSlots));
            short* weights = tile.Weights;
            for (int ky = 0; ky < tile.KernelRows; ky++)
            {
                short* data = tile.Image + tile.Offsets[pixel] + (long)ky * tile.RowStride;
                for (int pair = 0; pair < tile.Pairs; pair++, data += 2, weights += 2 * GroupSlots)
                {
                    for (int slot = 0; slot < GroupSlots; slot++)
                        sums[slot] += data[0] * weights[2 * slot] + data[1] * weights[2 * slot + 1];
                }
            }
        }
    }
}

/// <summary>Up to eight pixels of one group of slots, or two. Offsets are there for all eight: those behind the last pixel that counts repeat it.</summary>
internal readonly unsafe struct ConvolutionTile(
    short* image, int* offsets, int pixels, int rowStride, short* weights, int groupWeights, int kernelRows, int pairs, int* bias, int* sums)
{
    /// <summary>The layer's input.</summary>
    public readonly short* Image = image;

    /// <summary>Where the window of each pixel begins in it.</summary>
    public readonly int* Offsets = offsets;

    public readonly int Pixels = pixels;

    /// <summary>Values of the image from one kernel row to the next.</summary>
    public readonly int RowStride = rowStride;

    /// <summary>Weights of the first group.</summary>
    public readonly short* Weights = weights;

    /// <summary>Weights of one group.</summary>
    public readonly int GroupWeights = groupWeights;

    public readonly int KernelRows = kernelRows;

    public readonly int Pairs = pairs;

    public readonly int* Bias = bias;

    /// <summary>Result as <c>[group][8 pixels][16]</c>.</summary>
    public readonly int* Sums = sums;

    /// <summary>Where the window of a pixel begins.</summary>
    public byte* Start(int pixel) => (byte*)(Image + Offsets[pixel]);
}
