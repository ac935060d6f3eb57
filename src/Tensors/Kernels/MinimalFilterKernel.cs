// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Convolution of one block by <see cref="MinimalFilter"/>, and with turned weights an input gradient, with the chain behind it and the maximum pooling of two by two pixels or without. The bits are those of <see cref="MinimalFilterReference"/>.
/// </summary>
/// <remarks>
/// Four tiles at a time, a place. What they read becomes the input of sixteen convolutions of one tap over four pixels, which are the tiles; their sums stay in the second-level cache until
/// the outputs are made of them.
/// </remarks>
internal static unsafe class MinimalFilterKernel
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Step = MinimalFilter.Step;
    private const int Terms = MinimalFilter.Terms;
    private const int PlaceTiles = ConvolutionTile.Pixels;

    // Outputs, about, whose sums, 4 KB each, stay in a second-level cache of half a megabyte together with terms of the input and of the weights.
    private const int MostOutputs = 48;

    // A cache line between terms, so that sixteen of them do not want the same place of a first-level cache. Of the weights' terms the last vector may reach into it.
    private const int Gap = Lanes;

    [ThreadStatic]
    private static LaneMemory? _memory;

    /// <summary>Floats of packed weights.</summary>
    public static int PackedCount(in ConvolutionShape shape) => Terms * PackedTerm(shape);

    /// <summary>Turns weights <c>[O, I, 3, 3]</c> into the terms <c>[16][O, I]</c>, each packed as <see cref="ConvolutionKernel.Pack"/> does under one tap.</summary>
    public static void Pack(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> weights, Span<float> packed) =>
        PackTerms(width, shape, weights, shape.InputChannels * shape.Taps, shape.Taps, turned: false, packed);

    /// <summary>The same for the input gradient of <paramref name="shape"/>: channels exchanged, kernel turned by half a turn.</summary>
    public static void PackTurned(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> weights, Span<float> packed) =>
        PackTerms(width, shape.InputGradient, weights, shape.Taps, shape.InputChannels * shape.Taps, turned: true, packed);

    private static void PackTerms(VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> weights, int outputStep, int inputStep, bool turned, Span<float> packed)
    {
        if (weights.Length < shape.WeightCount || packed.Length < PackedCount(shape)) throw new ArgumentException($"memory too small for the weights of the convolution {shape}");
        fixed (float* source = weights, target = packed)
        {
            var work = new MinimalFilterWeights
            {
                Shape = shape,
                Blocks = ConvolutionKernel.Blocks(width, Point(shape, shape.OutputChannels)),
                Weights = source,
                OutputStep = outputStep,
                InputStep = inputStep,
                Turned = turned,
                Terms = target,
                TermStep = PackedTerm(shape),
            };
            switch (width)
            {
                case VectorWidth.Vector512: work.Run<Lanes512, Vector512<float>>(); break;
                case VectorWidth.Vector256: work.Run<Lanes256, Vector256<float>>(); break;
                case VectorWidth.Vector128: work.Run<Lanes128, Vector128<float>>(); break;
                default: work.Run<LanesScalar, float>(); break;
            }
        }
    }

    /// <summary>Number of places, each of which can be found on its own. The last one takes along what is left of the tiles.</summary>
    public static int Places(in ConvolutionShape shape) => MinimalFilter.Tiles(shape) / PlaceTiles;

    /// <summary>All outputs of some places, for the lane groups that hold images.</summary>
    /// <param name="width">Vector width, the same as for packing.</param>
    /// <param name="shape">The convolution; <see cref="MinimalFilter.Takes"/> allows it.</param>
    /// <param name="x">Input <c>[I][H][W][16]</c>.</param>
    /// <param name="packed">Packed weights.</param>
    /// <param name="bias">Bias of each output, or empty.</param>
    /// <param name="from">First place.</param>
    /// <param name="to">The place after the last, at most <see cref="Places"/>.</param>
    /// <param name="activation">The chain.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="y">Output <c>[O][OH][OW][16]</c>, written where the places are.</param>
    /// <param name="masks">Receives for each output value the lanes in which the gradient passes the chain; empty where nobody wants them.</param>
    public static void Forward(
        VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, int from, int to, in Activation activation, int lanes, Span<float> y, Span<ushort> masks)
    {
        Check(shape, x, packed, bias, from, to, lanes);
        CheckMasks(shape, masks);
        if (y.Length < (long)shape.OutputChannels * shape.OutputPixels * Lanes) throw new ArgumentException($"too little output for the convolution {shape}");
        Run(width, shape, x, packed, bias, from, to, activation, lanes, y, masks, pools: false);
    }

    /// <summary>The same with a maximum pooling behind it, whose windows are the tiles: <c>[O][OH/2][OW/2][16]</c>. Pooling and chain are such as <see cref="ConvolutionPoolKernel.Takes"/> allows; the routes are those of <see cref="ConvolutionPoolKernel"/>.</summary>
    public static void ForwardPooled(
        VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, int from, int to, in Activation activation, int lanes, Span<float> y, Span<ushort> routes)
    {
        Check(shape, x, packed, bias, from, to, lanes);
        CheckMasks(shape, routes);
        var pool = new PoolingShape(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth, Step, Step, Step);
        if (!ConvolutionPoolKernel.Takes(shape, pool, activation)) throw new ArgumentException($"windows of 2x2 do not tile the output of the convolution {shape}, or {activation} may change the order of values");
        if (y.Length < (long)shape.OutputChannels * pool.OutputPixels * Lanes) throw new ArgumentException($"too little output for the pooled convolution {shape}");
        Run(width, shape, x, packed, bias, from, to, activation, lanes, y, routes, pools: true);
    }

    private static void Check(in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, int from, int to, int lanes)
    {
        if (!MinimalFilter.Takes(shape)) throw new ArgumentException($"minimal filtering does not take the convolution {shape}");
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Places(shape));
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, Lanes);
        if (x.Length < (long)shape.InputChannels * shape.InputPixels * Lanes || packed.Length < PackedCount(shape) || (!bias.IsEmpty && bias.Length < shape.OutputChannels)) throw new ArgumentException($"memory too small for the convolution {shape}");
    }

    private static void CheckMasks(in ConvolutionShape shape, Span<ushort> masks)
    {
        if (!masks.IsEmpty && masks.Length < shape.OutputChannels * shape.OutputPixels) throw new ArgumentException($"too few masks for the convolution {shape}");
    }

    /// <summary>From the weights of a term to those of the next.</summary>
    private static int PackedTerm(in ConvolutionShape shape) => shape.InputChannels * shape.OutputChannels + Gap;

    /// <summary>A term of some outputs: one tap over the tiles of a place.</summary>
    private static ConvolutionShape Point(in ConvolutionShape shape, int outputs) => new(shape.InputChannels, outputs, 1, PlaceTiles, 1, 1, 0, 0);

    private static void Run(
        VectorWidth width, in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, int from, int to, in Activation activation, int lanes, Span<float> y, Span<ushort> masks, bool pools)
    {
        int count = shape.OutputChannels, blocks = ConvolutionKernel.Blocks(width, Point(shape, count)), parts = Math.Min(blocks, ChannelBlocks.Count(count, MostOutputs));
        int largestPart = ((blocks + parts - 1) / parts) * ((count + blocks - 1) / blocks);
        nint inputTerm = (nint)shape.InputChannels * PlaceTiles * Lanes + Gap, sumTerm = (nint)largestPart * PlaceTiles * Lanes + Gap;
        long floats = Terms * ((long)inputTerm + sumTerm);
        if (_memory is null || _memory.Count < floats) _memory = new LaneMemory(floats);
        fixed (float* input = x, weights = packed, output = y, offsets = bias, memory = _memory.All)
        fixed (ushort* bits = masks)
        {
            var place = new MinimalFilterPlace
            {
                Shape = shape,
                Input = input,
                Weights = weights,
                Output = output,
                Bias = offsets,
                Masks = bits,
                Activation = activation,
                Lanes = lanes,
                BeginTile = from * PlaceTiles,
                EndTile = to == Places(shape) ? MinimalFilter.Tiles(shape) : to * PlaceTiles,
                Blocks = blocks,
                Parts = parts,
                V = memory,
                M = memory + Terms * inputTerm,
                InputTerm = inputTerm,
                SumTerm = sumTerm,
                Pools = pools,
            };
            // A pooling has its own end.
            Activation chain = pools ? Activation.Identity : activation;
            bool marks = bits != null && !pools;
            switch (width)
            {
                case VectorWidth.Vector512: ChainChoice.Run(chain, marks, new Work<Lanes512, Vector512<float>>(place)); break;
                case VectorWidth.Vector256: ChainChoice.Run(chain, marks, new Work<Lanes256, Vector256<float>>(place)); break;
                case VectorWidth.Vector128: ChainChoice.Run(chain, marks, new Work<Lanes128, Vector128<float>>(place)); break;
                default: ChainChoice.Run(chain, marks, new Work<LanesScalar, float>(place)); break;
            }
        }
    }

    private readonly struct Work<TLanes, TVector>(MinimalFilterPlace place) : IChainWork
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        public void Run<TChain>()
            where TChain : struct, IChain => MinimalFilterKernel.Run<TLanes, TVector, TChain>(place);
    }

    // Fully compiled from the first call on, as the walks of other kernels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector, TChain>(MinimalFilterPlace place)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        nint pixel = MinimalFilterPlace.Pixel(TLanes.Lanes);
        var tile = new ConvolutionTileArguments
        {
            InputPlane = PlaceTiles * pixel,
            InputPixel = pixel,
            OutputPlane = PlaceTiles * pixel,
            OutputPixel = pixel,
            InputChannels = place.Shape.InputChannels,
            KernelRows = 1,
            KernelColumns = 1,
            Pixels = PlaceTiles,
            Place = TilePlace.Interior,
        };
        for (int start = place.BeginTile, end = place.EndTile; start < end; start += PlaceTiles)
        {
            // The last place of all moves back until it is whole: some tiles are found twice.
            place.FirstTile = Math.Min(start, end - PlaceTiles);
            place.NextTile = start + PlaceTiles < end ? Math.Min(start + PlaceTiles, end - PlaceTiles) : -1;
            MinimalFilterInput.Run<TLanes, TVector>(place);
            for (int part = 0; part < place.Parts; part++)
            {
                int block = ChannelBlocks.Start(place.Blocks, place.Parts, part), endBlock = ChannelBlocks.Start(place.Blocks, place.Parts, part + 1);
                place.FirstOutput = ChannelBlocks.Start(place.Shape.OutputChannels, place.Blocks, block);
                place.EndOutput = ChannelBlocks.Start(place.Shape.OutputChannels, place.Blocks, endBlock);
                Multiply<TLanes, TVector>(ref tile, place, block, endBlock);
                if (!place.Pools) MinimalFilterOutput.Run<TLanes, TVector, TChain>(place);
                else if (place.Masks == null) MinimalFilterOutput.RunPooled<TLanes, TVector, PoolInference>(place);
                else MinimalFilterOutput.RunPooled<TLanes, TVector, PoolTraining>(place);
            }
        }
    }

    /// <summary>The sums of some blocks of outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TLanes, TVector>(ref ConvolutionTileArguments tile, in MinimalFilterPlace place, int firstBlock, int endBlock)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        nint inputs = place.Shape.InputChannels, packedTerm = PackedTerm(place.Shape);
        int wanted = place.Shape.OutputChannels, small = wanted / place.Blocks, large = wanted - place.Blocks * small, outputs = place.EndOutput - place.FirstOutput, size, count;
        for (int term = 0; term < Terms; term++)
        {
            if (firstBlock == 0 && place.NextTile >= 0) MinimalFilterInput.Expect(place, place.NextTile, term, Terms);
            for (int lane = 0; lane < place.Lanes; lane += TLanes.Lanes)
            {
                tile.Output = place.M + term * place.SumTerm + MinimalFilterPlace.Group(TLanes.Lanes, lane, outputs);
                tile.Weights = place.Weights + term * packedTerm + place.FirstOutput * inputs;
                for (int block = firstBlock; block < endBlock; block += count)
                {
                    size = block < large ? small + 1 : small;
                    count = Math.Min(ConvolutionKernel.IsVector(TLanes.Lanes) ? ConvolutionKernel.BlocksAtOnce : 1, Math.Min(endBlock, block < large ? large : endBlock) - block);
                    tile.Input = place.V + term * place.InputTerm + MinimalFilterPlace.Group(TLanes.Lanes, lane, (int)inputs);
                    tile.WeightPlane = size;
                    tile.Blocks = count;
                    ConvolutionTileChoice.Run<TLanes, TVector, NoChain>(ref tile, size);
                }
            }
        }
    }
}

