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
        if (plan.MinimalFilter is MinimalFilterPlan filter && path != ConvolutionPath.Scalar)
        {
            MinimalFilter.Run(plan, filter, image, output, memory, path);
            return;
        }

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
                groups = GroupsAtOnce(path, blocks);
                for (int pixel = 0; pixel < plan.Pixels; pixel += Tile)
                {
                    int pixels = Math.Min(Tile, plan.Pixels - pixel);
                    var tile = new ConvolutionTile
                    {
                        Image = source,
                        Offsets = offsets + pixel,
                        Pixels = pixels,
                        RowStride = plan.RowStride,
                        Weights = weights + (long)group * plan.GroupWeights,
                        GroupWeights = plan.GroupWeights,
                        KernelRows = plan.KernelRows,
                        Pairs = plan.Pairs,
                        Bias = bias + group * GroupSlots,
                        Sums = sums,
                    };
                    Sum(tile, path, groups, blocks);
                    for (int done = 0; done < groups; done++)
                        output.Store(sums + done * Tile * GroupSlots, pixels, pixel, group + done, target);
                }
            }
        }
    }

    /// <summary>How many groups of slots are computed together.</summary>
    /// <param name="path">Way to compute.</param>
    /// <param name="blocks">Output blocks that are left.</param>
    public static int GroupsAtOnce(ConvolutionPath path, int blocks) => path == ConvolutionPath.Avx512 ? TileSums.GroupsAtOnce(blocks) : 1;

    /// <summary>The sums of one tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="path">Way to compute.</param>
    /// <param name="groups">Groups to compute together.</param>
    /// <param name="blocks">Output blocks from the first of them on.</param>
    public static void Sum(in ConvolutionTile tile, ConvolutionPath path, int groups, int blocks)
    {
        switch (path)
        {
            case ConvolutionPath.Avx512:
                TileSums.Run512(tile, groups, blocks);
                break;
            case ConvolutionPath.Avx2:
                TileSums.Run<Pairs256, Vector256<int>, Vector256<short>>(tile, blocks);
                break;
            case ConvolutionPath.Vector128:
                TileSums.Run<Pairs128, Vector128<int>, Vector128<short>>(tile, blocks);
                break;
            default:
                for (int round = 0; round < tile.Rounds; round++)
                    Scalar(tile, round);
                break;
        }
    }

    private static void Scalar(in ConvolutionTile tile, int round)
    {
        const int GroupSlots = ConvolutionPlan.GroupSlots;
        for (int pixel = 0; pixel < tile.Pixels; pixel++)
        {
            int* sums = tile.SumsOf(round) + pixel * GroupSlots;
            new ReadOnlySpan<int>(tile.Bias, GroupSlots).CopyTo(new Span<int>(sums, GroupSlots));
            short* weights = (short*)tile.WeightsOf(round);
            for (int ky = 0; ky < tile.KernelRows; ky++)
            {
                short* data = (short*)(tile.Start(pixel) + tile.ValueOffset(round, ky));
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
internal readonly unsafe struct ConvolutionTile
{
    /// <summary>The layer's input.</summary>
    public required short* Image { get; init; }

    /// <summary>Where the window of each pixel begins in it.</summary>
    public required int* Offsets { get; init; }

    public required int Pixels { get; init; }

    /// <summary>Values of the image from one kernel row to the next.</summary>
    public required int RowStride { get; init; }

    /// <summary>Weights of the first group.</summary>
    public required short* Weights { get; init; }

    /// <summary>Weights of one group.</summary>
    public required int GroupWeights { get; init; }

    public required int KernelRows { get; init; }

    public required int Pairs { get; init; }

    public required int* Bias { get; init; }

    /// <summary>Result as <c>[group][8 pixels][16]</c>.</summary>
    public required int* Sums { get; init; }

    /// <summary>How often the whole is done, with other values, weights and results each time.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Values of the image from one round to the next.</summary>
    public int RoundValues { get; init; }

    /// <summary>Weights from one round to the next.</summary>
    public long RoundWeights { get; init; }

    /// <summary>Sums from one round to the next.</summary>
    public int RoundSums { get; init; }

    public ConvolutionTile()
    {
    }

    /// <summary>Where the window of a pixel begins.</summary>
    public byte* Start(int pixel) => (byte*)(Image + Offsets[pixel]);

    /// <summary>Bytes from there to the values of a round and kernel row.</summary>
    public nint ValueOffset(int round, int kernelRow) => ((nint)round * RoundValues + (nint)kernelRow * RowStride) * sizeof(short);

    /// <summary>Weights of a round.</summary>
    public byte* WeightsOf(int round) => (byte*)(Weights + round * RoundWeights);

    /// <summary>Sums of a round.</summary>
    public int* SumsOf(int round) => Sums + round * RoundSums;
}
