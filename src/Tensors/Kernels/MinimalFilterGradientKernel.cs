// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Weight gradient of one block by <see cref="MinimalFilterGradient"/>. The bits are those of <see cref="MinimalFilterGradientReference"/>.</summary>
/// <remarks>
/// A strip of tiles at a time, and of it a row of four terms: those of the input channels, or of a group of them, are found once; those of a block of outputs, of which a term stays in the first-level cache, meet all of these. A register tile has
/// the chains of a block of outputs and one of input channels over the strip, and adds their lanes, so that of sums there is one float for each term of a kernel and not sixteen.
/// </remarks>
internal static unsafe class MinimalFilterGradientKernel
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Terms = MinimalFilter.Terms;
    private const int Side = MinimalFilter.Side;
    private const int StripTiles = MinimalFilterGradient.StripTiles;

    // A row of terms of the input: a megabyte, which each block of outputs reads from end to end. More channels at once are worth more than terms that stay in the second-level cache, because for each group of them those of the outputs are found anew.
    private const int NearFloats = 256 << 10;

    // Sums of a part of the outputs: 4 MB, of the largest layers.
    private const int MostSums = 1 << 20;

    // A cache line between terms, so that they do not want the same place of a first-level cache.
    private const int Gap = Lanes;

    [ThreadStatic]
    private static LaneMemory? _memory;

    /// <summary>Weight gradient of some outputs; lanes without an image count as +0.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="shape">The convolution, of all outputs; <see cref="MinimalFilter.Takes"/> allows it.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>, +0 in lanes without an image.</param>
    /// <param name="dy">Gradient of the outputs wanted <c>[count][OH][OW][16]</c>, +0 in lanes without an image.</param>
    /// <param name="count">Number of outputs wanted.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="gradient">Receives <c>[count, I, 3, 3]</c>.</param>
    public static void Run(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int count, int lanes, Span<float> gradient)
    {
        if (!MinimalFilter.Takes(shape)) throw new ArgumentException($"minimal filtering does not take the convolution {shape}");
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, shape.OutputChannels);
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        if (x.Length < (long)shape.InputChannels * shape.InputPixels * Lanes || dy.Length < (long)count * shape.OutputPixels * Lanes || gradient.Length < count * shape.InputChannels * shape.Taps)
            throw new ArgumentException($"memory too small for the convolution {shape}");
        fixed (float* input = x, output = dy, weights = gradient)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Run<Lanes512, Vector512<float>>(shape, input, output, count, lanes, weights); break;
                case VectorWidth.Vector256: Run<Lanes256, Vector256<float>>(shape, input, output, count, lanes, weights); break;
                case VectorWidth.Vector128: Run<Lanes128, Vector128<float>>(shape, input, output, count, lanes, weights); break;
                default: Run<LanesScalar, float>(shape, input, output, count, lanes, weights); break;
            }
        }
    }

    private static void Run<TLanes, TVector>(in ConvolutionShape shape, float* x, float* dy, int count, int lanes, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int parts = ChannelBlocks.Count(count, MostSums / (Terms * shape.InputChannels)), largest = ChannelBlocks.Count(count, parts);
        int tiles = Math.Min(StripTiles, MinimalFilter.Tiles(shape)), groups = ChannelBlocks.Count(shape.InputChannels, NearFloats / (Side * tiles * Lanes)), channels = ChannelBlocks.Count(shape.InputChannels, groups);
        int outputs = MinimalFilterGradientTile.Outputs(TLanes.Lanes), inputs = MinimalFilterGradientTile.Inputs(TLanes.Lanes);
        nint sums = ((nint)largest * shape.InputChannels + Lanes - 1) / Lanes * Lanes + Gap, inputTerm = (nint)channels * tiles * Lanes + Gap, gradientTerm = (nint)outputs * tiles * Lanes + Gap;
        long floats = Terms * (long)sums + Side * ((long)inputTerm + gradientTerm);
        if (_memory is null || _memory.Count < floats) _memory = new LaneMemory(floats);
        fixed (float* memory = _memory.All)
        {
            var strip = new MinimalFilterStrip { Shape = shape, Input = x, Lanes = lanes, V = memory + Terms * sums, InputTerm = inputTerm, GradientTerm = gradientTerm, Sums = memory, SumTerm = sums };
            strip.Z = strip.V + Side * inputTerm;
            for (int part = 0; part < parts; part++)
            {
                int first = ChannelBlocks.Start(count, parts, part);
                strip.Outputs = ChannelBlocks.Start(count, parts, part + 1) - first;
                strip.OutputBlocks = ChannelBlocks.Count(strip.Outputs, outputs);
                strip.Gradient = dy + (nint)first * shape.OutputPixels * Lanes;
                new Span<float>(memory, checked((int)(Terms * sums))).Clear();
                for (int group = 0; group < groups; group++)
                {
                    strip.FirstInput = ChannelBlocks.Start(shape.InputChannels, groups, group);
                    strip.Inputs = ChannelBlocks.Start(shape.InputChannels, groups, group + 1) - strip.FirstInput;
                    strip.InputBlocks = ChannelBlocks.Count(strip.Inputs, inputs);
                    Strips<TLanes, TVector>(strip);
                }

                nint perOutput = (nint)shape.InputChannels * shape.Taps;
                Kernels<TLanes, TVector>(strip, groups, gradient + first * perOutput);
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
            for (int row = 0; row < Side; row++)
            {
                MinimalFilterGradientTerms.Input<TLanes, TVector>(strip, row);
                for (int block = 0; block < strip.OutputBlocks; block++)
                {
                    int output = ChannelBlocks.Start(strip.Outputs, strip.OutputBlocks, block), outputs = ChannelBlocks.Start(strip.Outputs, strip.OutputBlocks, block + 1) - output;
                    MinimalFilterGradientTerms.Gradient<TLanes, TVector>(strip, row, output, outputs);
                    for (int column = 0; column < Side; column++)
                        MinimalFilterGradientTile.Run<TLanes, TVector>(strip, column, outputs, chains, strip.Sums + (row * Side + column) * strip.SumTerm + (nint)output * strip.Shape.InputChannels + (nint)strip.FirstInput * outputs);
                }
            }
        }
    }

    /// <summary>Kernels of the sums, which lie in the order of the register tiles.</summary>
    private static void Kernels<TLanes, TVector>(in MinimalFilterStrip strip, int groups, float* gradient)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int taps = strip.Shape.Taps, inputs = strip.Shape.InputChannels;
        for (float* sums = strip.Sums, end = sums + (nint)strip.Outputs * inputs; sums < end; sums += TLanes.Lanes) MinimalFilterSequence.Kernel<TLanes, TVector>(sums, strip.SumTerm);
        float* source = strip.Sums;
        for (int outputBlock = 0; outputBlock < strip.OutputBlocks; outputBlock++)
        {
            int output = ChannelBlocks.Start(strip.Outputs, strip.OutputBlocks, outputBlock), endOutput = ChannelBlocks.Start(strip.Outputs, strip.OutputBlocks, outputBlock + 1);
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

    /// <summary>Output gradient of the part's first output.</summary>
    public float* Gradient;

    /// <summary>Images.</summary>
    public int Lanes;

    /// <summary>Outputs of the part.</summary>
    public int Outputs;

    /// <summary>Blocks that they are cut into, as the register tile takes them.</summary>
    public int OutputBlocks;

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

    /// <summary>A row of terms of the output gradient: <c>[4][lane groups][tiles][outputs of the block][lanes]</c>.</summary>
    public float* Z;

    /// <summary>Sums of the part: <c>[16][blocks of O][blocks of I][outputs of the block][channels of the block]</c>.</summary>
    public float* Sums;

    /// <summary>From a term of the input to the next.</summary>
    public nint InputTerm;

    /// <summary>From a term of the output gradient to the next.</summary>
    public nint GradientTerm;

    /// <summary>From a sum to the next.</summary>
    public nint SumTerm;
}