/// <summary>Four tiles of a map, their memory, and what is the same for all of them.</summary>
internal unsafe struct MinimalFilterPlace
{
    /// <summary>The convolution.</summary>
    public ConvolutionShape Shape;

    public float* Input;

    /// <summary>Packed weights.</summary>
    public float* Weights;

    public float* Output;

    /// <summary>Biases, or null.</summary>
    public float* Bias;

    /// <summary>Masks or routes, or null.</summary>
    public ushort* Masks;

    public Activation Activation;
    public int Lanes;

    /// <summary>First tile wanted; they are counted in raster order.</summary>
    public int BeginTile;

    /// <summary>The tile behind the last wanted.</summary>
    public int EndTile;

    /// <summary>Blocks of the outputs.</summary>
    public int Blocks;

    /// <summary>Parts of the blocks, each with sums that stay in the second-level cache.</summary>
    public int Parts;

    /// <summary>The first tile.</summary>
    public int FirstTile;

    /// <summary>The first tile of the next place, or -1.</summary>
    public int NextTile;

    /// <summary>First output of the part.</summary>
    public int FirstOutput;

    /// <summary>The output behind the part's last.</summary>
    public int EndOutput;

    /// <summary>Terms of the input: <c>[16][lane groups][I][4 tiles][lanes]</c>.</summary>
    public float* V;

