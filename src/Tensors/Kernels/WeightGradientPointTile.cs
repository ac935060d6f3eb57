// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// The register tile of the weight gradient for kernels of one tap without padding, dense layers among them: up to four output channels times up to four input
/// channels, one accumulator each, the contract's chain over the pixels. Eight loads serve sixteen multiply-adds, where a tile of one tap would need five for four.
/// </summary>
internal static unsafe class WeightGradientPointTile
{
    /// <summary>Channels of the largest tile on either side: sixteen accumulators, four gradients and an input with 32 registers.</summary>
    public const int LargestBlock = 4;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Chains of one lane group, stored as <c>[output][input][16]</c>, or of all images, whose lanes are added and which are stored as sums.</summary>
    /// <param name="x">First input channel.</param>
    /// <param name="dy">Gradient of the first output channel.</param>
    /// <param name="pixels">Pixels of a channel.</param>
    /// <param name="pixel">First pixel of a strip.</param>
    /// <param name="stripEnd">The pixel after its last.</param>
    /// <param name="chains">The chains of the pixels before, unless there are none. Receives those of the strip's, unless it is the last and <see cref="LaneTree512.Takes"/> says that there are sums.</param>
    /// <param name="sums">Receives the sums of the first output, else nothing.</param>
    /// <param name="stride">From an output's sums to the next one's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TOutputs, TInputs>(float* x, float* dy, int pixels, int pixel, int stripEnd, float* chains, float* sums, nint stride)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TOutputs : struct, IBlockSize
        where TInputs : struct, IBlockSize
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
        if (pixel > 0)
        {
            Load<TLanes, TVector, TInputs>(chains, ref a00, ref a01, ref a02, ref a03);
            if (TOutputs.Value > 1) Load<TLanes, TVector, TInputs>(chains + TInputs.Value * Lanes, ref a10, ref a11, ref a12, ref a13);
            if (TOutputs.Value > 2) Load<TLanes, TVector, TInputs>(chains + 2 * TInputs.Value * Lanes, ref a20, ref a21, ref a22, ref a23);
            if (TOutputs.Value > 3) Load<TLanes, TVector, TInputs>(chains + 3 * TInputs.Value * Lanes, ref a30, ref a31, ref a32, ref a33);
        }

        nint plane = (nint)pixels * Lanes;
        x += pixel * Lanes;
        dy += pixel * Lanes;
        for (int rest = stripEnd - pixel; rest > 0; rest--, x += Lanes, dy += Lanes)
        {
            TVector d0 = TLanes.Load(dy);
            TVector d1 = TOutputs.Value > 1 ? TLanes.Load(dy + plane) : default;
            TVector d2 = TOutputs.Value > 2 ? TLanes.Load(dy + 2 * plane) : default;
            TVector d3 = TOutputs.Value > 3 ? TLanes.Load(dy + 3 * plane) : default;
            OutputTaps.Add<TLanes, TVector, TOutputs>(TLanes.Load(x), d0, d1, d2, d3, ref a00, ref a10, ref a20, ref a30);
            if (TInputs.Value > 1) OutputTaps.Add<TLanes, TVector, TOutputs>(TLanes.Load(x + plane), d0, d1, d2, d3, ref a01, ref a11, ref a21, ref a31);
            if (TInputs.Value > 2) OutputTaps.Add<TLanes, TVector, TOutputs>(TLanes.Load(x + 2 * plane), d0, d1, d2, d3, ref a02, ref a12, ref a22, ref a32);
            if (TInputs.Value > 3) OutputTaps.Add<TLanes, TVector, TOutputs>(TLanes.Load(x + 3 * plane), d0, d1, d2, d3, ref a03, ref a13, ref a23, ref a33);
        }

        if (LaneTree512.Takes<TVector>() && stripEnd == pixels)
        {
            // Accumulators that the tile does not have are zeros.
            LaneTree512.Store(
                LaneTree512.Sums(
                    LaneTree512.Of(a00), LaneTree512.Of(a01), LaneTree512.Of(a02), LaneTree512.Of(a03), LaneTree512.Of(a10), LaneTree512.Of(a11), LaneTree512.Of(a12), LaneTree512.Of(a13),
                    LaneTree512.Of(a20), LaneTree512.Of(a21), LaneTree512.Of(a22), LaneTree512.Of(a23), LaneTree512.Of(a30), LaneTree512.Of(a31), LaneTree512.Of(a32), LaneTree512.Of(a33)),
                TOutputs.Value, TInputs.Value, sums, stride);
            return;
        }

        Store<TLanes, TVector, TInputs>(chains, a00, a01, a02, a03);
        if (TOutputs.Value > 1) Store<TLanes, TVector, TInputs>(chains + TInputs.Value * Lanes, a10, a11, a12, a13);
        if (TOutputs.Value > 2) Store<TLanes, TVector, TInputs>(chains + 2 * TInputs.Value * Lanes, a20, a21, a22, a23);
        if (TOutputs.Value > 3) Store<TLanes, TVector, TInputs>(chains + 3 * TInputs.Value * Lanes, a30, a31, a32, a33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TLanes, TVector, TInputs>(float* chains, ref TVector a0, ref TVector a1, ref TVector a2, ref TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TInputs : struct, IBlockSize
    {
        a0 = TLanes.Load(chains);
        if (TInputs.Value > 1) a1 = TLanes.Load(chains + Lanes);
        if (TInputs.Value > 2) a2 = TLanes.Load(chains + 2 * Lanes);
        if (TInputs.Value > 3) a3 = TLanes.Load(chains + 3 * Lanes);
    }

    /// <summary>Stores the chains of an output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes, TVector, TInputs>(float* chains, TVector a0, TVector a1, TVector a2, TVector a3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TInputs : struct, IBlockSize
    {
        TLanes.Store(a0, chains);
        if (TInputs.Value > 1) TLanes.Store(a1, chains + Lanes);
        if (TInputs.Value > 2) TLanes.Store(a2, chains + 2 * Lanes);
        if (TInputs.Value > 3) TLanes.Store(a3, chains + 3 * Lanes);
    }
}
