// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Weight gradient of one block by <see cref="MinimalFilterGradient"/>. The bits are those of <see cref="MinimalFilterGradientReference"/>.</summary>
/// <remarks>
/// A strip of tiles at a time, and of it a row of four terms: those of the input channels, or of a group of them, are found once; those of a block of outputs, of which a term stays in the first-level cache, meet all of these. Where the row is long, several blocks of outputs meet one of its terms before the next. A register tile has
/// the chains of a block of outputs and one of input channels over the strip, and adds their lanes, so that of sums there is one float for each term of a kernel and not sixteen. No row needs what another one finds, so several workers can
/// find one each; kernels are made of the sums of all.
/// </remarks>
internal static unsafe class MinimalFilterGradientKernel
{
    /// <summary>Rows of terms.</summary>
    public const int Rows = MinimalFilter.Side;

    private const int Lanes = LaneLayout.Lanes;
    private const int Side = MinimalFilter.Side;
    private const int StripTiles = MinimalFilterGradient.StripTiles;

    // A row of terms of the input: a megabyte, which each block of outputs reads from end to end. More channels at once are worth more than terms that stay in the second-level cache, because for each group of them those of the outputs are found anew.
    private const int NearFloats = 256 << 10;

    // The longest row of input terms that one block of outputs at a time meets: 640 KB. A longer one would come from the third-level cache for each block, so several have their terms in memory, and all of them meet one term of the input, a quarter of the row, before the next.
    private const int FarFloats = 160 << 10;

    // Their terms, at most: 544 KB, eight blocks over 64 tiles.
    private const int GradientFloats = 136 << 10;

    // A cache line between terms, so that they do not want the same place of a first-level cache.
    private const int Gap = Lanes;

    [ThreadStatic]
    private static LaneMemory? _memory;

    /// <summary>Floats of the sums of all rows.</summary>
    public static long SumFloats(in ConvolutionShape shape) => MinimalFilter.Terms * (long)SumTerm(shape);

    /// <summary>Sums of some rows of terms; lanes without an image count as +0.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">The convolution; <see cref="MinimalFilter.Takes"/> allows it.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>, +0 in lanes without an image.</param>
    /// <param name="dy">Output gradient <c>[O][OH][OW][16]</c>, +0 in lanes without an image.</param>
    /// <param name="from">First row, 0..4.</param>
    /// <param name="to">The row after the last, <paramref name="from"/>..4.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="sums">Receives them: <see cref="SumFloats"/> floats of all rows, of which those of others stay as they are.</param>
    public static void Sum(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int from, int to, int lanes, Span<float> sums)
    {
        Check(shape, sums);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        if (x.Length < (long)shape.InputChannels * shape.InputPixels * Lanes || dy.Length < (long)shape.OutputChannels * shape.OutputPixels * Lanes) throw TooSmall(shape);
        fixed (float* input = x, output = dy, target = sums)
        {
            var strip = new MinimalFilterStrip { Shape = shape, Input = input, Gradient = output, Lanes = lanes, FirstRow = from, EndRow = to, Sums = target, SumTerm = SumTerm(shape) };
            switch (width)
            {
                case VectorWidth.Vector512: Sum<Lanes512, Vector512<float>>(strip); break;
                case VectorWidth.Vector256: Sum<Lanes256, Vector256<float>>(strip); break;
                case VectorWidth.Vector128: Sum<Lanes128, Vector128<float>>(strip); break;
                default: Sum<LanesScalar, float>(strip); break;
            }
        }
    }

    /// <summary>The weight gradient, of the sums of all rows.</summary>
    /// <param name="width">Vector width, the same as for the sums.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="sums">The sums; they hold other values afterwards.</param>
    /// <param name="gradient">Receives <c>[O, I, 3, 3]</c>.</param>
    public static void Kernels(VectorWidth width, in ConvolutionShape shape, Span<float> sums, Span<float> gradient)
    {
        Check(shape, sums);
        if (gradient.Length < shape.WeightCount) throw TooSmall(shape);
        fixed (float* source = sums, weights = gradient)
        {
            var strip = new MinimalFilterStrip { Shape = shape, Sums = source, SumTerm = SumTerm(shape) };
            switch (width)
            {
                case VectorWidth.Vector512: Kernels<Lanes512, Vector512<float>>(strip, weights); break;
                case VectorWidth.Vector256: Kernels<Lanes256, Vector256<float>>(strip, weights); break;
                case VectorWidth.Vector128: Kernels<Lanes128, Vector128<float>>(strip, weights); break;
                default: Kernels<LanesScalar, float>(strip, weights); break;
            }
        }
    }

