// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Where one tile of a <see cref="TapConvolution"/> reads and writes. Pointers stand at the tile's lane group; offsets are in floats.</summary>
internal unsafe struct TapTileArguments
{
    public float* Input;

    /// <summary>Packed weights of the tile's outputs: <c>[input channel][tap][outputs]</c>.</summary>
    public float* Weights;

    /// <summary>Bias of the tile's outputs, or null.</summary>
    public float* Bias;

    /// <summary>Output at the tile's first channel.</summary>
    public float* Output;

    /// <summary>All ones in lanes that hold an image.</summary>
    public float* LaneMask;

    /// <summary>For each pixel of the tile, where its first tap reads.</summary>
    public int* PixelInputs;

    /// <summary>For each pixel of the tile, where its output lies.</summary>
    public int* PixelOutputs;

    /// <summary>The taps inside the map.</summary>
    public TapTiling.Tap* TapList;

    public nint InputPlane;

    public nint OutputPlane;

    /// <summary>Pixels, 1..4.</summary>
    public int Pixels;

    public int Taps;

    public int KernelTaps;

    public int InputChannels;
}

/// <summary>The register tile of a <see cref="TapConvolution"/>: as that of <see cref="ConvolutionTile"/>, for four pixels that have the same taps but need not be neighbours.</summary>
internal static unsafe class TapTile
{
    /// <summary>Pixels in a tile.</summary>
    public const int Pixels = 4;

    /// <summary>Chains, bias and store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock>(in TapTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
        TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero, a43 = TLanes.Zero;
        // A tile of fewer pixels repeats its last.
        int last = arguments.Pixels - 1;
        float* p0 = arguments.Input + arguments.PixelInputs[0], p1 = arguments.Input + arguments.PixelInputs[Math.Min(1, last)];
        float* p2 = arguments.Input + arguments.PixelInputs[Math.Min(2, last)], p3 = arguments.Input + arguments.PixelInputs[Math.Min(3, last)];
        TapTiling.Tap* end = arguments.TapList + arguments.Taps;
        float* weights = arguments.Weights;
        nint weightPlane = (nint)arguments.KernelTaps * TBlock.Value, inputPlane = arguments.InputPlane, plane = 0;
        for (int c = arguments.InputChannels; c > 0; c--, weights += weightPlane, plane += inputPlane)
            for (TapTiling.Tap* tap = arguments.TapList; tap != end; tap++)
            {
                nint at = plane + tap->Distance;
                OutputTaps.Four<TLanes, TVector, TBlock>(
                    weights + (nint)tap->Number * TBlock.Value, p0 + at, p1 + at, p2 + at, p3 + at, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
            }

        Finish<TLanes, TVector>(arguments, 0, a00, a01, a02, a03);
        if (TBlock.Value > 1) Finish<TLanes, TVector>(arguments, 1, a10, a11, a12, a13);
        if (TBlock.Value > 2) Finish<TLanes, TVector>(arguments, 2, a20, a21, a22, a23);
        if (TBlock.Value > 3) Finish<TLanes, TVector>(arguments, 3, a30, a31, a32, a33);
        if (TBlock.Value > 4) Finish<TLanes, TVector>(arguments, 4, a40, a41, a42, a43);
    }

    /// <summary>Copies what a tile reads to <c>[input channel][tap][4 pixels][lanes]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<TLanes, TVector>(in TapTileArguments arguments, float* target)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        int last = arguments.Pixels - 1;
        float* p0 = arguments.Input + arguments.PixelInputs[0], p1 = arguments.Input + arguments.PixelInputs[Math.Min(1, last)];
        float* p2 = arguments.Input + arguments.PixelInputs[Math.Min(2, last)], p3 = arguments.Input + arguments.PixelInputs[Math.Min(3, last)];
        TapTiling.Tap* end = arguments.TapList + arguments.Taps;
        nint inputPlane = arguments.InputPlane, plane = 0;
        for (int c = arguments.InputChannels; c > 0; c--, plane += inputPlane)
            for (TapTiling.Tap* tap = arguments.TapList; tap != end; tap++, target += Pixels * TLanes.Lanes)
            {
                nint at = plane + tap->Distance;
                TLanes.Store(TLanes.Load(p0 + at), target);
                TLanes.Store(TLanes.Load(p1 + at), target + TLanes.Lanes);
                TLanes.Store(TLanes.Load(p2 + at), target + 2 * TLanes.Lanes);
                TLanes.Store(TLanes.Load(p3 + at), target + 3 * TLanes.Lanes);
            }
    }

    /// <summary>Adds the bias, which lanes without an image do not get, and stores the pixels of one channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector>(in TapTileArguments arguments, int channel, TVector p0, TVector p1, TVector p2, TVector p3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* output = arguments.Output + channel * arguments.OutputPlane;
        if (arguments.Bias != null)
        {
            TVector bias = TLanes.And(TLanes.Create(arguments.Bias[channel]), TLanes.Load(arguments.LaneMask));
            p0 = TLanes.Add(p0, bias);
            p1 = TLanes.Add(p1, bias);
            p2 = TLanes.Add(p2, bias);
            p3 = TLanes.Add(p3, bias);
        }
        TLanes.Store(p0, output + arguments.PixelOutputs[0]);
        if (arguments.Pixels > 1) TLanes.Store(p1, output + arguments.PixelOutputs[1]);
        if (arguments.Pixels > 2) TLanes.Store(p2, output + arguments.PixelOutputs[2]);
        if (arguments.Pixels > 3) TLanes.Store(p3, output + arguments.PixelOutputs[3]);
    }
}
