// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Where one tile of the input gradient behind a pooling reads and writes. Pointers stand at the tile's lane group; strides are in floats.</summary>
internal unsafe struct InputGradientPairTileArguments
{
    /// <summary>Output gradient of channel 0, at the first kernel row inside the map, at the first pixel of pair 0; it may lie outside the map.</summary>
    public float* Gradient;

    /// <summary>Packed turned weights of the tile's channels, at that kernel row.</summary>
    public float* Weights;

    /// <summary>Input gradient at the tile's first channel and pixel.</summary>
    public float* Target;

    /// <summary>Values of a channel of the output gradient.</summary>
    public nint GradientPlane;

    /// <summary>Values of a row of it.</summary>
    public nint GradientRow;

    /// <summary>Values of a channel of the input gradient.</summary>
    public nint TargetPlane;

    /// <summary>Weights of one output channel.</summary>
    public nint WeightPlane;

    public int OutputChannels;

    /// <summary>Kernel rows inside the map.</summary>
    public int KernelRows;

    /// <summary>Bit <c>k</c>: whether pair <c>k</c> lies inside the map; all four where every pair that the tile meets does.</summary>
    public int Pairs;
}

/// <summary>
/// The register tile of the input gradient of a 3x3 convolution behind a maximum pooling of 2x2 windows: up to five channels times four neighbouring pixels. Two of the three taps of a
/// kernel row meet the pixels of one pair, of which at most one has a gradient in each lane: they are one term of the contract's chain, with the weight of the tap whose pixel has it. That leaves two
/// multiply-adds of three, and a choice between two weights, which runs beside them.
/// </summary>
internal static unsafe class InputGradientPairTile
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Side = 3;

    /// <summary>A tile of <typeparamref name="TPixels"/> pixels, two or four, the first of which meets a whole pair first (<typeparamref name="TPhase"/> is <see cref="WholePair"/>), or the second pixel of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TPixels, TPairs, TPhase>(in InputGradientPairTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPixels : struct, IBlockSize
        where TPairs : struct, ITilePairs
        where TPhase : struct, IPairPhase
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
        TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero, a43 = TLanes.Zero;
        float* plane = arguments.Gradient;
        float* weightPlane = arguments.Weights;
        nint gradientRow = arguments.GradientRow, gradientPlane = arguments.GradientPlane, weightStride = arguments.WeightPlane;
        nint kernelWeights = (nint)arguments.KernelRows * Side * TBlock.Value;
        int inside = TPairs.Inside(arguments.Pairs);
        // Without a whole pair at the beginning, only the second pixel of pair 0 is met, and whole pairs are counted from 1 on.
        int shift = TPhase.IsWhole ? 0 : 2;
        for (int o = arguments.OutputChannels; o > 0; o--, plane += gradientPlane, weightPlane += weightStride)
        {
            float* row = plane;
            float* weights = weightPlane;
            float* end = weights + kernelWeights;
            for (; weights < end; row += gradientRow, weights += Side * TBlock.Value)
            {
                bool first = TPhase.IsWhole ? (inside & 1) != 0 : (inside & 2) != 0, second = TPhase.IsWhole ? (inside & 2) != 0 : (inside & 4) != 0;
                TVector f0 = Load<TLanes, TVector>(row + shift * Lanes, first), s0 = Load<TLanes, TVector>(row + (shift + 1) * Lanes, first);
                TVector f1 = Load<TLanes, TVector>(row + (shift + 2) * Lanes, second);
                TVector s1 = TPixels.Value > 2 || TPhase.IsWhole ? Load<TLanes, TVector>(row + (shift + 3) * Lanes, second) : TLanes.Zero;
                // In the one phase the pair behind the second, in the other what lies before the first and behind the second.
                TVector f2 = TPixels.Value > 2 ? Load<TLanes, TVector>(row + (shift + 4) * Lanes, TPhase.IsWhole ? (inside & 4) != 0 : (inside & 8) != 0) : TLanes.Zero;
                TVector s2 = TPixels.Value > 2 && TPhase.IsWhole ? Load<TLanes, TVector>(row + (shift + 5) * Lanes, (inside & 4) != 0) : TLanes.Zero;
                TVector before = TPhase.IsWhole ? TLanes.Zero : Load<TLanes, TVector>(row + Lanes, (inside & 1) != 0);
                TVector d0 = TLanes.Or(f0, s0), d1 = TLanes.Or(f1, s1), d2 = TLanes.Or(f2, s2);
                // Where the second pixel is to be taken. Written as choices, as in the tile of the weight gradient, the masks stay in mask registers.
                TVector m0 = TBlock.Value > 0 ? TLanes.IsEqual(f0, TLanes.Zero) : default;
                TVector m1 = TBlock.Value > 0 ? TLanes.IsEqual(f1, TLanes.Zero) : default;
                TVector m2 = TBlock.Value > 0 ? TLanes.IsEqual(f2, TLanes.Zero) : default;
                Channel<TLanes, TVector, TBlock, TPixels, TPairs, TPhase>(weights, 0, inside, before, s0, f1, s1, f2, d0, d1, d2, m0, m1, m2, ref a00, ref a01, ref a02, ref a03);
                if (TBlock.Value > 1) Channel<TLanes, TVector, TBlock, TPixels, TPairs, TPhase>(weights, 1, inside, before, s0, f1, s1, f2, d0, d1, d2, m0, m1, m2, ref a10, ref a11, ref a12, ref a13);
                if (TBlock.Value > 2) Channel<TLanes, TVector, TBlock, TPixels, TPairs, TPhase>(weights, 2, inside, before, s0, f1, s1, f2, d0, d1, d2, m0, m1, m2, ref a20, ref a21, ref a22, ref a23);
                if (TBlock.Value > 3) Channel<TLanes, TVector, TBlock, TPixels, TPairs, TPhase>(weights, 3, inside, before, s0, f1, s1, f2, d0, d1, d2, m0, m1, m2, ref a30, ref a31, ref a32, ref a33);
                if (TBlock.Value > 4) Channel<TLanes, TVector, TBlock, TPixels, TPairs, TPhase>(weights, 4, inside, before, s0, f1, s1, f2, d0, d1, d2, m0, m1, m2, ref a40, ref a41, ref a42, ref a43);
            }
        }

        float* target = arguments.Target;
        Store<TLanes, TVector, TPixels>(target, a00, a01, a02, a03);
        if (TBlock.Value > 1) Store<TLanes, TVector, TPixels>(target + arguments.TargetPlane, a10, a11, a12, a13);
        if (TBlock.Value > 2) Store<TLanes, TVector, TPixels>(target + 2 * arguments.TargetPlane, a20, a21, a22, a23);
        if (TBlock.Value > 3) Store<TLanes, TVector, TPixels>(target + 3 * arguments.TargetPlane, a30, a31, a32, a33);
        if (TBlock.Value > 4) Store<TLanes, TVector, TPixels>(target + 4 * arguments.TargetPlane, a40, a41, a42, a43);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TLanes, TVector>(float* source, bool inside)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct => inside ? TLanes.Load(source) : TLanes.Zero;

    /// <summary>The three taps of a kernel row for one channel: two terms for each pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Channel<TLanes, TVector, TBlock, TPixels, TPairs, TPhase>(
        float* weights, int channel, int inside, TVector before, TVector s0, TVector f1, TVector s1, TVector f2, TVector d0, TVector d1, TVector d2, TVector m0, TVector m1, TVector m2,
        ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPixels : struct, IBlockSize
        where TPairs : struct, ITilePairs
        where TPhase : struct, IPairPhase
    {
        TVector w0 = TLanes.Create(weights[channel]), w1 = TLanes.Create(weights[channel + TBlock.Value]), w2 = TLanes.Create(weights[channel + 2 * TBlock.Value]);
        if (TPhase.IsWhole)
        {
            if ((inside & 1) != 0) a0 = TLanes.FusedMultiplyAdd(TLanes.Select(m0, w1, w0), d0, a0);
            if ((inside & 2) != 0) a0 = TLanes.FusedMultiplyAdd(w2, f1, a0);
            if ((inside & 1) != 0) a1 = TLanes.FusedMultiplyAdd(w0, s0, a1);
            if ((inside & 2) != 0) a1 = TLanes.FusedMultiplyAdd(TLanes.Select(m1, w2, w1), d1, a1);
            if (TPixels.Value == 2) return;
            if ((inside & 2) != 0) a2 = TLanes.FusedMultiplyAdd(TLanes.Select(m1, w1, w0), d1, a2);
            if ((inside & 4) != 0) a2 = TLanes.FusedMultiplyAdd(w2, f2, a2);
            if ((inside & 2) != 0) a3 = TLanes.FusedMultiplyAdd(w0, s1, a3);
            if ((inside & 4) != 0) a3 = TLanes.FusedMultiplyAdd(TLanes.Select(m2, w2, w1), d2, a3);
            return;
        }

        if ((inside & 1) != 0) a0 = TLanes.FusedMultiplyAdd(w0, before, a0);
        if ((inside & 2) != 0) a0 = TLanes.FusedMultiplyAdd(TLanes.Select(m0, w2, w1), d0, a0);
        if ((inside & 2) != 0) a1 = TLanes.FusedMultiplyAdd(TLanes.Select(m0, w1, w0), d0, a1);
        if ((inside & 4) != 0) a1 = TLanes.FusedMultiplyAdd(w2, f1, a1);
        if (TPixels.Value == 2) return;
        if ((inside & 2) != 0) a2 = TLanes.FusedMultiplyAdd(w0, s0, a2);
        if ((inside & 4) != 0) a2 = TLanes.FusedMultiplyAdd(TLanes.Select(m1, w2, w1), d1, a2);
        if ((inside & 4) != 0) a3 = TLanes.FusedMultiplyAdd(TLanes.Select(m1, w1, w0), d1, a3);
        if ((inside & 8) != 0) a3 = TLanes.FusedMultiplyAdd(w2, f2, a3);
    }

    /// <summary>Stores the sums; one of zero is +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TVector, TPixels>(float* target, TVector a0, TVector a1, TVector a2, TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TPixels : struct, IBlockSize
    {
        TLanes.Store(TLanes.Add(a0, TLanes.Zero), target);
        TLanes.Store(TLanes.Add(a1, TLanes.Zero), target + Lanes);
        if (TPixels.Value == 2) return;
        TLanes.Store(TLanes.Add(a2, TLanes.Zero), target + 2 * Lanes);
        TLanes.Store(TLanes.Add(a3, TLanes.Zero), target + 3 * Lanes);
    }
}