    /// <summary>Sums of the part: <c>[16][lane groups][O][4 tiles][lanes]</c>.</summary>
    public float* M;

    /// <summary>From a term of the input to the next.</summary>
    public nint InputTerm;

    /// <summary>From a sum to the next.</summary>
    public nint SumTerm;

    /// <summary>Whether a maximum pooling follows.</summary>
    public bool Pools;

    /// <summary>First row and column of the outputs of a tile of the place.</summary>
    public readonly (int Row, int Column) Tile(int tile) => Tile(Shape, FirstTile + tile);

    /// <summary>First row and column of the outputs of a tile of the map.</summary>
    public static (int Row, int Column) Tile(in ConvolutionShape shape, int tile)
    {
        int columns = MinimalFilter.TileColumns(shape), row = tile / columns;
        return (row * MinimalFilter.Step, (tile - row * columns) * MinimalFilter.Step);
    }

    /// <summary>From a tile to the next in terms and sums, for vectors of so many lanes: those of a narrow vector, else all sixteen, of which a scalar is a part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pixel(int vector) => ConvolutionKernel.IsNarrow(vector) ? vector : LaneLayout.Lanes;

    /// <summary>Where the images from <paramref name="lane"/> on lie in terms or sums of so many channels, for vectors of so many lanes: those of a narrow vector follow the ones before, others are parts of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Group(int vector, int lane, int channels) => ConvolutionKernel.IsNarrow(vector) ? (nint)lane * channels * ConvolutionTile.Pixels : lane;
}