    private static void Check(in ConvolutionShape shape, Span<float> sums)
    {
        if (!MinimalFilter.Takes(shape)) throw new ArgumentException($"minimal filtering does not take the convolution {shape}");
        if (sums.Length < SumFloats(shape)) throw TooSmall(shape);
    }

    private static ArgumentException TooSmall(in ConvolutionShape shape) => new($"memory too small for the convolution {shape}");

    private static nint SumTerm(in ConvolutionShape shape) => ((nint)shape.OutputChannels * shape.InputChannels + Lanes - 1) / Lanes * Lanes + Gap;

    /// <summary>Tiles of the longest strip.</summary>
    private static int Tiles(in ConvolutionShape shape) => Math.Min(StripTiles, MinimalFilter.Tiles(shape));

    /// <summary>Groups of input channels.</summary>
    private static int Groups(in ConvolutionShape shape) => ChannelBlocks.Count(shape.InputChannels, NearFloats / (Side * Tiles(shape) * Lanes));

    /// <summary>Blocks of outputs whose terms are in memory at once, for vectors of so many lanes.</summary>
    public static int BlocksAtOnce(in ConvolutionShape shape, int lanes)
    {
        int outputs = MinimalFilterGradientTile.Outputs(lanes), channels = ChannelBlocks.Count(shape.InputChannels, Groups(shape));
        long row = Side * (long)Tiles(shape) * Lanes;
        return channels * row > FarFloats ? (int)Math.Clamp(GradientFloats / (outputs * row), 1, ChannelBlocks.Count(shape.OutputChannels, outputs)) : 1;
    }

    private static void Sum<TLanes, TVector>(MinimalFilterStrip strip)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int inputs = strip.Shape.InputChannels, tiles = Tiles(strip.Shape), groups = Groups(strip.Shape), channels = ChannelBlocks.Count(inputs, groups), outputs = MinimalFilterGradientTile.Outputs(TLanes.Lanes);
        (strip.InputTerm, strip.GradientTerm) = ((nint)channels * tiles * Lanes + Gap, (nint)outputs * tiles * Lanes + Gap);
        strip.OutputBlocks = ChannelBlocks.Count(strip.Shape.OutputChannels, outputs);
        strip.BlocksAtOnce = BlocksAtOnce(strip.Shape, TLanes.Lanes);
        long floats = Side * ((long)strip.InputTerm + strip.BlocksAtOnce * strip.GradientTerm);
        if (_memory is null || _memory.Count < floats) _memory = new LaneMemory(floats);
        fixed (float* memory = _memory.All)
        {
            strip.V = memory;
            strip.Z = memory + Side * strip.InputTerm;
            new Span<float>(strip.Sums + strip.FirstRow * Side * strip.SumTerm, checked((int)((strip.EndRow - strip.FirstRow) * Side * strip.SumTerm))).Clear();
            for (int group = 0; group < groups; group++)
            {
                strip.FirstInput = ChannelBlocks.Start(inputs, groups, group);
                strip.Inputs = ChannelBlocks.Start(inputs, groups, group + 1) - strip.FirstInput;
                strip.InputBlocks = ChannelBlocks.Count(strip.Inputs, MinimalFilterGradientTile.Inputs(TLanes.Lanes));
                Strips<TLanes, TVector>(strip);
            }
        }
    }

    /// <summary>Adds the products of all strips to the sums of a group of input channels.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strips<TLanes, TVector>(MinimalFilterStrip strip)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* memory = stackalloc float[MinimalFilterGradientTile.MostChains * Lanes + Lanes];
        float* chains = LaneLayout.Align(memory);
        // Of a lane group without an image nobody writes the chains.
        new Span<float>(chains, MinimalFilterGradientTile.MostChains * Lanes).Clear();
        int tiles = MinimalFilter.Tiles(strip.Shape);
        for (strip.FirstTile = 0; strip.FirstTile < tiles; strip.FirstTile += StripTiles)
        {
            strip.Tiles = Math.Min(StripTiles, tiles - strip.FirstTile);
            for (int row = strip.FirstRow; row < strip.EndRow; row++)
            {
                MinimalFilterGradientTerms.Input<TLanes, TVector>(strip, row);
                for (int block = 0; block < strip.OutputBlocks; block += strip.BlocksAtOnce) Products<TLanes, TVector>(strip, row, block, Math.Min(block + strip.BlocksAtOnce, strip.OutputBlocks), chains);
            }
        }
    }

    /// <summary>Products of a row of terms of some blocks of outputs. All of them meet a term of the input before the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Products<TLanes, TVector>(MinimalFilterStrip strip, int row, int from, int to, float* chains)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* first = strip.Z;
        nint next = Side * strip.GradientTerm;
        for (int block = from; block < to; block++, strip.Z += next)
        {
            (int output, int outputs) = Outputs(strip, block);
            MinimalFilterGradientTerms.Gradient<TLanes, TVector>(strip, row, output, outputs);
        }

        for (int column = 0; column < Side; column++)
        {
            strip.Z = first;
            for (int block = from; block < to; block++, strip.Z += next)
            {
                (int output, int outputs) = Outputs(strip, block);
                MinimalFilterGradientTile.Run<TLanes, TVector>(strip, column, outputs, chains, strip.Sums + (row * Side + column) * strip.SumTerm + (nint)output * strip.Shape.InputChannels + (nint)strip.FirstInput * outputs);
            }
        }
    }

    private static (int First, int Count) Outputs(in MinimalFilterStrip strip, int block)
    {
        int first = ChannelBlocks.Start(strip.Shape.OutputChannels, strip.OutputBlocks, block);
        return (first, ChannelBlocks.Start(strip.Shape.OutputChannels, strip.OutputBlocks, block + 1) - first);
    }

    /// <summary>Kernels of the sums, which lie in the order of the register tiles.</summary>
    private static void Kernels<TLanes, TVector>(in MinimalFilterStrip strip, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int taps = strip.Shape.Taps, inputs = strip.Shape.InputChannels, outputs = strip.Shape.OutputChannels, groups = Groups(strip.Shape), outputBlocks = ChannelBlocks.Count(outputs, MinimalFilterGradientTile.Outputs(TLanes.Lanes));
        for (float* sums = strip.Sums, end = sums + (nint)outputs * inputs; sums < end; sums += TLanes.Lanes) MinimalFilterSequence.Kernel<TLanes, TVector>(sums, strip.SumTerm);
        float* source = strip.Sums;
        for (int outputBlock = 0; outputBlock < outputBlocks; outputBlock++)
        {
            int output = ChannelBlocks.Start(outputs, outputBlocks, outputBlock), endOutput = ChannelBlocks.Start(outputs, outputBlocks, outputBlock + 1);
            for (int group = 0; group < groups; group++)
            {
                int firstInput = ChannelBlocks.Start(inputs, groups, group), some = ChannelBlocks.Start(inputs, groups, group + 1) - firstInput, blocks = ChannelBlocks.Count(some, MinimalFilterGradientTile.Inputs(TLanes.Lanes));
                for (int block = 0; block < blocks; block++)
                {
                    int input = firstInput + ChannelBlocks.Start(some, blocks, block), endInput = firstInput + ChannelBlocks.Start(some, blocks, block + 1);
                    for (int o = output; o < endOutput; o++)
                    {
                        float* target = gradient + ((nint)o * inputs + input) * taps;
                        for (int c = input; c < endInput; c++, source++)
                            for (int tap = 0; tap < taps; tap++) *target++ = source[tap * strip.SumTerm];
                    }
                }
            }
        }
    }
}