/// <summary>Where the first pixel of a tile stands towards the pairs, as a type.</summary>
internal interface IPairPhase
{
    /// <summary>Whether it meets a whole pair first.</summary>
    static abstract bool IsWhole { get; }
}

/// <summary>Its first tap meets the first pixel of a pair.</summary>
internal readonly struct WholePair : IPairPhase
{
    public static bool IsWhole => true;
}

/// <summary>Its first tap meets the second pixel of a pair.</summary>
internal readonly struct HalfPair : IPairPhase
{
    public static bool IsWhole => false;
}

/// <summary>Which of the four pairs that a tile may meet lie inside the map, as a type.</summary>
internal interface ITilePairs
{
    /// <summary>Bit <c>k</c>: whether pair <c>k</c> does.</summary>
    /// <param name="pairs">What the arguments say.</param>
    static abstract int Inside(int pairs);
}

/// <summary>All.</summary>
internal readonly struct AllPairs : ITilePairs
{
    public static int Inside(int pairs) => 0b1111;
}

/// <summary>All but the first: the left end of a row.</summary>
internal readonly struct FirstPairOutside : ITilePairs
{
    public const int Pairs = 0b1110;

    public static int Inside(int pairs) => Pairs;
}

/// <summary>All but the last: the right end of a row of whole tiles where the convolution has a padding of one. Other right ends lack more, and ask.</summary>
internal readonly struct LastPairOutside : ITilePairs
{
    public const int Pairs = 0b0111;

    public static int Inside(int pairs) => Pairs;
}

/// <summary>Those that the arguments name.</summary>
internal readonly struct SomePairs : ITilePairs
{
    public static int Inside(int pairs) => pairs;
}