/// <summary>A strip of tiles of a map, and what meets in it.</summary>
internal unsafe struct MinimalFilterStrip
{
    /// <summary>The convolution, of all outputs.</summary>
    public ConvolutionShape Shape;

    /// <summary>All of the block's input.</summary>
    public float* Input;

    /// <summary>All of its output gradient.</summary>
    public float* Gradient;

    /// <summary>Images.</summary>
    public int Lanes;

    /// <summary>First row of terms that is wanted.</summary>
    public int FirstRow;

    /// <summary>The row after the last.</summary>
    public int EndRow;

    /// <summary>Blocks that the outputs are cut into, as the register tile takes them.</summary>
    public int OutputBlocks;

    /// <summary>Blocks whose terms are in memory at once.</summary>
    public int BlocksAtOnce;

    /// <summary>First channel of the group.</summary>
    public int FirstInput;

    /// <summary>Channels of the group.</summary>
    public int Inputs;

    /// <summary>Blocks that they are cut into.</summary>
    public int InputBlocks;

    /// <summary>The strip's first tile; they are counted in raster order.</summary>
    public int FirstTile;

    /// <summary>Its tiles.</summary>
    public int Tiles;

    /// <summary>A row of terms of the input: <c>[4][blocks of I][lane groups][tiles][channels of the block][lanes]</c>.</summary>
    public float* V;

    /// <summary>A row of terms of the output gradient: <c>[blocks at once][4][lane groups][tiles][outputs of the block][lanes]</c>, or of the block at hand.</summary>
    public float* Z;

    /// <summary>Sums: <c>[16][blocks of O][blocks of I][outputs of the block][channels of the block]</c>.</summary>
    public float* Sums;

    /// <summary>From a term of the input to the next.</summary>
    public nint InputTerm;

    /// <summary>From a term of the output gradient to the next one of its block.</summary>
    public nint GradientTerm;

    /// <summary>From a sum to the next.</summary>
    public nint SumTerm;
}
